/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_SANDBOX_H
#define TESTS_CONTRACT_SANDBOX_H

#include <qentvpn/ext/http.h>

#include <stdbool.h>
#include <sys/types.h>

/* A qent-sandbox of our own on a free port. */
struct sandbox {
  pid_t pid;
  char url[128]; /* "http://127.0.0.1:PORT" */
  qent_http *http;
};

/* Start `binary` and wait until it listens. */
bool sandbox_start(struct sandbox *sandbox, const char *binary);
void sandbox_stop(struct sandbox *sandbox);

/* Call the control API: `path` below /control, `body` NULL for none. The answer's text in a static
 * buffer, "" when the call failed. */
const char *sandbox_control(struct sandbox *sandbox, const char *method, const char *path,
                            const char *body);

#endif
