/* SPDX-License-Identifier: MIT */
/* Setting up a fresh panel: a VLESS Reality and a Shadowsocks inbound in the core's configuration,
 * and a host for the links of each. */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/secret.h"
#include "util/text.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A core whose port is taken starts, and ends within the second. */
#define LOOKS 4
#define CONFIG_PATH "/api/core/config"
#define HOSTS_PATH "/api/hosts"
#define CONFIG_MAX (QENT__MZ_REPLY_MAX + 8192)
#define STEP_CAP 400

/* The panel as it was found. */
struct found {
  qent_http_response config;
  bool has[QENT__MZ_PROTOCOLS];
  char address[QENT__MZ_PROTOCOLS][QENT__MZ_ADDRESS_CAP]; /* of the links; "": nobody chose */
};

static void dispose_config(qent_http_response *config)
{
  if (config->body)
    qent__wipe(config->body, config->body_len); /* it holds private keys */
  qent_http_response_dispose(config);
}

/* GET /api/core/config
 * Shape:  -> xray's configuration as it stands in the panel's file, comments removed, without the
 *         accounts
 * Errors: 403 for an admin that is not sudo.
 * Source: Gozargah/Marzban v0.8.4, app/routers/core.py; reply in
 *         tests/data/marzban/core_config.json. */
static qent_status look(qent__marzban *mz, const qent_provision_spec *spec, struct found *found_out,
                        qent_error *err)
{
  struct found found = {.config = QENT_HTTP_RESPONSE_INIT};
  qent_http_response hosts = QENT_HTTP_RESPONSE_INIT;
  qent_status st = qent__mz_get(mz, CONFIG_PATH, QENT__MZ_REPLY_MAX, &found.config, err);

  if (st == QENT_OK)
    st = qent__mz_core_examine(&found.config, spec, found.has, err);
  if (st == QENT_OK)
    st = qent__mz_get(mz, HOSTS_PATH, QENT__MZ_REPLY_MAX, &hosts, err);
  if (st == QENT_OK)
    st = qent__mz_hosts_examine(&hosts, found.address, err);
  qent_http_response_dispose(&hosts);
  if (st == QENT_OK)
    *found_out = found;
  else
    dispose_config(&found.config);
  return st;
}

static void tell(const qent__marzban *mz, const qent_provision_spec *spec,
                 const struct found *found, qent_provision_fn fn, void *user)
{
  char step[STEP_CAP];
  char wanted[QENT__MZ_ADDRESS_CAP];

  (void)snprintf(step, sizeof step, "inbound %s: VLESS Reality on port %d, posing as %s",
                 qent__mz_own_tags[QENT__MZ_VLESS], (int)spec->vless_port, spec->camouflage);
  fn(step, found->has[QENT__MZ_VLESS], user);
  (void)snprintf(step, sizeof step,
                 "inbound %s: Shadowsocks on port %d, %s (Marzban knows no 2022 for accounts)",
                 qent__mz_own_tags[QENT__MZ_SHADOWSOCKS], (int)spec->shadowsocks_port,
                 mz->options.method);
  fn(step, found->has[QENT__MZ_SHADOWSOCKS], user);
  qent__mz_link_address(spec, wanted);
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++) {
    const char *address = found->address[p];
    bool chosen = found->has[p] && *address;
    bool other = chosen && strcmp(address, wanted) != 0;
    (void)snprintf(step, sizeof step, "links of %s lead to %s%s", qent__mz_own_tags[p],
                   chosen ? address : wanted, other ? ", as set in the panel" : "");
    fn(step, chosen, user);
  }
}

static void pause_ms(int32_t ms)
{
  const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000L};

  (void)nanosleep(&pause, NULL);
}

/* Does the core that was just started stay up? */
static qent_status watch_core(qent__marzban *mz, bool *runs_out, qent_error *err)
{
  bool runs = true;
  qent_status st = QENT_OK;

  for (int i = 0; st == QENT_OK && runs && i < LOOKS; i++) {
    if (i > 0)
      pause_ms(mz->look_pause_ms);
    st = qent__mz_core_runs(mz, &runs, err);
  }
  if (st == QENT_OK)
    *runs_out = runs;
  return st;
}

