/* SPDX-License-Identifier: MIT */
/* The Mini App's pages below /app/, when QENT_MINIAPP_DIR names them. */
#include "apid.h"
#include "site.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Names below this folder carry a hash of their content. */
#define HASHED "_next/static/"

/* Whether Accept-Encoding names `coding`, and not with a weight of 0. */
static bool takes(const apid_request *request, const char *coding)
{
  const char *at = apid_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  size_t len = strlen(coding);

  while (at && *at) {
    at += strspn(at, " \t,");
    const char *end = at + strcspn(at, ",");
    const char *weight = strstr(at, "q=");
    if (strncasecmp(at, coding, len) == 0 && strchr(" \t,;", at[len]))
      return !weight || weight > end || strtod(weight + 2, NULL) > 0;
    at = end;
  }
  return false;
}

static void choose_form(const apid_request *request, const apid_file *file, apid_reply *reply)
{
  const char *coding = NULL;

  reply->static_body = file->data;
  reply->static_len = file->len;
  if (file->brotli && takes(request, "br")) {
    coding = "br";
    reply->static_body = file->brotli;
    reply->static_len = file->brotli_len;
  } else if (file->gzip && takes(request, "gzip")) {
    coding = "gzip";
    reply->static_body = file->gzip;
    reply->static_len = file->gzip_len;
  }
  if (coding)
    apid_reply_header(reply, MHD_HTTP_HEADER_CONTENT_ENCODING, "%s", coding);
}

static void reply_file(const apid_request *request, const apid_file *file, apid_reply *reply)
{
  bool hashed = strncmp(file->path, HASHED, sizeof HASHED - 1) == 0;

  reply->status = 200;
  reply->content_type = file->type;
  reply->cacheable = true;
  choose_form(request, file, reply);
  apid_reply_header(reply, MHD_HTTP_HEADER_CACHE_CONTROL, "%s",
                    hashed ? "public, max-age=31536000, immutable" : "no-cache");
  apid_reply_header(reply, MHD_HTTP_HEADER_ETAG, "%s", file->etag);
  apid_reply_header(reply, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
  if (strncmp(file->type, "text/html", 9) == 0) {
    reply->policy = apid_site_policy(request->server->site);
    apid_reply_header(reply, "Referrer-Policy", "no-referrer");
  }
}

static bool unchanged(const apid_request *request, const apid_file *file)
{
  const char *known = apid_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH);

  return known && strstr(known, file->etag);
}

void apid_get_site(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const apid_site *site = request->server->site;
  const apid_file *file = site ? apid_site_find(site, request->token) : NULL;
  const apid_file *lost = site ? apid_site_find(site, "404.html") : NULL;

  if (file) {
    reply_file(request, file, reply);
    if (unchanged(request, file)) {
      reply->status = 304;
      reply->static_len = 0;
    }
  } else if (lost) {
    reply_file(request, lost, reply);
    reply->status = 404;
  } else {
    apid_reply_problem(worker, reply, &apid_not_found, NULL, apid_not_found.title);
  }
}

void apid_get_site_root(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  if (!request->server->site) {
    apid_reply_problem(worker, reply, &apid_not_found, NULL, apid_not_found.title);
    return;
  }
  reply->status = 308;
  reply->static_body = "";
  reply->static_len = 0;
  apid_reply_header(reply, MHD_HTTP_HEADER_LOCATION, "/app/");
}
