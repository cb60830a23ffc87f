/* SPDX-License-Identifier: MIT */
#ifndef QENT_TEST_HTTP_SERVER_H
#define QENT_TEST_HTTP_SERVER_H
#include <stdbool.h>
#include <stddef.h>

/* A loopback server on its own thread that answers requests by a script, one connection at a time.
 */
typedef struct server server;

typedef enum server_end {
  END_KEEP,  /* wait for the next request on this connection */
  END_CLOSE, /* close the connection */
  END_HOLD,  /* stay silent until the client closes */
} server_end;

typedef struct server_step {
  const char *reply; /* NULL: nothing */
  size_t len;        /* 0: strlen(reply) */
  server_end end;
  void (*then)(void *user); /* on the server's thread, after the reply and before the end */
  void *user;
} server_step;

/* `cert` and `key` name PEM files, NULL for plain HTTP. */
server *server_start(const char *cert, const char *key);
/* What to do with the next requests; copied. After the last one the server
 * closes connections without an answer. Forgets recorded requests. */
void server_script(server *s, const server_step *steps, size_t count);
int server_port(const server *s);
size_t server_requests(server *s);
size_t server_connections(server *s);
/* The nth request since server_script(), borrowed until then; `len_out` may be NULL. */
const char *server_request(server *s, size_t nth, size_t *len_out);
void server_stop(server *s);

/* Write a self-signed certificate for 127.0.0.1 and its key to PEM files, and its public key's pin
 * ("sha256//...") to `pin`. */
bool server_make_cert(const char *cert_path, const char *key_path, char *pin, size_t pin_cap);

#endif