static qent_status put(qent__marzban *mz, const char *path, const qent_buf *body,
                       qent_http_response *resp_out, qent_error *err)
{
  const struct qent__mz_request call = {"PUT", path, body, CONFIG_MAX};
  qent_status st = qent__mz_call(mz, &call, resp_out, err);

  return st == QENT_OK && !qent__panel_is_2xx(resp_out) ? qent__mz_refusal(resp_out, err) : st;
}

/* PUT /api/core/config
 * Shape:  xray's configuration, whole -> the same
 * Errors: 400 {"detail":str} for one that the panel itself refuses; 500 before or after storing it.
 *         200 says nothing about the core, which is restarted and may refuse it.
 * Source: Gozargah/Marzban v0.8.4, app/routers/core.py, app/xray/{config,core}.py. */
static qent_status put_config(qent__marzban *mz, const qent_buf *config, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st = put(mz, CONFIG_PATH, config, &resp, err);

  dispose_config(&resp);
  return st;
}

/* The core does not run with what was put: put back what was found. */
static qent_status put_back(qent__marzban *mz, const struct found *found, qent_error *err)
{
  qent_error why = QENT_ERROR_INIT;
  qent_buf old;
  bool runs = false;
  qent_status st;

  qent_buf_init(&old, CONFIG_MAX);
  qent_buf_add(&old, found->config.body, found->config.body_len);
  st = qent_buf_status(&old, &why);
  if (st == QENT_OK)
    st = put_config(mz, &old, &why);
  qent__buf_wipe(&old);
  if (st == QENT_OK)
    st = watch_core(mz, &runs, &why);
  if (st == QENT_OK && runs)
    return qent_fail(err, QENT_ECONFLICT,
                     "the panel's core (xray) does not stay up with the new inbounds, so the old "
                     "configuration was put back: is one of the ports taken on the server?");
  if (st == QENT_OK)
    return qent_fail(err, QENT_EUPSTREAM,
                     "the panel's core (xray) does not stay up with the new inbounds, nor with the "
                     "old configuration that was put back: look into the panel's log");
  return qent_fail(err, QENT_EUPSTREAM,
                   "the panel's core (xray) does not stay up with the new inbounds, and the old "
                   "configuration could not be put back (%.80s): correct it in the panel",
                   why.message);
}

/* After a change whose answer was no success: did the panel make it? */
static qent_status reread(qent__marzban *mz, const qent_provision_spec *spec, qent_status st,
                          qent_error *err)
{
  struct found now = {.config = QENT_HTTP_RESPONSE_INIT};
  qent_error second = QENT_ERROR_INIT;
  qent_status read;

  if (st == QENT_ECANCELED || st == QENT_ENOMEM || st == QENT_EINVAL || st == QENT_EAUTH)
    return st;
  read = look(mz, spec, &now, &second);
  dispose_config(&now.config);
  if (read == QENT_OK && now.has[QENT__MZ_VLESS] && now.has[QENT__MZ_SHADOWSOCKS]) {
    qent_error_clear(err);
    return QENT_OK;
  }
  if (read == QENT_OK)
    return st;
  return qent_fail(err, QENT_ETIMEOUT,
                   "the panel does not tell whether it took the inbounds: %.120s", second.message);
}

static qent_status add_inbounds(qent__marzban *mz, const qent_provision_spec *spec,
                                const struct found *found, qent_error *err)
{
  qent_buf config;
  bool runs = false;
  qent_status st;

  if (found->has[QENT__MZ_VLESS] && found->has[QENT__MZ_SHADOWSOCKS])
    return QENT_OK;
  qent_buf_init(&config, CONFIG_MAX);
  st = qent__mz_core_extend(&found->config, spec, found->has, &config, err);
  if (st == QENT_OK) {
    st = put_config(mz, &config, err);
    mz->offer.known = false;
    if (st != QENT_OK)
      st = reread(mz, spec, st, err);
    if (st == QENT_OK)
      st = watch_core(mz, &runs, err);
    if (st == QENT_OK && !runs)
      st = put_back(mz, found, err);
  }
  qent__buf_wipe(&config);
  return st;
}

