/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_APID_H
#define QENT_APID_APID_H

/* What apid's files share: configuration, a request, a reply. */

#include "common/cidr.h"
#include "executor.h"
#include "limiter.h"
#include <microhttpd.h>
#include <qentvpn/ext/buf.h>
#include <qentvpn/ext/json.h>
#include <qentvpn/qentvpn.h>
#include <stdatomic.h>

#define APID_BODY_MAX ((size_t)64 * 1024)
#define APID_UPDATE_MAX ((size_t)256 * 1024)
#define APID_REPLY_MAX ((size_t)1024 * 1024)
#define APID_URL_MAX 2048
#define APID_HEADERS_MAX ((size_t)16 * 1024)
#define APID_REPLY_HEADERS_MAX 12

/* Read from the settings once. */
typedef struct apid_config {
  struct sockaddr_storage listen;
  app_cidr *proxies; /* owned */
  size_t proxy_count;
  char **origins; /* owned; allowed CORS origins */
  size_t origin_count;
  int64_t rate_limit;
  char rate_policy[48]; /* the RateLimit-Policy header */
  int64_t initdata_max_age_s;
  bool yookassa_check_source;
  const char *shop_name;
  const char *support_url; /* NULL: none */
  const char *miniapp_dir; /* NULL: served elsewhere */
  const char *public_url;
  int64_t link_update_hours; /* how often VPN apps are to fetch a config link */
  const char *page_url;      /* where a person goes from a VPN app: the Mini App */
  char webhook_secret[65];
} apid_config;

qent_status apid_config_load(qent_ctx *ctx, apid_config *config_out, qent_error *err);
void apid_config_dispose(apid_config *config);

typedef struct apid_conns apid_conns;
struct apid_site;

/* The running server. */
typedef struct apid_server {
  qent_ctx *ctx;
  apid_config config;
  struct MHD_Daemon *daemon;
  apid_executor *executor;
  apid_limiter *users;     /* by Telegram id */
  apid_limiter *strangers; /* by address: refused calls of what needs no initData */
  apid_limiter *failures;  /* by address: refused initData */
  apid_conns *conns;
  struct apid_site *site; /* NULL: the Mini App is served elsewhere */
  atomic_int active;      /* requests between their headers and their end */
  atomic_bool draining;   /* SIGTERM came: finish, take nothing new */
} apid_server;

/* What one of libmicrohttpd's threads keeps: opened on first use, closed when the thread ends. */
typedef struct apid_worker {
  qent_session *session;
  qent_initdata_verifier *verifier;
  qent_buf text; /* of the reply under construction */
} apid_worker;

/* The calling thread's. @return QENT_ESTORE, QENT_ENOMEM. */
qent_status apid_worker_get(apid_server *server, apid_worker **worker_out, qent_error *err);

/* A reply under construction. Strings are borrowed until it is sent unless said otherwise. */
typedef struct apid_reply {
  unsigned status;
  const char *content_type;
  const char *static_body; /* NULL: the worker's text */
  size_t static_len;
  bool cacheable;     /* no "Cache-Control: no-store" */
  const char *policy; /* Content-Security-Policy; NULL: none */
  size_t header_count;
  struct {
    const char *name;
    char value[600]; /* 200 Cyrillic letters in base64 fit */
  } headers[APID_REPLY_HEADERS_MAX];
} apid_reply;

typedef struct apid_request apid_request;
typedef void (*apid_handler)(apid_worker *worker, apid_request *request, apid_reply *reply);

typedef enum apid_auth {
  APID_AUTH_NONE = 0,
  APID_AUTH_USER = 1 /* Authorization: tma <initData> */
} apid_auth;

typedef enum apid_limit {
  APID_LIMIT_NONE = 0,
  APID_LIMIT_USER = 1,   /* QENT_RATE_LIMIT */
  APID_LIMIT_ADDRESS = 2 /* for those who are not known */
} apid_limit;

typedef struct apid_route {
  const char *method; /* GET serves HEAD as well */
  const char *path;   /* "{id}" is a positive number, "{token}" one segment of [A-Za-z0-9_-],
                         "{file}" the rest of the path */
  apid_auth auth;
  apid_limit limit;
  size_t body_max; /* 0: takes no body */
  bool while_draining;
  apid_handler handler;
} apid_route;

struct apid_request {
  apid_server *server;
  struct MHD_Connection *connection;
  const apid_route *route; /* NULL: unknown path or method, see `refusal` */
  const char *method;      /* borrowed from libmicrohttpd until the reply is queued */
  int64_t id;              /* of "{id}" */
  char token[129];         /* of "{token}" or "{file}" */
  app_address address;     /* of the client, proxies taken into account */
  qent_user *user;         /* owned; set by authentication */
  int64_t telegram_id;
  int64_t rate_left; /* for the RateLimit header; -1: none */
  int64_t rate_reset_s;
  qent_buf body;
  size_t received;      /* bytes of the body, dropped ones included */
  uint64_t address_key; /* for the limiters; IPv6 by its /64 */
  bool body_too_large;
  int64_t began_ms;  /* monotonic */
  qent_order *order; /* owned; begun by POST /orders */
  apid_job job;      /* a pay link that is being asked for */
  bool waiting;      /* the connection was suspended for `job` */
};

/* request.c */
int64_t apid_now_ms(void);                                              /* monotonic */
const char *apid_header(const apid_request *request, const char *name); /* NULL: none */
/* The query parameter as a number; false when it is there and no number in the range. */
bool apid_query_int(const apid_request *request, const char *name, int64_t min, int64_t max,
                    int64_t *value_io);
const char *apid_query(const apid_request *request, const char *name);
/* Sizes and media type; false: `reply` says why not. */
bool apid_request_check(apid_request *request, const char *url, apid_reply *reply,
                        apid_worker *worker);
/* The client's address: the peer's, or what a trusted proxy says. */
void apid_client_address(apid_request *request);

/* router.c */
typedef enum apid_match { APID_MATCH_NONE, APID_MATCH_PATH, APID_MATCH_ROUTE } apid_match;
/* Sets route, id and token. APID_MATCH_PATH: the path exists for other methods. */
apid_match apid_route_find(apid_request *request, const char *url);
/* "GET, HEAD, OPTIONS" for a path. */
void apid_route_allowed(const char *url, char *text_out, size_t size);

/* auth.c: user, or a refusal in `reply`. */
bool apid_authenticate(apid_worker *worker, apid_request *request, apid_reply *reply);

/* respond.c */
typedef struct apid_problem {
  unsigned status;
  const char *slug;
  const char *title;
} apid_problem;
extern const apid_problem apid_bad_request, apid_invalid_json, apid_invalid_field,
    apid_unauthorized, apid_init_data_expired, apid_not_found, apid_method_not_allowed,
    apid_body_too_large, apid_uri_too_long, apid_headers_too_large, apid_unsupported_media_type,
    apid_conflict, apid_too_soon, apid_method_unavailable, apid_rate_limited, apid_stopping,
    apid_not_ready, apid_forbidden, apid_upstream, apid_upstream_timeout, apid_internal;

void apid_reply_init(apid_reply *reply);
void apid_reply_header(apid_reply *reply, const char *name, const char *fmt, ...) QENT_PRINTF(3, 4);
/* Begin a JSON reply in the worker's text. */
void apid_json_begin(apid_worker *worker, qent_json_writer *w);
/* End it; a writer that failed becomes a 500. */
void apid_json_end(apid_worker *worker, qent_json_writer *w, apid_reply *reply, unsigned status);
void apid_reply_problem(apid_worker *worker, apid_reply *reply, const apid_problem *problem,
                        const char *field, const char *detail);
/* A failed library call, by the one table of statuses. What is our own fault is logged, not told;
 * a conflict that time cures is "too-soon" with Retry-After. */
void apid_reply_failure(apid_worker *worker, apid_reply *reply, const qent_error *err);
enum MHD_Result apid_reply_send(apid_worker *worker, apid_request *request, apid_reply *reply);

/* cors.c */
/* Adds Access-Control headers if the request's Origin is allowed. */
void apid_cors_headers(const apid_request *request, struct MHD_Response *response);
bool apid_cors_preflight(const apid_request *request);

/* conns.c: ends connections that drip. */
apid_conns *apid_conns_new(void);
void apid_conns_free(apid_conns *conns);
void apid_conns_notify(void *conns, struct MHD_Connection *connection, void **context,
                       enum MHD_ConnectionNotificationCode code);
/* A request on it began (true) or ended. */
void apid_conns_busy(struct MHD_Connection *connection, bool busy);

/* answer.c: answer a request that is there as a whole, or wait for its pay link. */
enum MHD_Result apid_answer(apid_request *request, const char *url);

/* server.c */
qent_status apid_server_start(qent_ctx *ctx, apid_server *server, qent_error *err);
/* Take nothing new, let what has begun end within `timeout_ms`, stop. */
void apid_server_stop(apid_server *server, int64_t timeout_ms);

/* view.c: the API's objects */
void apid_view_money(qent_json_writer *w, const char *key, const qent_money *money);
void apid_view_order(qent_json_writer *w, const qent_order *order);
void apid_view_country(qent_json_writer *w, const char *country); /* the field; "" is null */
/* Reads its nodes. @return QENT_ESTORE. */
qent_status apid_view_subscription(apid_worker *worker, qent_json_writer *w,
                                   const qent_subscription *sub, qent_error *err);
void apid_reply_subscription(apid_worker *worker, apid_reply *reply, const qent_subscription *sub);
void apid_view_glance(qent_json_writer *w, const qent_subscription *sub, int64_t now);

/* routes_*.c */
void apid_get_me(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_patch_me(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_plans(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_post_order(apid_worker *worker, apid_request *request, apid_reply *reply);
/* The same request after its pay link was asked for. */
void apid_post_order_finish(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_orders(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_order(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_subscriptions(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_subscription(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_keys(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_traffic(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_post_rotate(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_nodes(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_post_node(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_site_root(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_site(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_link(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_link_open(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_post_yookassa(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_post_telegram(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_health(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_ready(apid_worker *worker, apid_request *request, apid_reply *reply);
void apid_get_openapi(apid_worker *worker, apid_request *request, apid_reply *reply);

#endif
