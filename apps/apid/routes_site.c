/* SPDX-License-Identifier: MIT */
/* The Mini App's pages below /app/, when QENT_MINIAPP_DIR names them. */
#include "apid.h"
#include "site.h"

#include <string.h>

/* Names below this folder carry a hash of their content. */
#define HASHED "_next/static/"

static bool takes_gzip(const apid_request *request)
{
  const char *accepted = apid_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING);

  return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

static void reply_file(const apid_request *request, const apid_file *file, apid_reply *reply)
{
  bool hashed = strncmp(file->path, HASHED, sizeof HASHED - 1) == 0;
  bool zip = file->gzip && takes_gzip(request);

  reply->status = 200;
  reply->content_type = file->type;
  reply->static_body = zip ? file->gzip : file->data;
  reply->static_len = zip ? file->gzip_len : file->len;
  reply->cacheable = true;
  apid_reply_header(reply, MHD_HTTP_HEADER_CACHE_CONTROL, "%s",
                    hashed ? "public, max-age=31536000, immutable" : "no-cache");
  apid_reply_header(reply, MHD_HTTP_HEADER_ETAG, "%s", file->etag);
  apid_reply_header(reply, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
  if (zip)
    apid_reply_header(reply, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
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
