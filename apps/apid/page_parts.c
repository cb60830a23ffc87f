/* SPDX-License-Identifier: MIT */
/* What is put into the templates' places. */
#include "body.h"
#include "page.h"

#include <inttypes.h>
#include <string.h>

#define DAY_S 86400
#define GB INT64_C(1073741824)
#define QR_MAX_BYTES 1200

static const struct {
  apid_platform platform;
  const char *id;
  const char *name; /* NULL: the text of that id */
} platforms[] = {
    {APID_IOS, "ios", NULL},
    {APID_ANDROID, "android", "Android"},
    {APID_WINDOWS, "windows", "Windows"},
    {APID_MACOS, "macos", "macOS"},
    {APID_LINUX, "linux", "Linux"},
};

#define PLATFORM_COUNT (sizeof platforms / sizeof platforms[0])

static const qent_subscription *sub_of(const apid_page *page)
{
  return qent_config_link_subscription(page->link);
}

static const char *url_of(const apid_page *page)
{
  return qent_subscription_config_link(sub_of(page));
}

static const char *shop_of(const apid_page *page)
{
  return page->config->shop_name && *page->config->shop_name ? page->config->shop_name : "VPN";
}

static void add_text(const apid_page *page, qent_buf *out, const char *key)
{
  apid_html(out, apid_page_text(page, key));
}

static void fail(apid_page *page, qent_status st)
{
  if (page->st == QENT_OK)
    page->st = st;
}

/* "12.3", without the machinery of floating point */
static void add_gb(qent_buf *out, int64_t bytes)
{
  qent_buf_add_i64(out, bytes / GB);
  qent_buf_addc(out, '.');
  qent_buf_add_i64(out, bytes % GB * 10 / GB);
}

static void add_traffic(apid_page *page, qent_buf *out)
{
  int64_t limit = qent_subscription_traffic_limit_bytes(sub_of(page));

  add_gb(out, qent_subscription_traffic_used_bytes(sub_of(page)));
  qent_buf_addc(out, ' ');
  if (limit > 0) {
    add_text(page, out, "of");
    qent_buf_addc(out, ' ');
    add_gb(out, limit);
    qent_buf_addc(out, ' ');
  }
  add_text(page, out, "gb");
  if (limit == 0) {
    qent_buf_adds(out, ", ");
    add_text(page, out, "unlimited");
  }
}

static void add_time_left(apid_page *page, qent_buf *out)
{
  int64_t left = qent_subscription_expires_at(sub_of(page)) - page->now;

  if (left <= 0) {
    add_text(page, out, "ended");
    return;
  }
  qent_buf_add_i64(out, (left + DAY_S - 1) / DAY_S);
  qent_buf_addc(out, ' ');
  add_text(page, out, "days");
}

static void add_qr_of(apid_page *page, const char *text, qent_buf *out)
{
  void *png = NULL;
  size_t len = 0;
  qent_status st = qent_qr_png(text, &png, &len, page->err);

  if (st == QENT_OK) {
    qent_buf_adds(out, "data:image/png;base64,");
    apid_base64(out, png, len);
  }
  qent_png_free(png);
  fail(page, st);
}

static void add_qr(apid_page *page, qent_buf *out)
{
  add_qr_of(page, url_of(page), out);
}

static void add_announce(apid_page *page, qent_buf *out)
{
  const char *announce = qent_config_link_announce(page->link);

  if (!announce)
    return;
  qent_buf_adds(out, "<p class=\"announce\" role=\"status\">");
  apid_html(out, announce);
  qent_buf_adds(out, "</p>");
}

static void add_deep_link(apid_page *page, const apid_client_app *app, qent_buf *out)
{
  qent_config_document document = QENT_CONFIG_DOCUMENT_INIT;
  qent_status st = QENT_OK;
  qent_buf link;

  qent_buf_init(&link, APID_REPLY_MAX);
  if (apid_client_app_is_amnezia(app))
    st = qent_config_link_render(page->link, QENT_CONFIG_VPN, page->node, &document, page->err);
  if (st == QENT_OK) {
    apid_client_app_link(&link, app, url_of(page), shop_of(page), document.text);
    st = qent_buf_status(&link, page->err);
  }
  if (st == QENT_OK)
    apid_html(out, link.data);
  qent_text_free(document.text);
  qent_buf_dispose(&link);
  fail(page, st);
}

