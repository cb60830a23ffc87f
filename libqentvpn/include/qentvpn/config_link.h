/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_CONFIG_LINK_H
#define QENTVPN_CONFIG_LINK_H

/** @file
 *  The config link: one URL for a subscription's life. What it serves is made anew at each fetch,
 * in the form that the fetching app reads. Every form serves an inactive subscription too: with an
 *  entry whose name says in the user's language why there is nothing to connect to, because apps
 *  show a failed fetch as a broken server. */

#include <qentvpn/subscription.h>

QENT_BEGIN_DECLS

/** What a config link can be served as. */
typedef enum qent_config_format {
  QENT_CONFIG_BASE64 = 0,   /**< "base64": the plain list in base64, which every V2Ray app reads. */
  QENT_CONFIG_PLAIN = 1,    /**< "plain": share links, one a line. */
  QENT_CONFIG_CLASH = 2,    /**< "clash": YAML of Clash Meta (mihomo). */
  QENT_CONFIG_SING_BOX = 3, /**< "sing-box": JSON of sing-box 1.12 or later. */
  QENT_CONFIG_AWG = 4,      /**< "awg": one .conf of AmneziaWG or WireGuard. */
  QENT_CONFIG_VPN = 5       /**< "vpn": the same as a vpn:// text of AmneziaVPN. */
} qent_config_format;

QENT_API const char *qent_config_format_name(qent_config_format format); /**< Static. */
/** The format of that name; false: there is none. @thread any */
QENT_API bool qent_config_format_parse(const char *name, qent_config_format *format_out);
/** What a client gets that does not ask for a format. Apps are known by their User-Agent; only of
 *  the others does `Accept: text/html` mean a browser, since some apps send that, too.
 *  @param user_agent, accept  values of the headers; NULL: not sent.
 *  @param page_out  is it a browser, which wants a page? @thread any */
QENT_API qent_config_format qent_config_format_for(const char *user_agent, const char *accept,
                                                   bool *page_out);

/** A config link looked up: what is needed to serve it in any form. */
typedef struct qent_config_link qent_config_link;

/** Look a config link's token up. Unknown and revoked ones are the same.
 *  @param link_out  owned by the caller, qent_config_link_free().
 *  @return QENT_ENOTFOUND (unknown or revoked), QENT_ESTORE. @thread session */
QENT_API qent_status qent_config_link_open(qent_session *session, const char *token,
                                           qent_config_link **link_out,
                                           qent_error *err) QENT_NODISCARD;
/** The subscription behind the link. Borrowed. */
QENT_API const qent_subscription *qent_config_link_subscription(const qent_config_link *link);
QENT_API qent_subscription_state qent_config_link_state(const qent_config_link *link);
/** The user's, "ru" or "en". Static. */
QENT_API const char *qent_config_link_language(const qent_config_link *link);
/** Why there is nothing to connect to, in the user's language; NULL: there is. Static. */
QENT_API const char *qent_config_link_notice(const qent_config_link *link);
/** What apps show above the servers, in the user's language: the notice, or that the end or the
 *  traffic's end is near. At most 200 characters. NULL: nothing. Borrowed. */
QENT_API const char *qent_config_link_announce(const qent_config_link *link);
/** Value of the `subscription-userinfo` header: "upload=0; download=B; total=B; expire=S".
 *  Borrowed. */
QENT_API const char *qent_config_link_userinfo(const qent_config_link *link);
/** The links that work now, as qent_subscription_links() gives them.
 *  @return QENT_ENOMEM. @thread any; `fn` may use the session. */
QENT_API qent_status qent_config_link_each(const qent_config_link *link, qent_share_link_fn fn,
                                           void *user, qent_error *err) QENT_NODISCARD;
QENT_API void qent_config_link_free(qent_config_link *link); /**< NULL is allowed. */

/** Note that an app has fetched the link: it will find new keys by itself, so that its buyer need
 *  not be told of a move. Stored about once a day. @return QENT_ESTORE. @thread session */
QENT_API qent_status qent_config_link_fetched(qent_session *session, const qent_config_link *link,
                                              qent_error *err) QENT_NODISCARD;

/** A config link as a document. */
typedef struct qent_config_document {
  size_t size;
  char *text; /**< Owned, qent_text_free(). */
  size_t len;
  const char *content_type; /**< Static. */
  char filename[64];        /**< ASCII, fit for `content-disposition`; "" for an unnamed shop. */
} qent_config_document;
#define QENT_CONFIG_DOCUMENT_INIT                                                                  \
  {                                                                                                \
    sizeof(qent_config_document), NULL, 0, NULL,                                                   \
    {                                                                                              \
      0                                                                                            \
    }                                                                                              \
  }

/** Make the document of a format. What the format cannot hold is left out; when nothing is left, an
 *  entry says where to open the link instead.
 *  @param node     short name of the node whose file is wanted, for the formats that hold one; the
 *                  first one when it is NULL or serves no more.
 *  @param doc_out  its text is owned by the caller.
 *  @return QENT_EINVAL (no such format, more than a MiB), QENT_ENOMEM. @thread any */
QENT_API qent_status qent_config_link_render(const qent_config_link *link,
                                             qent_config_format format, const char *node,
                                             qent_config_document *doc_out,
                                             qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif
