/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#define FORWARDED_MAX 1024

int64_t apid_now_ms(void)
{
  struct timespec now = {0, 0};

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *apid_header(const apid_request *request, const char *name)
{
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *apid_query(const apid_request *request, const char *name)
{
  return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

static bool parse_int(const char *text, int64_t min, int64_t max, int64_t *value_out)
{
  int64_t value = 0;

  if (!*text)
    return false;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || value > max)
      return false;
    value = value * 10 + (*text - '0');
  }
  if (value < min || value > max)
    return false;
  *value_out = value;
  return true;
}

bool apid_query_int(const apid_request *request, const char *name, int64_t min, int64_t max,
                    int64_t *value_io)
{
  const char *text = apid_query(request, name);

  return !text || parse_int(text, min, max, value_io);
}

struct forwarded {
  char text[FORWARDED_MAX];
  size_t len;
};

static enum MHD_Result collect_forwarded(void *cls, enum MHD_ValueKind kind, const char *key,
                                         const char *value)
{
  struct forwarded *all = cls;
  size_t len = value ? strlen(value) : 0;

  (void)kind;
  if (strcasecmp(key, "X-Forwarded-For") != 0)
    return MHD_YES;
  /* Only the right end counts: of a header that is too long the left is dropped. */
  if (len + 1 > sizeof all->text) {
    value += len + 1 - sizeof all->text;
    len = sizeof all->text - 1;
  }
  if (all->len + len + 1 > sizeof all->text) {
    size_t drop = all->len + len + 1 - sizeof all->text;
    memmove(all->text, all->text + drop, all->len - drop);
    all->len -= drop;
  }
  all->text[all->len++] = ',';
  if (len > 0)
    memcpy(all->text + all->len, value, len);
  all->len += len;
  return MHD_YES;
}

/* From the right, past our own proxies: what is left of the first stranger is the stranger's word.
 */
static void walk_forwarded(apid_request *request, const struct forwarded *all)
{
  const apid_config *config = &request->server->config;
  size_t end = all->len;

  while (end > 0) {
    size_t start = end;
    size_t from;
    size_t to = end;
    app_address address;
    while (start > 0 && all->text[start - 1] != ',')
      start--;
    from = start;
    while (from < to && (all->text[from] == ' ' || all->text[from] == '\t'))
      from++;
    while (to > from && (all->text[to - 1] == ' ' || all->text[to - 1] == '\t'))
      to--;
    if (!app_address_parse(all->text + from, to - from, &address))
      return;
    request->address = address;
    if (!app_cidr_any_contains(config->proxies, config->proxy_count, &address))
      return;
    end = start > 0 ? start - 1 : 0;
  }
}

void apid_client_address(apid_request *request)
{
  const apid_config *config = &request->server->config;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  struct forwarded all;

  memset(&request->address, 0, sizeof request->address);
  if (!info || !app_address_from_sockaddr(info->client_addr, &request->address))
    return;
  if (!app_cidr_any_contains(config->proxies, config->proxy_count, &request->address))
    return;
  all.len = 0;
  (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, collect_forwarded, &all);
  walk_forwarded(request, &all);
}

static bool headers_fit(const apid_request *request)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

  return !info || info->header_size <= APID_HEADERS_MAX;
}

static bool is_json(const char *type)
{
  static const char json[] = "application/json";
  size_t len = sizeof json - 1;

  return type && strncasecmp(type, json, len) == 0 &&
         (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

bool apid_request_check(apid_request *request, const char *url, apid_reply *reply,
                        apid_worker *worker)
{
  if (strlen(url) > APID_URL_MAX) {
    apid_reply_problem(worker, reply, &apid_uri_too_long, NULL, "the path is too long");
    return false;
  }
  if (!headers_fit(request)) {
    apid_reply_problem(worker, reply, &apid_headers_too_large, NULL, "the headers are too large");
    return false;
  }
  if (request->body_too_large) {
    apid_reply_problem(worker, reply, &apid_body_too_large, NULL, "the body is too large");
    apid_reply_header(reply, "Connection", "close");
    return false;
  }
  if (request->route && request->route->body_max > 0 &&
      !is_json(apid_header(request, MHD_HTTP_HEADER_CONTENT_TYPE))) {
    apid_reply_problem(worker, reply, &apid_unsupported_media_type, NULL,
                       "the body must be application/json");
    return false;
  }
  return true;
}
