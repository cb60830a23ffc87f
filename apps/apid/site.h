/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_SITE_H
#define QENT_APID_SITE_H

/* The Mini App's exported pages, read into memory once: what a path names is looked up, never
 * opened, so no path leads out of the folder. */

#include <qentvpn/error.h>
#include <qentvpn/settings.h>

#include <stddef.h>

typedef struct apid_site apid_site;

typedef struct apid_file {
  char *path; /* "index.html", "_next/static/chunks/ab.js" */
  const char *type;
  void *data;
  size_t len;
  void *gzip; /* NULL: compressing does not help */
  size_t gzip_len;
  void *brotli; /* from the file's neighbour "x.br"; NULL: there is none */
  size_t brotli_len;
  char etag[24]; /* quoted */
} apid_file;

/* Read every file below QENT_MINIAPP_DIR; hidden ones and links are left out.
 * @return QENT_ENOTFOUND (no such folder, or no index.html or csp.json in it), QENT_EINVAL (more
 * than 2,000 files or 16 MiB, or a csp.json that says no policy), QENT_ENOMEM. */
qent_status apid_site_load(const qent_settings *settings, apid_site **site_out, qent_error *err);
void apid_site_free(apid_site *site); /* NULL is allowed. */

/* The Content-Security-Policy of every page: csp.json's directives, and who may frame them. */
const char *apid_site_policy(const apid_site *site);

/* The file of a path below the site's root; "" and "x/" mean the index.html there. NULL: none. */
const apid_file *apid_site_find(const apid_site *site, const char *path);

#endif
