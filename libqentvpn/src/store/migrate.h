/* SPDX-License-Identifier: MIT */
#ifndef QENT_STORE_MIGRATE_H
#define QENT_STORE_MIGRATE_H

#include "store/db.h"

/* Texts of migrations/NNNN_*.sql in order; made by the build. Number n is [n - 1]. */
extern const char *const qent__migrations[];
extern const int32_t qent__migration_count;

/* QENT_OK when `db` has exactly this program's schema; else QENT_ESTORE with the remedy. */
qent_status qent__migrate_check(struct qent__db *db, qent_error *err);

/* Bring `db` up to this program's schema. */
qent_status qent__migrate_run(struct qent__db *db, int32_t *from_out, int32_t *to_out,
                              qent_error *err);

#endif
