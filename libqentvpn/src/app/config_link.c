/* SPDX-License-Identifier: MIT */
/* What a buyer's app is served under the config link. */
#include <qentvpn/config_link.h>

#include "app/context.h"
#include "app/links.h"
#include "link/format.h"
#include "link/render.h"
#include "util/alloc.h"
#include "util/text.h"

#include <inttypes.h>
#include <string.h>

#define BODY_MAX_BYTES 1048576
#define HOUR_S 3600
#define DAY_S 86400
#define SOON_DAYS 3

struct qent_config_link {
  qent_subscription *sub;
  qent_subscription_state state;
  bool russian;
  struct qent__links links;
  const char *shop; /* the context's; NULL = none */
  char *announce;
  char *userinfo;
};

struct text {
  const char *en;
  const char *ru;
};

static const struct text notices[] = {
    [QENT_SUBSCRIPTION_ACTIVE] = {"Keys are being prepared, refresh in a minute",
                                  "Ключи готовятся, обновите через минуту"},
    [QENT_SUBSCRIPTION_EXPIRED] = {"Subscription has ended, renew it in the bot",
                                   "Подписка закончилась, продлите её в боте"},
    [QENT_SUBSCRIPTION_EXHAUSTED] = {"Traffic is used up, renew in the bot",
                                     "Трафик закончился, продлите в боте"},
    [QENT_SUBSCRIPTION_DISABLED] = {"Subscription is switched off, write to support",
                                    "Подписка отключена, напишите в поддержку"},
};
static const struct text use_amnezia = {"These keys are for AmneziaVPN: open the link in a browser",
                                        "Эти ключи для AmneziaVPN: откройте ссылку в браузере"};
static const struct text use_other_app = {
    "This app cannot use these keys: open the link in a browser",
    "Это приложение не подходит для этих ключей: откройте ссылку в браузере"};

static const char *say(const qent_config_link *link, const struct text *text)
{
  return link->russian ? text->ru : text->en;
}

static qent_status take(qent_buf *text, char **to, qent_error *err)
{
  qent_status st = qent_buf_status(text, err);

  if (st == QENT_OK)
    *to = qent_buf_take(text);
  qent_buf_dispose(text);
  return st;
}

static qent_status make_userinfo(qent_config_link *link, qent_error *err)
{
  qent_buf text;

  qent_buf_init(&text, 256);
  qent_buf_addf(&text, "upload=0; download=%" PRId64 "; total=%" PRId64 "; expire=%" PRId64,
                link->sub->traffic_used_bytes, link->sub->traffic_limit_bytes,
                link->sub->expires_at);
  return take(&text, &link->userinfo, err);
}

static void add_time_left(const qent_config_link *link, int64_t left_s, qent_buf *text)
{
  bool days = left_s >= 2 * DAY_S;
  int64_t count = days ? left_s / DAY_S : (left_s + HOUR_S - 1) / HOUR_S;

  qent_buf_adds(text, link->russian ? "Подписка закончится через " : "Subscription ends in ");
  qent_buf_add_i64(text, count);
  if (link->russian)
    qent_buf_adds(text, days ? " дн." : " ч.");
  else
    qent_buf_adds(text, days ? " d." : " h.");
  qent_buf_adds(text, link->russian ? " Продлите её в боте." : " Renew it in the bot.");
}

static bool traffic_is_low(const qent_subscription *sub)
{
  return sub->traffic_limit_bytes > 0 &&
         sub->traffic_limit_bytes - sub->traffic_used_bytes < sub->traffic_limit_bytes / 10;
}

