/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_HTTP_H
#define SANDBOX_HTTP_H

#include <microhttpd.h>

#include "form.h"
#include "util.h"

enum { SB_BODY_MAX = 52 * 1024 * 1024, SB_REPLY_HEADERS = 8 };

struct sb_request {
  struct MHD_Connection *conn;
  const char *method;
  const char *path; /* unescaped, without the stand-in's prefix */
  struct sb_params query;
  const char *type; /* Content-Type or "" */
  char *body;
  size_t body_len;
  bool too_large;
};

/* How an answer ends. */
enum sb_end {
  SB_END_FULL,  /* as promised by Content-Length */
  SB_END_CUT,   /* connection closed after half of the body */
  SB_END_CLOSE, /* connection closed without any answer */
  SB_END_RESET  /* the same with a TCP reset */
};

struct sb_reply {
  unsigned status;
  const char *type; /* static text */
  struct sb_buf body;
  struct {
    const char *name; /* static text */
    char *value;
  } headers[SB_REPLY_HEADERS];
  size_t header_count;
  uint64_t filler_bytes; /* this many 'A' follow the body */
  enum sb_end end;
};

typedef void sb_handler(struct sb_request *rq, struct sb_reply *rp);

const char *sb_header(const struct sb_request *rq, const char *name);
bool sb_is(const struct sb_request *rq, const char *method, const char *path);
bool sb_type_is(const struct sb_request *rq, const char *media_type);
/* Waits; false when the caller went away or the process is to end. */
bool sb_hold(const struct sb_request *rq, int64_t ms);

void sb_reply_header(struct sb_reply *rp, const char *name, const char *value);
/* Prints and deletes `json`. */
void sb_reply_json(struct sb_reply *rp, unsigned status, cJSON *json);
void sb_reply_text(struct sb_reply *rp, unsigned status, const char *type, const char *text);
void sb_reply_bytes(struct sb_reply *rp, unsigned status, const char *type, const void *data,
                    size_t len);
void sb_reply_free(struct sb_reply *rp);

/* Listens on an address of 127.0.0.0/8 only; port 0 takes a free one and *port gets it. -1: cannot.
 */
int sb_http_listen(const char *host, uint16_t *port);
struct MHD_Daemon *sb_http_start(int fd, sb_handler *handler);
void sb_http_stop(struct MHD_Daemon *daemon);

#endif