/* PUT /api/hosts
 * Shape:  {"<inbound tag>":[{"remark":str,"address":str}]} -> all hosts; tags that are not sent
 * stay as they are Errors: 400 {"detail":"Inbound x doesn't exist"} for a tag that the running core
 * does not have. Source: Gozargah/Marzban v0.8.4, app/routers/system.py, app/models/proxy.py. */
static qent_status set_hosts(qent__marzban *mz, const qent_provision_spec *spec,
                             const struct found *found, qent_error *err)
{
  bool set[QENT__MZ_PROTOCOLS];
  qent_buf body;
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st;

  /* Hosts of an inbound that was not there are left over from one that was. */
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++)
    set[p] = !found->has[p] || !*found->address[p];
  if (!set[QENT__MZ_VLESS] && !set[QENT__MZ_SHADOWSOCKS])
    return QENT_OK;
  qent_buf_init(&body, QENT__MZ_BODY_MAX);
  st = qent__mz_hosts_write(spec, set, &body, err);
  if (st == QENT_OK)
    st = put(mz, HOSTS_PATH, &body, &resp, err);
  qent_http_response_dispose(&resp);
  qent_buf_dispose(&body);
  return st;
}

static bool is_complete(const struct found *found)
{
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++)
    if (!found->has[p] || !*found->address[p])
      return false;
  return true;
}

/* Change what is missing and see that it is there. `found` becomes the panel as it is then. */
static qent_status apply(qent__marzban *mz, const qent_provision_spec *spec, struct found *found,
                         qent_error *err)
{
  qent_status st = add_inbounds(mz, spec, found, err);

  if (st == QENT_OK)
    st = set_hosts(mz, spec, found, err);
  if (st != QENT_OK)
    return st;
  dispose_config(&found->config);
  st = look(mz, spec, found, err);
  if (st == QENT_OK && !is_complete(found))
    st = qent_fail(err, QENT_EPROTO, "the panel accepted the change and shows it only in part");
  return st;
}

/* Accounts would not get the inbounds that the node's options leave out. */
static qent_status check_options(const struct qent__mz_options *options, qent_error *err)
{
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++) {
    const char *tag = qent__mz_own_tags[p];
    const struct qent__mz_tags *lists[] = {&options->inbounds[p], &options->exclude};
    bool listed[] = {!options->chosen, false};
    for (int l = 0; l < 2; l++)
      for (size_t i = 0; i < lists[l]->count; i++)
        listed[l] = listed[l] || strcmp(lists[l]->items[i], tag) == 0;
    if (!listed[0] || listed[1])
      return qent_fail(err, QENT_EINVAL,
                       "the node's option %s leaves out \"%s\": accounts would not get it",
                       listed[1] ? "exclude_inbounds" : "inbounds", tag);
  }
  return QENT_OK;
}

static qent_status provision(qent__marzban *mz, const qent_provision_spec *spec,
                             qent_provision_fn fn, void *user, qent_error *err)
{
  struct found found = {.config = QENT_HTTP_RESPONSE_INIT};
  bool runs = false;
  qent_status st = qent__mz_core_runs(mz, &runs, err);

  if (st == QENT_OK && !runs)
    st = qent_fail(err, QENT_EUPSTREAM,
                   "the panel's core (xray) is not running; nothing is changed before it does");
  if (st == QENT_OK)
    st = look(mz, spec, &found, err);
  if (st == QENT_OK && spec->apply && !is_complete(&found))
    st = apply(mz, spec, &found, err);
  if (st == QENT_OK)
    tell(mz, spec, &found, fn, user);
  dispose_config(&found.config);
  return st;
}

qent_status qent__mz_provision(qent__marzban *mz, const qent_provision_spec *spec,
                               qent_provision_fn fn, void *user, qent_error *err)
{
  qent_status st = check_options(&mz->options, err);

  if (st != QENT_OK)
    return st;
  qent_panel_share_lock(mz->config.share);
  st = provision(mz, spec, fn, user, err);
  qent_panel_share_unlock(mz->config.share);
  return st;
}
