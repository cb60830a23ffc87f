/* SPDX-License-Identifier: MIT */
#include "site.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define FILES_MAX 2000
#define BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PATH_MAX_BYTES 256
#define DEPTH_MAX 12
#define GZIP_WINDOW (15 + 16) /* zlib: gzip instead of its own framing */
#define POLICY_FILE "csp.json"
#define POLICY_MAX_BYTES 8192
#define ORIGIN_MAX_BYTES 300
#define BROTLI ".br"

struct apid_site {
  apid_file *files; /* sorted by path */
  size_t count;
  size_t bytes;
  char policy[POLICY_MAX_BYTES];
};

static const struct {
  const char *ending;
  const char *type;
  bool text;
} types[] = {
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".json", "application/json", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".svg", "image/svg+xml", true},
    {".webmanifest", "application/manifest+json", true},
    {".png", "image/png", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
    {"", "application/octet-stream", false},
};

static size_t type_of(const char *path)
{
  size_t len = strlen(path);
  size_t i = 0;

  for (;; i++) {
    size_t ending = strlen(types[i].ending);
    if (len >= ending && strcmp(path + len - ending, types[i].ending) == 0)
      return i;
  }
}

/* Keep the compressed form when it is at least a tenth smaller. */
static void compress_file(apid_file *file)
{
  z_stream z;
  size_t room = file->len - file->len / 10;
  void *out = malloc(room + 1);

  memset(&z, 0, sizeof z);
  if (!out || deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 9,
                           Z_DEFAULT_STRATEGY) != Z_OK) {
    free(out);
    return;
  }
  z.next_in = file->data;
  z.avail_in = (uInt)file->len;
  z.next_out = out;
  z.avail_out = (uInt)room;
  if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
    file->gzip = out;
    file->gzip_len = (size_t)z.total_out;
  } else {
    free(out);
  }
  (void)deflateEnd(&z);
}

