/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_SCRIPT_H
#define TESTS_SUPPORT_SCRIPT_H

/* A transport that answers from a script and keeps what was sent. Link tests/support/script.c. */

#include <qentvpn/ext/http.h>

#define SCRIPT_MAX 16

typedef struct script_reply {
  int status;         /* 0: fail with `failure` instead */
  const char *body;   /* NULL: empty */
  const char *header; /* one more line, or NULL */
  qent_status failure;
} script_reply;

typedef struct script {
  script_reply replies[SCRIPT_MAX];
  size_t reply_count;
  size_t sent; /* requests so far; one past the script fails the test by QENT_EINVAL */
  char method[16];
  char url[2048];
  char headers[1024]; /* lines, each with "\n" */
  char body[262144];
  char user[64];
  char password[256];
  char bearer[256];
  int32_t timeout_ms;
  size_t part_count;
  char part_names[256];  /* "name;" of each */
  char part_texts[4096]; /* "name|filename|type|data" and "\n" of each; "" for what is not there */
} script;

/* Start over with no replies. */
void script_reset(script *s);
void script_add(script *s, int status, const char *body);
void script_add_header(script *s, int status, const char *body, const char *header);
void script_add_failure(script *s, qent_status failure);
/* A handle that answers from `s`; NULL when memory is out. */
qent_http *script_http(script *s);
/* For qent_ctx_options.transport, with `s` as the user. */
qent_status script_transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user);

#endif
