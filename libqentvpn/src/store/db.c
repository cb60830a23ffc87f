/* SPDX-License-Identifier: MIT */
#include "store/db.h"
#include "util/alloc.h"
#include "util/text.h"
#include <qentvpn/ext/buf.h>

#include <string.h>

#define SQL_MAX_BYTES 262144

static const struct qent__db_driver *const drivers[] = {&qent__sqlite_driver};

qent_status qent__db_open(const char *url, enum qent__db_mode mode, struct qent__db **db_out,
                          qent_error *err)
{
  const char *colon = url ? strchr(url, ':') : NULL;

  if (!colon)
    return qent_fail(err, QENT_EINVAL,
                     "the database URL must look like sqlite:///var/lib/qentvpn/qentvpn.db");
  for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
    if (qent__memeq(url, (size_t)(colon - url), drivers[i]->scheme))
      return drivers[i]->open(url, mode, db_out, err);
  }
  return qent_fail(err, QENT_EUNSUPPORTED,
                   "this build has no driver for \"%.*s\" databases: use sqlite:///path",
                   (int)(colon - url < 32 ? colon - url : 32), url);
}

void qent__db_close(struct qent__db *db)
{
  if (!db)
    return;
  for (size_t i = 0; i < QENT__DB_STATEMENTS; i++) {
    if (db->statements[i].stmt)
      db->driver->finalize(db->statements[i].stmt);
  }
  db->driver->close(db);
}

static bool word_char(char c)
{
  return (c >= 'A' && c <= 'Z') || c == '_';
}

/* Append `sql` with the driver's words in place of `$WORD`. */
static qent_status expand(const struct qent__db_driver *driver, const char *sql, qent_buf *out,
                          qent_error *err)
{
  for (;;) {
    const char *dollar = strchr(sql, '$');
    const char *word;
    size_t len = 0;

    if (!dollar)
      break;
    qent_buf_add(out, sql, (size_t)(dollar - sql));
    while (word_char(dollar[1 + len]))
      len++;
    word = driver->word(dollar + 1, len);
    if (!word)
      return qent_fail(err, QENT_EINVAL, "SQL word $%.*s is unknown to the %s driver", (int)len,
                       dollar + 1, driver->scheme);
    qent_buf_adds(out, word);
    sql = dollar + 1 + len;
  }
  qent_buf_adds(out, sql);
  return qent_buf_status(out, err);
}

qent_status qent__db_script(struct qent__db *db, const char *sql, qent_error *err)
{
  qent_buf text;
  qent_status st;

  qent_buf_init(&text, SQL_MAX_BYTES);
  st = expand(db->driver, sql, &text, err);
  if (st == QENT_OK)
    st = db->driver->script(db, text.data, err);
  qent_buf_dispose(&text);
  return st;
}