static qent_status make_announce(qent_config_link *link, int64_t now, qent_error *err)
{
  static const struct text low = {"Less than 10 % of the traffic is left.",
                                  "Осталось меньше 10 % трафика."};
  static const struct text moved = {"A server is down: others serve you meanwhile.",
                                    "Один из серверов не работает: пока вас обслуживают другие."};
  int64_t left_s = link->sub->expires_at - now;
  qent_buf text;

  qent_buf_init(&text, 1024);
  if (qent_config_link_notice(link))
    qent_buf_adds(&text, qent_config_link_notice(link));
  else if (left_s < SOON_DAYS * DAY_S)
    add_time_left(link, left_s, &text);
  else if (traffic_is_low(link->sub))
    qent_buf_adds(&text, say(link, &low));
  else if (link->links.left_out)
    qent_buf_adds(&text, say(link, &moved));
  if (text.len > 0)
    return take(&text, &link->announce, err);
  qent_buf_dispose(&text);
  return QENT_OK;
}

static qent_status load_language(qent_session *session, qent_config_link *link, qent_error *err)
{
  qent_user *user = NULL;
  qent_status st =
      qent__store_user_by_id(qent__session_store(session), link->sub->user_id, &user, err);

  if (st == QENT_OK)
    link->russian = strcmp(user->language, "ru") == 0;
  qent_user_free(user);
  return st;
}

static qent_status load(qent_session *session, const char *token, qent_config_link *link,
                        qent_error *err)
{
  const qent_ctx *ctx = qent_session_ctx(session);
  int64_t now = qent__session_now(session);
  qent_status st = qent__store_sub_by_token(qent__session_store(session), token, &link->sub, err);

  if (st == QENT_OK)
    st = qent__sub_fill_link(ctx, link->sub, err);
  if (st == QENT_OK)
    st = load_language(session, link, err);
  if (st == QENT_OK)
    st = qent__links_load(session, link->sub, &link->links, err);
  if (st != QENT_OK)
    return st;
  link->state = qent_subscription_get_state(link->sub, now);
  link->shop = qent_settings_get(qent_ctx_settings(ctx), "QENT_SHOP_NAME");
  st = make_userinfo(link, err);
  return st == QENT_OK ? make_announce(link, now, err) : st;
}

qent_status qent_config_link_open(qent_session *session, const char *token,
                                  qent_config_link **link_out, qent_error *err)
{
  qent_config_link *link;
  qent_status st;

  if (!session || !token || !link_out)
    return qent_fail(err, QENT_EINVAL, "a config link needs a session, a token and an output");
  link = qent__calloc(1, sizeof *link);
  if (!link)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = load(session, token, link, err);
  if (st != QENT_OK) {
    qent_config_link_free(link);
    return st;
  }
  *link_out = link;
  return QENT_OK;
}

void qent_config_link_free(qent_config_link *link)
{
  if (!link)
    return;
  qent_subscription_free(link->sub);
  qent__links_dispose(&link->links);
  qent__free(link->announce);
  qent__free(link->userinfo);
  qent__free(link);
}

const qent_subscription *qent_config_link_subscription(const qent_config_link *link)
{
  return link->sub;
}

qent_subscription_state qent_config_link_state(const qent_config_link *link)
{
  return link->state;
}

const char *qent_config_link_language(const qent_config_link *link)
{
  return link->russian ? "ru" : "en";
}

const char *qent_config_link_notice(const qent_config_link *link)
{
  return link->links.count > 0 ? NULL : say(link, &notices[link->state]);
}

const char *qent_config_link_announce(const qent_config_link *link)
{
  return link->announce;
}

const char *qent_config_link_userinfo(const qent_config_link *link)
{
  return link->userinfo;
}

qent_status qent_config_link_each(const qent_config_link *link, qent_share_link_fn fn, void *user,
                                  qent_error *err)
{
  if (!link || !fn)
    return qent_fail(err, QENT_EINVAL, "listing links needs a config link and a callback");
  return qent__links_each(&link->links, fn, user, err);
}

/* By the node's short name, or by its file's, which may be shorter. */
static bool is_of(const qent__link *link, const char *node)
{
  char name[QENT__CONF_NAME_MAX];

  qent__link_conf_name(link, "", name);
  return strcmp(node, link->node) == 0 || strcmp(node, name) == 0;
}

