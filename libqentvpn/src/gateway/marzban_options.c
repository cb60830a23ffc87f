/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/alloc.h"
#include "util/text.h"
#include <string.h>

#define DEFAULT_METHOD "chacha20-ietf-poly1305"

const char *const qent__mz_protocol_names[QENT__MZ_PROTOCOLS] = {"vless", "shadowsocks"};

void qent__mz_tags_dispose(struct qent__mz_tags *tags)
{
  for (size_t i = 0; i < tags->count; i++)
    qent__free(tags->items[i]);
  qent__free(tags->items);
  tags->items = NULL;
  tags->count = 0;
}

void qent__mz_offer_dispose(struct qent__mz_offer *offer)
{
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++)
    qent__mz_tags_dispose(&offer->tags[p]);
  offer->known = false;
}

void qent__mz_options_dispose(struct qent__mz_options *options)
{
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++)
    qent__mz_tags_dispose(&options->inbounds[p]);
  qent__mz_tags_dispose(&options->exclude);
}

static qent_status parse_tags(const cJSON *list, const char *name, struct qent__mz_tags *tags,
                              qent_error *err)
{
  if (!cJSON_IsArray(list))
    return qent_fail(err, QENT_EINVAL, "option %s is not a list of inbound tags", name);
  if (!list->child)
    return QENT_OK;
  tags->items = qent__calloc((size_t)cJSON_GetArraySize(list), sizeof *tags->items);
  if (!tags->items)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (const cJSON *it = list->child; it; it = it->next) {
    if (!cJSON_IsString(it) || !*it->valuestring)
      return qent_fail(err, QENT_EINVAL, "option %s is not a list of inbound tags", name);
    tags->items[tags->count] = qent__strdup(it->valuestring);
    if (!tags->items[tags->count])
      return qent_fail(err, QENT_ENOMEM, "out of memory");
    tags->count++;
  }
  return QENT_OK;
}

static qent_status parse_inbounds(const cJSON *node, struct qent__mz_options *options,
                                  qent_error *err)
{
  qent_status st = QENT_OK;

  if (!cJSON_IsObject(node) || !node->child)
    return qent_fail(err, QENT_EINVAL,
                     "option inbounds is not like {\"vless\":[\"TAG\"],\"shadowsocks\":[\"TAG\"]}");
  options->chosen = true;
  for (const cJSON *it = node->child; st == QENT_OK && it; it = it->next) {
    int p = 0;
    while (p < QENT__MZ_PROTOCOLS && strcmp(it->string, qent__mz_protocol_names[p]) != 0)
      p++;
    if (p == QENT__MZ_PROTOCOLS)
      return qent_fail(err, QENT_EINVAL, "option inbounds: accounts cannot have protocol \"%.40s\"",
                       it->string);
    if (options->inbounds[p].count > 0)
      return qent_fail(err, QENT_EINVAL, "option inbounds names %s twice", it->string);
    st = parse_tags(it, it->string, &options->inbounds[p], err);
  }
  return st;
}

/* The methods Marzban knows for its users; Shadowsocks 2022 is not among them.
 * Source: Gozargah/Marzban v0.8.4, xray_api/types/account.py. */
static qent_status parse_method(const cJSON *node, struct qent__mz_options *options,
                                qent_error *err)
{
  static const char *const known[] = {DEFAULT_METHOD, "aes-128-gcm", "aes-256-gcm"};

  for (size_t i = 0; cJSON_IsString(node) && i < sizeof known / sizeof known[0]; i++)
    if (strcmp(node->valuestring, known[i]) == 0) {
      (void)qent__copy_text(options->method, sizeof options->method, known[i], strlen(known[i]));
      return QENT_OK;
    }
  return qent_fail(err, QENT_EINVAL,
                   "option shadowsocks_method is none of " DEFAULT_METHOD
                   ", aes-128-gcm, aes-256-gcm");
}

static qent_status parse_option(const cJSON *it, struct qent__mz_options *options, qent_error *err)
{
  if (strcmp(it->string, "inbounds") == 0 && !options->chosen)
    return parse_inbounds(it, options, err);
  if (strcmp(it->string, "exclude_inbounds") == 0 && options->exclude.count == 0)
    return parse_tags(it, it->string, &options->exclude, err);
  if (strcmp(it->string, "flow") == 0)
    return qent__panel_flow_option(it, &options->flow, err);
  if (strcmp(it->string, "shadowsocks_method") == 0)
    return parse_method(it, options, err);
  return qent_fail(err, QENT_EINVAL,
                   "option \"%.40s\" is unknown or given twice (there are inbounds, "
                   "exclude_inbounds, flow, shadowsocks_method)",
                   it->string);
}

qent_status qent__mz_options_parse(const char *text, struct qent__mz_options *options,
                                   qent_error *err)
{
  cJSON *root = NULL;
  qent_status st = qent__panel_options(text, &root, err);

  options->flow = true;
  (void)qent__copy_text(options->method, sizeof options->method, DEFAULT_METHOD,
                        sizeof DEFAULT_METHOD - 1);
  for (const cJSON *it = st == QENT_OK ? root->child : NULL; st == QENT_OK && it; it = it->next)
    st = parse_option(it, options, err);
  cJSON_Delete(root);
  return st;
}
