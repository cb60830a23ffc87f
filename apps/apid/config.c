/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_MAX 512

/* "127.0.0.1:8080", "[::1]:8080" */
static bool parse_listen(const char *text, struct sockaddr_storage *address_out)
{
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                 .ai_socktype = SOCK_STREAM};
  const char *colon = strrchr(text, ':');
  struct addrinfo *found = NULL;
  char host[APP_ADDRESS_TEXT_MAX + 2];
  size_t len = colon ? (size_t)(colon - text) : 0;

  if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
    text++;
    len -= 2;
  }
  if (len == 0 || len >= sizeof host)
    return false;
  memcpy(host, text, len);
  host[len] = '\0';
  if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
    return false;
  memset(address_out, 0, sizeof *address_out);
  memcpy(address_out, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return true;
}

static size_t count_items(const qent_settings *settings, const char *key)
{
  char item[ITEM_MAX];
  size_t count = 0;

  while (qent_settings_get_item(settings, key, count, item, sizeof item))
    count++;
  return count;
}

static qent_status load_proxies(const qent_settings *settings, apid_config *config, qent_error *err)
{
  size_t count = count_items(settings, "QENT_TRUSTED_PROXIES");
  char item[ITEM_MAX];

  if (count == 0)
    return QENT_OK;
  config->proxies = calloc(count, sizeof *config->proxies);
  if (!config->proxies)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; i < count; i++) {
    if (!qent_settings_get_item(settings, "QENT_TRUSTED_PROXIES", i, item, sizeof item) ||
        !app_cidr_parse(item, &config->proxies[i]))
      return qent_fail(err, QENT_EINVAL, "QENT_TRUSTED_PROXIES: \"%s\" is no address or network",
                       item);
    config->proxy_count++;
  }
  return QENT_OK;
}

/* "https://host[:port]" of a URL. */
static size_t origin_len(const char *url)
{
  const char *host = strstr(url, "://");

  return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

static qent_status add_origin(apid_config *config, const char *text, size_t len, qent_error *err)
{
  char *copy = malloc(len + 1);

  if (!copy)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  memcpy(copy, text, len);
  copy[len] = '\0';
  config->origins[config->origin_count++] = copy;
  return QENT_OK;
}

static qent_status load_origins(const qent_settings *settings, apid_config *config, qent_error *err)
{
  size_t count = count_items(settings, "QENT_CORS_ORIGINS");
  char item[ITEM_MAX];
  qent_status st = QENT_OK;

  config->origins = calloc(count + 1, sizeof *config->origins);
  if (!config->origins)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; i < count && st == QENT_OK; i++) {
    if (qent_settings_get_item(settings, "QENT_CORS_ORIGINS", i, item, sizeof item))
      st = add_origin(config, item, strlen(item), err);
  }
  if (count == 0 && config->page_url)
    st = add_origin(config, config->page_url, origin_len(config->page_url), err);
  return st;
}

qent_status apid_config_load(qent_ctx *ctx, apid_config *config_out, qent_error *err)
{
  const qent_settings *settings = qent_ctx_settings(ctx);
  const char *listen = qent_settings_get(settings, "QENT_LISTEN");
  qent_status st;

  memset(config_out, 0, sizeof *config_out);
  if (!listen || !parse_listen(listen, &config_out->listen))
    return qent_fail(err, QENT_EINVAL, "QENT_LISTEN: not an address and port");
  config_out->rate_limit = qent_settings_get_int(settings, "QENT_RATE_LIMIT");
  (void)snprintf(config_out->rate_policy, sizeof config_out->rate_policy, "\"user\";q=%lld;w=%d",
                 (long long)config_out->rate_limit, APID_WINDOW_S);
  config_out->initdata_max_age_s = qent_settings_get_int(settings, "QENT_INITDATA_MAX_AGE_S");
  config_out->yookassa_check_source =
      qent_settings_get_int(settings, "QENT_YOOKASSA_CHECK_SOURCE") != 0;
  config_out->miniapp_dir = qent_settings_get(settings, "QENT_MINIAPP_DIR");
  config_out->shop_name = qent_settings_get(settings, "QENT_SHOP_NAME");
  config_out->link_update_hours = qent_settings_get_int(settings, "QENT_LINK_UPDATE_HOURS");
  config_out->support_url = qent_settings_get(settings, "QENT_SUPPORT_URL");
  config_out->public_url = qent_settings_get(settings, "QENT_PUBLIC_URL");
  config_out->page_url = qent_settings_get(settings, "QENT_MINIAPP_URL");
  st = qent_webhook_secret(ctx, config_out->webhook_secret, sizeof config_out->webhook_secret, err);
  if (st == QENT_OK)
    st = load_proxies(settings, config_out, err);
  if (st == QENT_OK)
    st = load_origins(settings, config_out, err);
  if (st != QENT_OK)
    apid_config_dispose(config_out);
  return st;
}

void apid_config_dispose(apid_config *config)
{
  for (size_t i = 0; i < config->origin_count; i++)
    free(config->origins[i]);
  free(config->origins);
  free(config->proxies);
  config->origins = NULL;
  config->proxies = NULL;
  config->origin_count = 0;
  config->proxy_count = 0;
}
