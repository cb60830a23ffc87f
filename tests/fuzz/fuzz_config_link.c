/* SPDX-License-Identifier: MIT */
/* Share links as a panel handed them out, one a line: whatever they hold, each document is one that
 * its reader takes in whole, with as many entries as were written. */
#include "link/render.h"
#include "util/json.h"

#include <stdlib.h>
#include <string.h>

#define LINKS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
  if (!good)
    abort();
}

/* Each proxy is one line of JSON; nothing else in the document begins like one. */
static void check_clash(const qent_buf *out, size_t count)
{
  size_t proxies = 0;

  for (const char *at = out->data; (at = strstr(at, "\n  - {")) != NULL; proxies++) {
    size_t len;
    cJSON *tree = NULL;
    at += strlen("\n  - ");
    len = strcspn(at, "\n");
    must(qent__json_parse_body(at, len, &tree, NULL) == QENT_OK);
    cJSON_Delete(tree);
  }
  must(proxies == count);
}

static void check_sing_box(const qent_buf *out, size_t count)
{
  cJSON *tree = NULL;

  must(qent__json_parse_body(out->data, out->len, &tree, NULL) == QENT_OK);
  must((size_t)cJSON_GetArraySize(cJSON_GetObjectItem(tree, "outbounds")) == count + 3);
  cJSON_Delete(tree);
}

static void check(const qent__link *links, size_t count, qent_config_format format)
{
  qent__link fitting[LINKS_MAX];
  size_t fit = 0;
  qent_buf out;

  for (size_t i = 0; i < count; i++) {
    if (qent__link_fits(&links[i], format))
      fitting[fit++] = links[i];
  }
  if (fit == 0)
    return;
  qent_buf_init(&out, 4194304);
  must(qent__link_render(fitting, fit, format, &out, NULL) == QENT_OK);
  if (format == QENT_CONFIG_CLASH)
    check_clash(&out, fit);
  else if (format == QENT_CONFIG_SING_BOX)
    check_sing_box(&out, fit);
  qent_buf_dispose(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  qent__link links[LINKS_MAX];
  size_t count = 0;
  size_t at = 0;

  while (at < size && count < LINKS_MAX) {
    const uint8_t *end = memchr(data + at, '\n', size - at);
    size_t len = end ? (size_t)(end - data) - at : size - at;
    char *line = malloc(len + 1);
    must(line != NULL);
    memcpy(line, data + at, len);
    line[len] = '\0';
    len = strlen(line);
    must(qent__link_read(line, len, "de1", "Germany", &links[count++], NULL) == QENT_OK);
    free(line);
    at = end ? (size_t)(end - data) + 1 : size;
  }
  qent__links_name(links, count);
  for (int format = QENT_CONFIG_BASE64; format <= QENT_CONFIG_VPN; format++)
    check(links, count, (qent_config_format)format);
  for (size_t i = 0; i < count; i++)
    qent__link_dispose(&links[i]);
  return 0;
}