static void add_site(apid_page *page, const apid_client_app *app, qent_buf *out)
{
  qent_buf_adds(out, "<a class=\"get\" target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
  apid_html(out, app->site);
  qent_buf_adds(out, "\">");
  add_text(page, out, "install");
  qent_buf_adds(out, "<span> ");
  apid_html(out, app->name);
  qent_buf_adds(out, "</span></a>");
}

static void add_app(apid_page *page, const apid_client_app *app, qent_buf *out)
{
  qent_buf_adds(out, "<li><b>");
  apid_html(out, app->name);
  qent_buf_adds(out, "</b>");
  add_site(page, app, out);
  qent_buf_adds(out, "<a class=\"button\" href=\"");
  add_deep_link(page, app, out);
  qent_buf_adds(out, "\">");
  add_text(page, out, "add-button");
  qent_buf_adds(out, "<span> ");
  apid_html(out, app->name);
  qent_buf_adds(out, "</span></a></li>");
}

static void add_apps_of(apid_page *page, size_t platform, qent_buf *out)
{
  const apid_client_app *app;

  qent_buf_addf(out, "<ul class=\"apps %s\">", platforms[platform].id);
  for (size_t i = 0; (app = apid_client_app_at(i)) != NULL; i++) {
    if ((app->platforms & platforms[platform].platform) && !apid_client_app_is_amnezia(app))
      add_app(page, app, out);
  }
  qent_buf_adds(out, "</ul>");
}

static void add_platforms(apid_page *page, qent_buf *out)
{
  for (size_t i = 0; i < PLATFORM_COUNT; i++)
    qent_buf_addf(out, "<input class=\"platform\" type=\"radio\" name=\"platform\" id=\"%s\"%s>",
                  platforms[i].id, platforms[i].platform == page->platform ? " checked" : "");
  qent_buf_adds(out, "<div class=\"platforms\">");
  for (size_t i = 0; i < PLATFORM_COUNT; i++) {
    qent_buf_addf(out, "<label for=\"%s\">", platforms[i].id);
    apid_html(out, platforms[i].name ? platforms[i].name : apid_page_text(page, platforms[i].id));
    qent_buf_adds(out, "</label>");
  }
  qent_buf_adds(out, "</div>");
}

struct counting {
  bool conf;
  size_t count;
};

static bool count_link(const qent_share_link *link, void *user)
{
  struct counting *counting = user;

  counting->count += (link->conf != NULL) == counting->conf;
  return true;
}

/* Are there .conf files, or share links? */
static bool has(apid_page *page, bool conf)
{
  struct counting counting = {conf, 0};

  fail(page, qent_config_link_each(page->link, count_link, &counting, page->err));
  return counting.count > 0;
}

static void add_heading(apid_page *page, const char *title, const char *hint, qent_buf *out)
{
  qent_buf_adds(out, "<section class=\"card\"><h2>");
  add_text(page, out, title);
  qent_buf_adds(out, "</h2><p class=\"hint\">");
  add_text(page, out, hint);
  qent_buf_adds(out, "</p>");
}

static void add_apps(apid_page *page, qent_buf *out)
{
  if (!has(page, false))
    return;
  add_heading(page, "add", "add-hint", out);
  add_platforms(page, out);
  for (size_t i = 0; i < PLATFORM_COUNT; i++)
    add_apps_of(page, i, out);
  qent_buf_adds(out, "</section>");
}

struct confs {
  apid_page *page;
  qent_buf *out;
  int64_t number;
};

/* The key is copied from a field that nobody sees: it fills a screen. */
static void add_conf_key(const struct confs *confs, const qent_share_link *link)
{
  qent_buf *out = confs->out;

  qent_buf_addf(out,
                "<textarea class=\"keys\" id=\"key%" PRId64
                "\" readonly tabindex=\"-1\" aria-hidden=\"true\">",
                confs->number);
  apid_html(out, link->uri);
  qent_buf_addf(out,
                "</textarea><button class=\"soft\" type=\"button\" data-copy=\"key%" PRId64
                "\" data-done=\"",
                confs->number);
  add_text(confs->page, out, "copied");
  qent_buf_adds(out, "\">");
  add_text(confs->page, out, "copy-key");
  qent_buf_adds(out, "</button>");
}

static void add_conf_file(const struct confs *confs, const qent_share_link *link)
{
  qent_buf *out = confs->out;

  qent_buf_adds(out, "<a class=\"button soft\" download=\"");
  apid_html(out, link->filename);
  qent_buf_adds(out, "\" href=\"");
  apid_html(out, url_of(confs->page));
  qent_buf_adds(out, "?format=awg&amp;node=");
  apid_html(out, link->node);
  qent_buf_adds(out, "\">");
  add_text(confs->page, out, "file");
  qent_buf_adds(out, "</a>");
}

/* AmneziaWG and WireGuard on a phone take the file from a screen. */
static void add_conf_qr(const struct confs *confs, const qent_share_link *link)
{
  qent_buf *out = confs->out;

  if (strlen(link->conf) > QR_MAX_BYTES)
    return;
  qent_buf_adds(out, "<details><summary>");
  add_text(confs->page, out, "conf-qr");
  qent_buf_adds(out, "</summary><img class=\"qr\" width=\"280\" height=\"280\" alt=\"");
  add_text(confs->page, out, "conf-qr");
  qent_buf_adds(out, "\" src=\"");
  add_qr_of(confs->page, link->conf, out);
  qent_buf_adds(out, "\"></details>");
}

static bool add_conf(const qent_share_link *link, void *user)
{
  struct confs *confs = user;
  qent_buf *out = confs->out;

  if (!link->conf)
    return true;
  confs->number++;
  qent_buf_adds(out, "<div class=\"conf\"><b>");
  apid_html(out, link->title);
  qent_buf_adds(out, "</b><a class=\"button\" href=\"");
  apid_html(out, link->uri);
  qent_buf_adds(out, "\">");
  add_text(confs->page, out, "open-amnezia");
  qent_buf_adds(out, "</a>");
  add_conf_key(confs, link);
  add_conf_file(confs, link);
  add_conf_qr(confs, link);
  qent_buf_adds(out, "</div>");
  return true;
}

static void add_confs(apid_page *page, qent_buf *out)
{
  struct confs confs = {page, out, 0};

  if (!has(page, true))
    return;
  add_heading(page, "conf", "conf-hint", out);
  add_site(page, apid_client_app_find("amneziavpn"), out);
  fail(page, qent_config_link_each(page->link, add_conf, &confs, page->err));
  qent_buf_adds(out, "</section>");
}

static void add_anchor(apid_page *page, const char *href, const char *text, qent_buf *out)
{
  if (!href || !*href)
    return;
  qent_buf_adds(out, "<a rel=\"noopener noreferrer\" href=\"");
  apid_html(out, href);
  qent_buf_adds(out, "\">");
  add_text(page, out, text);
  qent_buf_adds(out, "</a>");
}

static void add_links(apid_page *page, qent_buf *out)
{
  add_anchor(page, page->config->page_url, "renew", out);
  add_anchor(page, page->config->support_url, "support", out);
}

static void add_opened(apid_page *page, qent_buf *out)
{
  add_deep_link(page, page->app, out);
}

static void add_expiry(apid_page *page, qent_buf *out)
{
  qent_buf_add_i64(out, qent_subscription_expires_at(sub_of(page)));
}

/* Plain values. NULL: the key is none of them. */
static const char *value_of(const apid_page *page, const char *key)
{
  if (strcmp(key, "lang") == 0)
    return qent_config_link_language(page->link);
  if (strcmp(key, "shop") == 0)
    return shop_of(page);
  if (strcmp(key, "url") == 0)
    return url_of(page);
  if (strcmp(key, "state") == 0)
    return qent_subscription_state_name(qent_config_link_state(page->link));
  if (strcmp(key, "app") == 0)
    return page->app->name;
  if (strcmp(key, "site") == 0)
    return page->app->site;
  return NULL;
}

void apid_page_part(apid_page *page, const char *key, qent_buf *out)
{
  static const struct {
    const char *key;
    void (*add)(apid_page *page, qent_buf *out);
  } parts[] = {
      {"announce", add_announce},
      {"expires", add_expiry},
      {"left", add_time_left},
      {"traffic", add_traffic},
      {"apps", add_apps},
      {"confs", add_confs},
      {"qr", add_qr},
      {"links", add_links},
      {"deep-link", add_opened},
  };
  const char *value = value_of(page, key);

  if (value)
    apid_html(out, value);
  for (size_t i = 0; !value && i < sizeof parts / sizeof parts[0]; i++) {
    if (strcmp(parts[i].key, key) == 0)
      parts[i].add(page, out);
  }
}
