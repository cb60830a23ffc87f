/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_FORM_H
#define SANDBOX_FORM_H

#include "util.h"

/* Fields of a query, a form or a multipart body, in order of arrival. Start with {0}. */
struct sb_param {
  char *name;
  char *value; /* NUL behind it; may hold NULs when it is an upload */
  size_t len;
  char *filename; /* NULL unless this is an upload */
  char *type;     /* media type of an upload or NULL */
};
struct sb_params {
  struct sb_param *items;
  size_t count;
};

void sb_params_add(struct sb_params *ps, const char *name, const char *value, size_t len);
void sb_params_urlencoded(struct sb_params *ps, const char *text, size_t len);
/* False when the body does not follow its boundary. */
bool sb_params_multipart(struct sb_params *ps, const char *type, const char *body, size_t len);
const char *sb_params_get(const struct sb_params *ps, const char *name);
const struct sb_param *sb_params_upload(const struct sb_params *ps, const char *name);
int64_t sb_params_int(const struct sb_params *ps, const char *name, int64_t otherwise);
void sb_params_free(struct sb_params *ps);

#endif