static qent_status read_all(int fd, const char *path, size_t len, apid_file *file, qent_error *err)
{
  size_t have = 0;

  file->data = malloc(len + 1);
  if (!file->data)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  while (have < len) {
    ssize_t n = read(fd, (char *)file->data + have, len - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return qent_fail(err, QENT_ENOTFOUND, "QENT_MINIAPP_DIR: %s cannot be read", path);
    have += (size_t)n;
  }
  file->len = len;
  return QENT_OK;
}

static qent_status add_file(apid_site *site, int dir, const char *name, const char *path,
                            qent_error *err)
{
  apid_file *file = &site->files[site->count];
  struct stat info;
  size_t type = type_of(path);
  int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  qent_status st;

  if (fd < 0 || fstat(fd, &info) != 0) {
    if (fd >= 0)
      (void)close(fd);
    return qent_fail(err, QENT_ENOTFOUND, "QENT_MINIAPP_DIR: %s cannot be opened", path);
  }
  site->bytes += (size_t)info.st_size;
  if (site->count == FILES_MAX || site->bytes > BYTES_MAX) {
    (void)close(fd);
    return qent_fail(err, QENT_EINVAL, "QENT_MINIAPP_DIR: more than %d files or 16 MiB", FILES_MAX);
  }
  st = read_all(fd, path, (size_t)info.st_size, file, err);
  (void)close(fd);
  file->path = st == QENT_OK ? strdup(path) : NULL;
  if (!file->path) {
    free(file->data);
    memset(file, 0, sizeof *file);
    return st != QENT_OK ? st : qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  file->type = types[type].type;
  if (types[type].text)
    compress_file(file);
  (void)snprintf(file->etag, sizeof file->etag, "\"%08lx-%zx\"",
                 crc32(0, file->data, (uInt)file->len), file->len);
  site->count++;
  return QENT_OK;
}

static qent_status add_folder(apid_site *site, int fd, const char *prefix, int depth,
                              qent_error *err);

static qent_status add_entry(apid_site *site, int dir, const char *prefix, const char *name,
                             int depth, qent_error *err)
{
  char path[PATH_MAX_BYTES];
  struct stat info;
  int len = snprintf(path, sizeof path, "%s%s", prefix, name);

  if (len < 0 || (size_t)len + 1 >= sizeof path)
    return qent_fail(err, QENT_EINVAL, "QENT_MINIAPP_DIR: a path is longer than 254 bytes");
  if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return QENT_OK;
  if (S_ISREG(info.st_mode))
    return add_file(site, dir, name, path, err);
  if (!S_ISDIR(info.st_mode) || depth == DEPTH_MAX)
    return QENT_OK;
  memcpy(path + len, "/", 2);
  return add_folder(site, openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), path,
                    depth + 1, err);
}

/* Takes `fd`. */
static qent_status add_folder(apid_site *site, int fd, const char *prefix, int depth,
                              qent_error *err)
{
  DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
  const struct dirent *entry;
  qent_status st = QENT_OK;

  if (!dir) {
    if (fd >= 0)
      (void)close(fd);
    return qent_fail(err, QENT_ENOTFOUND, "QENT_MINIAPP_DIR: folder %s cannot be opened",
                     *prefix ? prefix : "itself");
  }
  while (st == QENT_OK && (entry = readdir(dir)) != NULL) {
    if (entry->d_name[0] != '.')
      st = add_entry(site, fd, prefix, entry->d_name, depth, err);
  }
  (void)closedir(dir);
  return st;
}

static int by_path(const void *a, const void *b)
{
  return strcmp(((const apid_file *)a)->path, ((const apid_file *)b)->path);
}

/* Compressed neighbours become forms of their files, and are no files of their own any more. */
static void join_brotli(apid_site *site)
{
  size_t kept = 0;

  for (size_t i = 0; i < site->count; i++) {
    apid_file *file = &site->files[i];
    size_t len = strlen(file->path);
    apid_file *whole = NULL;
    /* "x" sorts before "x.br", so it is among those kept. */
    if (len > sizeof BROTLI && strcmp(file->path + len - (sizeof BROTLI - 1), BROTLI) == 0) {
      file->path[len - (sizeof BROTLI - 1)] = '\0';
      whole = bsearch(file, site->files, kept, sizeof site->files[0], by_path);
      file->path[len - (sizeof BROTLI - 1)] = BROTLI[0];
    }
    if (whole) {
      whole->brotli = file->data;
      whole->brotli_len = file->len;
      free(file->gzip);
      free(file->path);
    } else {
      site->files[kept++] = *file;
    }
  }
  site->count = kept;
}

/* A header's value: printable ASCII. */
static bool add_policy(apid_site *site, size_t *len, const char *separator, const char *text)
{
  int n = snprintf(site->policy + *len, sizeof site->policy - *len, "%s%s", separator, text);

  for (const char *at = text; *at; at++) {
    if (*at < ' ' || *at > '~')
      return false;
  }
  if (n < 0 || (size_t)n >= sizeof site->policy - *len)
    return false;
  *len += (size_t)n;
  return true;
}

static bool make_policy(apid_site *site, const qent_settings *settings, const char *directives)
{
  char origin[ORIGIN_MAX_BYTES];
  size_t len = 0;

  if (!directives || !*directives || !add_policy(site, &len, "", directives) ||
      !add_policy(site, &len, "; frame-ancestors ", "'self'"))
    return false;
  for (size_t i = 0;
       qent_settings_get_item(settings, "QENT_MINIAPP_FRAME_ANCESTORS", i, origin, sizeof origin);
       i++) {
    if (strchr(origin, ';') || !add_policy(site, &len, " ", origin))
      return false;
  }
  return true;
}

/* The pages must not go out without their policy. */
static qent_status load_policy(apid_site *site, const qent_settings *settings, qent_error *err)
{
  const apid_file *file = apid_site_find(site, POLICY_FILE);
  cJSON *root = file ? cJSON_ParseWithLength(file->data, file->len) : NULL;
  const cJSON *directives = cJSON_GetObjectItemCaseSensitive(root, "directives");
  bool good = make_policy(site, settings, cJSON_GetStringValue(directives));

  cJSON_Delete(root);
  if (good)
    return QENT_OK;
  return qent_fail(err, file ? QENT_EINVAL : QENT_ENOTFOUND,
                   "QENT_MINIAPP_DIR: " POLICY_FILE " %s; build the Mini App with "
                   "apps/miniapp/build.sh",
                   file ? "says no policy" : "is missing");
}

static qent_status load_files(apid_site *site, const char *folder, qent_error *err)
{
  qent_status st = add_folder(site, open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "", 0, err);

  if (st != QENT_OK)
    return st;
  qsort(site->files, site->count, sizeof site->files[0], by_path);
  join_brotli(site);
  if (!apid_site_find(site, ""))
    return qent_fail(err, QENT_ENOTFOUND,
                     "QENT_MINIAPP_DIR: there is no index.html; build the "
                     "Mini App with apps/miniapp/build.sh");
  return QENT_OK;
}

qent_status apid_site_load(const qent_settings *settings, apid_site **site_out, qent_error *err)
{
  apid_site *site = calloc(1, sizeof *site);
  qent_status st;

  if (site)
    site->files = calloc(FILES_MAX + 1, sizeof *site->files);
  if (!site || !site->files) {
    free(site);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  st = load_files(site, qent_settings_get(settings, "QENT_MINIAPP_DIR"), err);
  if (st == QENT_OK)
    st = load_policy(site, settings, err);
  if (st != QENT_OK) {
    apid_site_free(site);
    return st;
  }
  *site_out = site;
  return QENT_OK;
}

void apid_site_free(apid_site *site)
{
  if (!site)
    return;
  for (size_t i = 0; i < site->count; i++) {
    free(site->files[i].path);
    free(site->files[i].data);
    free(site->files[i].gzip);
    free(site->files[i].brotli);
  }
  free(site->files);
  free(site);
}

const char *apid_site_policy(const apid_site *site)
{
  return site->policy;
}

const apid_file *apid_site_find(const apid_site *site, const char *path)
{
  char full[PATH_MAX_BYTES];
  apid_file key = {.path = full};
  size_t len = strlen(path);
  bool folder = len == 0 || path[len - 1] == '/';

  if (len + sizeof "index.html" > sizeof full)
    return NULL;
  (void)snprintf(full, sizeof full, "%s%s", path, folder ? "index.html" : "");
  return bsearch(&key, site->files, site->count, sizeof site->files[0], by_path);
}
