/* SPDX-License-Identifier: MIT */
#include "domain/node.h"
#include "domain/plan.h"
#include "util/alloc.h"
#include "util/json.h"
#include "util/text.h"
#include "util/url.h"

#include <string.h>

#define OPTIONS_MAX_BYTES 16384

const char *qent_node_state_name(qent_node_state state)
{
  static const char *const names[] = {"active", "draining", "disabled", "down"};

  return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

int64_t qent_node_id(const qent_node *node)
{
  return node->id;
}

const char *qent_node_name(const qent_node *node)
{
  return node->name;
}

const char *qent_node_title(const qent_node *node)
{
  return node->title ? node->title : node->name;
}

const char *qent_node_gateway(const qent_node *node)
{
  return node->gateway;
}

const char *qent_node_url(const qent_node *node)
{
  return node->url;
}

const char *qent_node_group(const qent_node *node)
{
  return node->node_group;
}

const char *qent_node_country(const qent_node *node)
{
  return node->country;
}

const char *qent_node_ca_file(const qent_node *node)
{
  return node->ca_file;
}

const char *qent_node_pinned_key(const qent_node *node)
{
  return node->pinned_key;
}

const char *qent_node_gateway_options(const qent_node *node)
{
  return node->options;
}

qent_node_state qent_node_get_state(const qent_node *node)
{
  return node->state != QENT_NODE_DISABLED && !node->reachable ? QENT_NODE_DOWN : node->state;
}

qent_node_state qent_node_set_to(const qent_node *node)
{
  return node->state;
}

bool qent_node_refused(const qent_node *node)
{
  return node->refused;
}

bool qent_node_evacuating(const qent_node *node)
{
  return node->evacuating;
}

int32_t qent_node_capacity(const qent_node *node)
{
  return node->capacity;
}

int32_t qent_node_weight(const qent_node *node)
{
  return node->weight;
}

int32_t qent_node_parallel(const qent_node *node)
{
  return node->parallel;
}

int32_t qent_node_account_count(const qent_node *node)
{
  return node->account_count;
}

bool qent_node_reachable(const qent_node *node)
{
  return node->reachable;
}

int64_t qent_node_failing_since(const qent_node *node)
{
  return node->failing_since;
}

int64_t qent_node_checked_at(const qent_node *node)
{
  return node->checked_at;
}

const char *qent_node_last_error(const qent_node *node)
{
  return node->last_error;
}

int32_t qent_node_cpu_percent(const qent_node *node)
{
  return node->stats.cpu_percent;
}

int64_t qent_node_memory_used_bytes(const qent_node *node)
{
  return node->stats.memory_used_bytes;
}

int64_t qent_node_memory_total_bytes(const qent_node *node)
{
  return node->stats.memory_total_bytes;
}

int32_t qent_node_online(const qent_node *node)
{
  return node->stats.online;
}

int32_t qent_node_active_users(const qent_node *node)
{
  return node->stats.active_users;
}

void qent_node_free(qent_node *node)
{
  if (!node)
    return;
  qent__free(node->title);
  qent__free(node->url);
  qent__free(node->username_sealed);
  qent__free(node->password_sealed);
  qent__free(node->options);
  qent__free(node->ca_file);
  qent__free(node->pinned_key);
  qent__free(node->last_error);
  qent__free(node);
}

static qent_status check_json_object(const char *options, qent_error *err)
{
  cJSON *root = NULL;
  bool object;
  qent_status st;

  if (!options)
    return QENT_OK;
  st = qent__json_parse(options, strlen(options), OPTIONS_MAX_BYTES, 8, &root, err);
  object = st == QENT_OK && cJSON_IsObject(root);
  cJSON_Delete(root);
  if (!object)
    return qent_fail(err, QENT_EINVAL, "options must be a JSON object such as {}");
  return QENT_OK;
}

static bool country_ok(const char *country)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  return !country || !*country || (strlen(country) == 2 && strspn(country, letters) == 2);
}

