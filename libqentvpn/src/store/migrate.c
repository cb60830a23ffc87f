/* SPDX-License-Identifier: MIT */
#include "store/migrate.h"
#include "store/store.h"

#include <inttypes.h>

static qent_status newer(int32_t version, qent_error *err)
{
  return qent_fail(err, QENT_ESTORE,
                   "the database has schema %" PRId32 ", this program knows up to %" PRId32
                   ": install the newer QentVPN that wrote it",
                   version, qent__migration_count);
}

qent_status qent__migrate_check(struct qent__db *db, qent_error *err)
{
  int32_t version = 0;
  qent_status st = db->driver->version(db, &version, err);

  if (st != QENT_OK)
    return st;
  if (version > qent__migration_count)
    return newer(version, err);
  if (version < qent__migration_count)
    return qent_fail(err, QENT_ESTORE,
                     "the database has schema %" PRId32 ", this program needs %" PRId32
                     ": run qentctl migrate",
                     version, qent__migration_count);
  return QENT_OK;
}

/* One step in its own transaction. Looks at the version again inside: another process may have been
 * quicker. */
static qent_status step(struct qent__db *db, int32_t *version, qent_error *err)
{
  qent_status st = db->driver->begin(db, QENT__TX_WRITE, err);

  if (st != QENT_OK)
    return st;
  st = db->driver->version(db, version, err);
  if (st == QENT_OK && *version > qent__migration_count)
    st = newer(*version, err);
  if (st == QENT_OK && *version < qent__migration_count) {
    st = qent__db_script(db, qent__migrations[*version], err);
    if (st == QENT_OK)
      st = db->driver->set_version(db, *version + 1, err);
    if (st == QENT_OK)
      ++*version;
  }
  if (st == QENT_OK)
    st = db->driver->commit(db, err);
  if (st != QENT_OK)
    db->driver->rollback(db);
  return st;
}

qent_status qent__migrate_run(struct qent__db *db, int32_t *from_out, int32_t *to_out,
                              qent_error *err)
{
  int32_t from = 0;
  int32_t version;
  qent_status st = db->driver->version(db, &from, err);

  if (st != QENT_OK)
    return st;
  if (from > qent__migration_count)
    return newer(from, err);
  if (from > 0 && from < qent__migration_count) {
    st = db->driver->verify(db, err);
    if (st != QENT_OK)
      return st;
  }
  version = from;
  if (version < qent__migration_count)
    st = db->driver->settle(db, err);
  while (st == QENT_OK && version < qent__migration_count)
    st = step(db, &version, err);
  if (st != QENT_OK)
    return st;
  if (from_out)
    *from_out = from;
  if (to_out)
    *to_out = version;
  return QENT_OK;
}

qent_status qent__store_migrate(const char *url, int32_t *from_out, int32_t *to_out,
                                qent_error *err)
{
  struct qent__db *db = NULL;
  qent_status st = qent__db_open(url, QENT__DB_CREATE, &db, err);

  if (st == QENT_OK)
    st = qent__migrate_run(db, from_out, to_out, err);
  qent__db_close(db);
  return st;
}