/* What the format can hold, as a list without copies of the links' insides. With `node` its link
 * comes first. */
static qent_status choose(const qent_config_link *link, qent_config_format format, const char *node,
                          qent__link **chosen_out, size_t *count_out, qent_error *err)
{
  const struct qent__links *all = &link->links;
  qent__link *chosen = qent__calloc(all->count + 1, sizeof *chosen);
  size_t count = 0;

  if (!chosen)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; i < all->count; i++) {
    if (!qent__link_fits(&all->items[i], format))
      continue;
    chosen[count] = all->items[i];
    if (node && is_of(&chosen[count], node)) {
      qent__link wanted = chosen[count];
      chosen[count] = chosen[0];
      chosen[0] = wanted;
      node = NULL;
    }
    count++;
  }
  *chosen_out = chosen;
  *count_out = count;
  return QENT_OK;
}

static const char *reason(const qent_config_link *link, qent_config_format format)
{
  const char *notice = qent_config_link_notice(link);
  bool conf = qent__config_format_is_conf(format);

  if (notice)
    return notice;
  /* Apps for share links have no use for a lone .conf. */
  for (size_t i = 0; i < link->links.count && !conf; i++) {
    if (link->links.items[i].kind == QENT__LINK_WIREGUARD)
      return say(link, &use_amnezia);
  }
  return say(link, &use_other_app);
}

static void name_file(const qent_config_link *link, qent_config_format format,
                      const qent__link *first, qent_config_document *doc)
{
  const char *ending = qent__config_format_ending(format);
  size_t room = sizeof doc->filename - strlen(ending) - 1;
  size_t len = 0;

  if (qent__config_format_is_conf(format)) {
    qent__link_conf_name(first, ending, doc->filename);
    return;
  }
  for (const char *at = link->shop ? link->shop : ""; *at && len < room; at++) {
    if (qent__is_alnum(*at) || *at == '-' || *at == '_')
      doc->filename[len++] = *at;
  }
  if (len == 0)
    (void)qent__copy_text(doc->filename, room, "vpn", 3);
  len = len == 0 ? 3 : len;
  (void)qent__copy_text(doc->filename + len, sizeof doc->filename - len, ending, strlen(ending));
}

static qent_status render(const qent_config_link *link, qent_config_format format,
                          const qent__link *links, size_t count, qent_config_document *doc_out,
                          qent_error *err)
{
  qent_config_document doc = QENT_CONFIG_DOCUMENT_INIT;
  qent_buf text;
  qent_status st;

  qent_buf_init(&text, BODY_MAX_BYTES);
  st = qent__link_render(links, count, format, &text, err);
  doc.len = text.len;
  doc.content_type = qent__config_format_type(format);
  name_file(link, format, &links[0], &doc);
  if (st == QENT_OK)
    st = take(&text, &doc.text, err);
  else
    qent_buf_dispose(&text);
  if (st == QENT_OK)
    *doc_out = doc;
  return st;
}

qent_status qent_config_link_render(const qent_config_link *link, qent_config_format format,
                                    const char *node, qent_config_document *doc_out,
                                    qent_error *err)
{
  qent__link notice = {.kind = QENT__LINK_OTHER};
  qent__link *links = NULL;
  size_t count = 0;
  qent_status st;

  if (!link || !doc_out || !*qent_config_format_name(format))
    return qent_fail(err, QENT_EINVAL, "a document needs a config link, a format and an output");
  st = choose(link, format, node, &links, &count, err);
  if (st == QENT_OK && count == 0) {
    st = qent__link_notice(reason(link, format), qent__config_format_is_conf(format), &notice, err);
    if (st == QENT_OK)
      links[count++] = notice;
  }
  if (st == QENT_OK)
    st = render(link, format, links, count, doc_out, err);
  qent__link_dispose(&notice);
  qent__free(links);
  return st;
}