static qent_status check_options(const qent_node_options *o, qent_error *err)
{
  if (!qent__code_valid(o->name))
    return qent_fail(err, QENT_EINVAL, "name must be 1..32 of a-z, 0-9, _ and -");
  if (!qent__code_valid(o->node_group))
    return qent_fail(err, QENT_EINVAL, "node_group must be 1..32 of a-z, 0-9, _ and -");
  if (!qent__code_valid(o->gateway))
    return qent_fail(err, QENT_EINVAL, "gateway must be the name of an adapter");
  if (o->title &&
      (!*o->title || strlen(o->title) > 128 || !qent__utf8_valid(o->title, strlen(o->title))))
    return qent_fail(err, QENT_EINVAL, "title must be UTF-8 of 1..128 bytes");
  if (!o->password || !*o->password)
    return qent_fail(err, QENT_EINVAL, "password of the panel is missing");
  if (o->capacity < 0)
    return qent_fail(err, QENT_EINVAL, "capacity must be 0 or more");
  if (o->weight < 1 || o->weight > 1000)
    return qent_fail(err, QENT_EINVAL, "weight must be in 1..1000");
  if (o->parallel < 0 || o->parallel > QENT_NODE_PARALLEL_MAX)
    return qent_fail(err, QENT_EINVAL, "parallel must be in 0..%d", QENT_NODE_PARALLEL_MAX);
  if (!country_ok(o->country))
    return qent_fail(err, QENT_EINVAL, "country must be two capital letters such as DE");
  if (o->pinned_key && !qent__starts_with(o->pinned_key, "sha256//"))
    return qent_fail(err, QENT_EINVAL, "pinned_key must look like sha256//<base64>");
  return check_json_object(o->options, err);
}

/* Copy of `text`, or of `fallback` when it is NULL; false when memory is out. */
static bool copy_text(char **field, const char *text, const char *fallback)
{
  const char *value = text ? text : fallback;

  if (!value)
    return true;
  *field = qent__strdup(value);
  return *field != NULL;
}

/* Two spellings of one panel must look the same: scheme and host in small letters, no usual port,
 * no slash at the end. `url` has been checked. */
static bool copy_url(qent_node *node, const char *url)
{
  qent__url parts;
  size_t host_end;
  size_t len = strlen(url);
  size_t cut = 0;

  if (!qent__url_parse(url, &parts))
    return false;
  host_end = (size_t)(parts.path.s - url);
  if (parts.port == (qent__memieq(parts.scheme.s, parts.scheme.len, "https") ? 443U : 80U))
    while (url[host_end - 1 - cut] != ':')
      cut++;
  cut += cut > 0 ? 1 : 0;
  while (len > host_end && url[len - 1] == '/')
    len--;
  node->url = qent__malloc(len - cut + 1);
  if (!node->url)
    return false;
  for (size_t i = 0; i < host_end - cut; i++)
    node->url[i] = qent__to_lower(url[i]);
  memcpy(node->url + host_end - cut, url + host_end, len - host_end);
  node->url[len - cut] = '\0';
  return true;
}

qent_status qent__node_make(const qent_node_options *o, qent_node **node_out, qent_error *err)
{
  qent_node_stats no_stats = QENT_NODE_STATS_INIT;
  qent_node *node;
  qent_status st = check_options(o, err);

  if (st == QENT_OK)
    st = qent__url_check(o->url, err);
  if (st != QENT_OK)
    return st;
  node = qent__calloc(1, sizeof *node);
  if (!node)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  (void)qent__copy_text(node->name, sizeof node->name, o->name, strlen(o->name));
  (void)qent__copy_text(node->gateway, sizeof node->gateway, o->gateway, strlen(o->gateway));
  (void)qent__copy_text(node->node_group, sizeof node->node_group, o->node_group,
                        strlen(o->node_group));
  if (o->country)
    (void)qent__copy_text(node->country, sizeof node->country, o->country, strlen(o->country));
  node->capacity = o->capacity;
  node->weight = o->weight;
  node->parallel = o->parallel;
  node->reachable = true;
  node->sweep_after = -1;
  node->stats = no_stats;
  if (!copy_url(node, o->url) || !copy_text(&node->title, o->title, o->name) ||
      !copy_text(&node->options, o->options, "{}") ||
      !copy_text(&node->ca_file, o->ca_file, NULL) ||
      !copy_text(&node->pinned_key, o->pinned_key, NULL)) {
    qent_node_free(node);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  *node_out = node;
  return QENT_OK;
}
