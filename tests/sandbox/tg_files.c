/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "tg.h"

enum {
  PHOTO_MAX = 10 * 1024 * 1024,
  DOCUMENT_MAX = 50 * 1024 * 1024,
  SIDES_MAX = 10000,
  RATIO_MAX = 20
};

static const unsigned char png_magic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static int be32(const char *p)
{
  const unsigned char *u = (const unsigned char *)p;
  return (int)((unsigned)u[0] << 24 | (unsigned)u[1] << 16 | (unsigned)u[2] << 8 | u[3]);
}

static bool is_jpeg(const struct sb_param *up)
{
  return up->len > 3 && memcmp(up->value, "\xff\xd8\xff", 3) == 0;
}

/* NULL when it is a picture that Telegram takes. */
static const char *picture_problem(const struct sb_param *up, struct tg_file *f)
{
  if (up->len > PHOTO_MAX)
    return "file is too big";
  if (is_jpeg(up)) {
    f->type = "image/jpeg";
    f->width = f->height = 512;
    return NULL;
  }
  if (up->len < 45 || memcmp(up->value, png_magic, sizeof png_magic) != 0 ||
      memcmp(up->value + 12, "IHDR", 4) != 0 || memcmp(up->value + up->len - 8, "IEND", 4) != 0)
    return "IMAGE_PROCESS_FAILED";
  f->width = be32(up->value + 16);
  f->height = be32(up->value + 20);
  f->type = "image/png";
  int longer = f->width > f->height ? f->width : f->height;
  int shorter = f->width > f->height ? f->height : f->width;
  if (shorter < 1 || f->width > SIDES_MAX || f->height > SIDES_MAX ||
      f->width + f->height > SIDES_MAX || longer / shorter > RATIO_MAX)
    return "PHOTO_INVALID_DIMENSIONS";
  return NULL;
}

/* By the name's ending alone, as Telegram does. */
static const char *type_of_name(const char *name)
{
  static const char *const types[][2] = {{".conf", "text/plain"},
                                         {".txt", "text/plain"},
                                         {".json", "application/json"},
                                         {".png", "image/png"}};
  const char *ending = strrchr(name, '.');
  for (size_t i = 0; ending && i < sizeof types / sizeof *types; i++)
    if (strcmp(types[i][0], ending) == 0)
      return types[i][1];
  return "application/octet-stream";
}

struct tg_file *tg_store_file(const struct sb_param *up, bool photo, char **error)
{
  struct tg_file *f = sb_alloc(sizeof *f);
  const char *problem = up->len == 0 ? "file must be non-empty" : NULL;
  f->type = type_of_name(up->filename);
  f->photo = photo;
  if (!problem && up->len > DOCUMENT_MAX)
    problem = "file is too big";
  if (!problem && photo)
    problem = picture_problem(up, f);
  if (problem) {
    free(f);
    *error = sb_strdup(problem);
    return NULL;
  }
  char *random = sb_random_text(62);
  f->id = sb_printf("%s%s", photo ? "AgACAgIA" : "BQACAgIA", random);
  f->path = sb_printf("%s/file_%zu%s", photo ? "photos" : "documents", tg.files.live,
                      strcmp(f->type, "image/png") == 0 ? ".png" : "");
  f->name = sb_strdup(up->filename);
  f->data = sb_strndup(up->value, up->len);
  f->len = up->len;
  free(random);
  (void)sb_map_put(&tg.files, f->id, f);
  return f;
}

void tg_serve_file(struct sb_request *rq, struct sb_reply *rp, const struct tg_file *f)
{
  (void)rq;
  if (!f) {
    sb_reply_text(rp, 404, "application/json",
                  "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}");
    return;
  }
  sb_reply_bytes(rp, 200, f->type, f->data, f->len);
  sb_reply_header(rp, "Cache-Control", "private, max-age=86400");
  if (!f->photo)
    sb_reply_header(rp, "Content-Disposition", "attachment");
}

void tg_get_file(struct tg_call *c)
{
  const char *id = tg_text(c, "file_id");
  const struct tg_file *f = id ? sb_map_get(&tg.files, id) : NULL;
  if (!f) {
    tg_fail(c, 400, "invalid file_id");
    return;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "file_id", f->id);
  cJSON_AddStringToObject(out, "file_unique_id", f->id + 8);
  cJSON_AddNumberToObject(out, "file_size", (double)f->len);
  cJSON_AddStringToObject(out, "file_path", f->path);
  tg_ok(c, out);
}
