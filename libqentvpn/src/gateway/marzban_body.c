/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include <qentvpn/ext/json.h>

static void write_proxies(qent_json_writer *w, const struct qent__mz_options *options,
                          const struct qent__mz_offer *offer, const qent_account_spec *spec)
{
  qent_jw_kobject(w, "proxies");
  if (offer->tags[QENT__MZ_VLESS].count > 0) {
    qent_jw_kobject(w, "vless");
    qent_jw_kstr(w, "id", spec->uuid);
    if (options->flow && offer->vision)
      qent_jw_kstr(w, "flow", QENT__PANEL_VISION);
    qent_jw_end_object(w);
  }
  if (offer->tags[QENT__MZ_SHADOWSOCKS].count > 0) {
    qent_jw_kobject(w, "shadowsocks");
    qent_jw_kstr(w, "password", spec->password);
    qent_jw_kstr(w, "method", options->method);
    qent_jw_end_object(w);
  }
  qent_jw_end_object(w);
}

static void write_inbounds(qent_json_writer *w, const struct qent__mz_offer *offer)
{
  qent_jw_kobject(w, "inbounds");
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++) {
    const struct qent__mz_tags *tags = &offer->tags[p];
    if (tags->count == 0)
      continue;
    qent_jw_karray(w, qent__mz_protocol_names[p]);
    for (size_t i = 0; i < tags->count; i++)
      qent_jw_str(w, tags->items[i]);
    qent_jw_end_array(w);
  }
  qent_jw_end_object(w);
}

static void write_limits(qent_json_writer *w, const qent_account_spec *spec)
{
  qent_jw_ki64(w, "expire", spec->expires_at);
  qent_jw_ki64(w, "data_limit", spec->traffic_limit_bytes);
  qent_jw_kstr(w, "data_limit_reset_strategy", "no_reset");
}

/* `proxies` and `inbounds` are always sent: without the first the panel stores a user that breaks
 * every list (HTTP 500), without the second a user that has no inbound. `status` cannot be
 * "disabled" here. */
qent_status qent__mz_write_create(const qent__marzban *mz, const qent_account_spec *spec,
                                  qent_buf *out, qent_error *err)
{
  qent_json_writer w;

  qent_jw_init(&w, out);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "username", spec->key);
  qent_jw_kstr(&w, "status", "active");
  write_limits(&w, spec);
  write_proxies(&w, &mz->options, &mz->offer, spec);
  write_inbounds(&w, &mz->offer);
  if (spec->note && *spec->note)
    qent_jw_kstr(&w, "note", spec->note);
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}

/* Only what shall change, never a body that was read: `proxies` without credentials makes new ones,
 * a protocol that is not listed is deleted, and a status of "limited" or "expired" is refused.
 * next_plan is left out on purpose: its absence deletes a plan that would change the limits later.
 */
qent_status qent__mz_write_modify(const qent__marzban *mz, const qent_account_spec *spec,
                                  const struct qent__mz_offer *offer, qent_buf *out,
                                  qent_error *err)
{
  qent_json_writer w;

  qent_jw_init(&w, out);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "status", spec->enabled ? "active" : "disabled");
  write_limits(&w, spec);
  if (offer) {
    write_proxies(&w, &mz->options, offer, spec);
    write_inbounds(&w, offer);
  }
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}
