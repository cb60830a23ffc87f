/* SPDX-License-Identifier: MIT */
/* write_documents <folder> <links> [<conf>...]: each format's document, for readers that are not
 * ours to read back. `links` holds share links, one a line. */
#include "link/render.h"

#include <qentvpn/ext/gateway.h>
#include <stdio.h>
#include <string.h>

#define LINKS_MAX 64
#define LINE_MAX_BYTES 65536

static qent__link links[LINKS_MAX];
static size_t link_count;

static bool add(const char *uri, size_t len)
{
  char node[16];

  (void)snprintf(node, sizeof node, "node%zu", link_count);
  return link_count < LINKS_MAX &&
         qent__link_read(uri, len, node, node, &links[link_count++], NULL) == QENT_OK;
}

static bool read_links(const char *path)
{
  static char line[LINE_MAX_BYTES];
  FILE *file = fopen(path, "rb");
  bool good = file != NULL;

  while (good && fgets(line, sizeof line, file))
    good = add(line, strcspn(line, "\n"));
  if (file)
    fclose(file);
  return good;
}

static bool read_conf(const char *path)
{
  static char text[LINE_MAX_BYTES];
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  FILE *file = fopen(path, "rb");
  bool good;

  text[file ? fread(text, 1, sizeof text - 1, file) : 0] = '\0';
  good = qent_account_view_add_conf(&view, text, NULL) == QENT_OK &&
         add(view.links[0], strlen(view.links[0]));
  if (file)
    fclose(file);
  qent_account_view_dispose(&view);
  return good;
}

static bool write_document(const char *folder, qent_config_format format)
{
  qent__link fitting[LINKS_MAX];
  size_t count = 0;
  char path[1024];
  qent_buf text;
  FILE *file;
  bool good;

  for (size_t i = 0; i < link_count; i++) {
    if (qent__link_fits(&links[i], format))
      fitting[count++] = links[i];
  }
  qent_buf_init(&text, 1048576);
  (void)snprintf(path, sizeof path, "%s/%s", folder, qent_config_format_name(format));
  file = fopen(path, "wb");
  good = file && count > 0 && qent__link_render(fitting, count, format, &text, NULL) == QENT_OK &&
         fwrite(text.data, 1, text.len, file) == text.len;
  if (file)
    good = fclose(file) == 0 && good;
  qent_buf_dispose(&text);
  return good;
}

int main(int argc, char **argv)
{
  static const qent_config_format formats[] = {QENT_CONFIG_BASE64, QENT_CONFIG_PLAIN,
                                               QENT_CONFIG_CLASH,  QENT_CONFIG_SING_BOX,
                                               QENT_CONFIG_AWG,    QENT_CONFIG_VPN};
  bool good = argc > 2 && read_links(argv[2]);

  for (int i = 3; good && i < argc; i++)
    good = read_conf(argv[i]);
  if (good)
    qent__links_name(links, link_count);
  for (size_t i = 0; good && i < sizeof formats / sizeof formats[0]; i++)
    good = write_document(argv[1], formats[i]);
  for (size_t i = 0; i < link_count; i++)
    qent__link_dispose(&links[i]);
  return good ? 0 : 1;
}