/* The place of `sql` in the cache: its own, or a free one. */
static struct qent__db_statement *find_statement(struct qent__db *db, const char *sql)
{
  size_t place = (size_t)(((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 40);

  for (size_t i = 0; i < QENT__DB_STATEMENTS; i++) {
    struct qent__db_statement *s = &db->statements[(place + i) % QENT__DB_STATEMENTS];
    if (s->sql == sql || !s->stmt)
      return s;
  }
  return NULL;
}

/* Prepare `sql`, most of which has no words of the driver's. */
static qent_status prepare_expanded(struct qent__db *db, const char *sql, struct qent__stmt **out,
                                    qent_error *err)
{
  qent_buf text;
  qent_status st;

  if (!strchr(sql, '$'))
    return db->driver->prepare(db, sql, out, err);
  qent_buf_init(&text, SQL_MAX_BYTES);
  st = expand(db->driver, sql, &text, err);
  if (st == QENT_OK)
    st = db->driver->prepare(db, text.data, out, err);
  qent_buf_dispose(&text);
  return st;
}

static qent_status prepare(struct qent__query *q, const char *sql)
{
  struct qent__db_statement *s = find_statement(q->db, sql);
  qent_status st;

  if (!s) /* more SQL texts than places: QENT__DB_STATEMENTS is too small */
    return qent_fail(q->err, QENT_ESTORE, "%s: too many statements", q->noun);
  if (s->busy)
    return qent_fail(q->err, QENT_EINVAL, "%s: a callback must not use its own session", q->noun);
  if (!s->stmt) {
    st = prepare_expanded(q->db, sql, &s->stmt, q->err);
    if (st != QENT_OK)
      return st;
    s->sql = sql;
  }
  s->busy = true;
  q->statement = s;
  return QENT_OK;
}

void qent__query_begin(struct qent__query *q, struct qent__db *db, const char *noun,
                       const char *sql, qent_error *err)
{
  q->db = db;
  q->statement = NULL;
  q->noun = noun;
  q->err = err;
  q->placeholder = 0;
  q->column = 0;
  q->done = false;
  q->status = prepare(q, sql);
}

/* Binding fails only for want of memory, or when the SQL has fewer placeholders. */
static void bound(struct qent__query *q, qent_status st)
{
  if (st == QENT_ENOMEM)
    q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  else if (st != QENT_OK)
    q->status = qent_fail(q->err, QENT_ESTORE, "%s: value %d does not fit its statement", q->noun,
                          q->placeholder);
  q->placeholder++;
}

void qent__put_int(struct qent__query *q, int64_t value)
{
  if (q->status == QENT_OK)
    bound(q, q->db->driver->bind_int(q->statement->stmt, q->placeholder, value));
}

void qent__put_id(struct qent__query *q, int64_t id)
{
  if (id != 0)
    qent__put_int(q, id);
  else if (q->status == QENT_OK)
    bound(q, q->db->driver->bind_null(q->statement->stmt, q->placeholder));
}

void qent__put_bytes(struct qent__query *q, const char *text, size_t len)
{
  if (q->status == QENT_OK)
    bound(q, q->db->driver->bind_text(q->statement->stmt, q->placeholder, text, len));
}

void qent__put_text(struct qent__query *q, const char *text)
{
  if (text)
    qent__put_bytes(q, text, strlen(text));
  else
    qent__put_id(q, 0);
}

bool qent__query_next(struct qent__query *q)
{
  bool row = false;

  if (q->status != QENT_OK || q->done)
    return false;
  q->column = 0;
  q->status = q->db->driver->step(q->db, q->statement->stmt, q->noun, &row, q->err);
  q->done = !row;
  return q->status == QENT_OK && row;
}

bool qent__query_one(struct qent__query *q)
{
  if (qent__query_next(q))
    return true;
  if (q->status == QENT_OK)
    q->status = qent_fail(q->err, QENT_ENOTFOUND, "no such %s", q->noun);
  return false;
}

int64_t qent__get_int(struct qent__query *q)
{
  if (q->status != QENT_OK)
    return 0;
  return q->db->driver->column_int(q->statement->stmt, q->column++);
}

int32_t qent__get_i32(struct qent__query *q)
{
  int64_t value = qent__get_int(q);

  if (value < INT32_MIN || value > INT32_MAX) {
    q->status = qent_fail(q->err, QENT_ESTORE, "%s: column %d holds a number out of range", q->noun,
                          q->column - 1);
    return 0;
  }
  return (int32_t)value;
}

bool qent__get_bool(struct qent__query *q)
{
  return qent__get_int(q) != 0;
}

void qent__get_text(struct qent__query *q, char *text_out, size_t size)
{
  size_t len = 0;
  const char *text;

  if (q->status != QENT_OK)
    return;
  text = q->db->driver->column_text(q->statement->stmt, q->column++, &len);
  if (!qent__copy_text(text_out, size, text ? text : "", len))
    q->status = qent_fail(q->err, QENT_ESTORE, "%s: column %d holds a text that is too long",
                          q->noun, q->column - 1);
}

void qent__get_dup(struct qent__query *q, char **text_out)
{
  size_t len = 0;
  const char *text;

  if (q->status != QENT_OK)
    return;
  text = q->db->driver->column_text(q->statement->stmt, q->column++, &len);
  if (!text)
    return;
  *text_out = qent__strndup(text, len);
  if (!*text_out)
    q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
}

qent_status qent__query_end(struct qent__query *q)
{
  if (q->statement) {
    q->db->driver->reset(q->statement->stmt);
    q->statement->busy = false;
    q->statement = NULL;
  }
  return q->status;
}

qent_status qent__query_run(struct qent__query *q, int64_t *changes_out)
{
  while (qent__query_next(q))
    continue;
  if (q->status == QENT_OK && changes_out)
    *changes_out = q->db->driver->changes(q->db, q->statement->stmt);
  return qent__query_end(q);
}

qent_status qent__query_run_one(struct qent__query *q)
{
  int64_t changes = 0;
  const char *noun = q->noun;
  qent_error *err = q->err;
  qent_status st = qent__query_run(q, &changes);

  if (st == QENT_OK && changes == 0)
    return qent_fail(err, QENT_ENOTFOUND, "no such %s", noun);
  return st;
}

qent_status qent__query_insert(struct qent__query *q, int64_t *id_out)
{
  int64_t id = 0;

  if (qent__query_next(q))
    id = qent__get_int(q);
  else if (q->status == QENT_OK)
    q->status = qent_fail(q->err, QENT_ECONFLICT, "the %s exists already", q->noun);
  while (qent__query_next(q))
    continue;
  if (q->status == QENT_OK)
    *id_out = id;
  return qent__query_end(q);
}
