/* SPDX-License-Identifier: MIT */
#include "app/tx.h"
#include "util/digest.h"
#include "util/text.h"
#include <qentvpn/telegram.h>

#include <string.h>

#define UPDATE_MAX_BYTES 262144
#define SECRET_LABEL "telegram webhook secret"

struct put {
  int64_t update_id;
  const char *json;
  size_t len;
};

static qent_status put_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct put *put = arg;

  return qent__store_inbox_put(qent__session_store(session), put->update_id, put->json, put->len,
                               qent__session_now(session), err);
}

qent_status qent_inbox_put(qent_session *session, int64_t update_id, const char *json, size_t len,
                           qent_error *err)
{
  struct put put = {update_id, json, len};

  if (!session || !json)
    return qent_fail(err, QENT_EINVAL, "an update needs a session and a text");
  if (len > UPDATE_MAX_BYTES)
    return qent_fail(err, QENT_EINVAL, "an update of more than 256 KiB");
  if (!qent__utf8_valid(json, len) || memchr(json, 0, len))
    return qent_fail(err, QENT_EINVAL, "an update that is no UTF-8 text");
  return qent__tx(session, put_in_tx, &put, err);
}

qent_status qent_inbox_next(qent_session *session, int64_t *update_id_out, char **json_out,
                            qent_error *err)
{
  if (!session || !update_id_out || !json_out)
    return qent_fail(err, QENT_EINVAL, "the next update needs a session and outputs");
  return qent__store_inbox_next(qent__session_store(session), update_id_out, json_out, err);
}

static qent_status done_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct put *put = arg;

  return qent__store_inbox_done(qent__session_store(session), put->update_id, err);
}

qent_status qent_inbox_done(qent_session *session, int64_t update_id, qent_error *err)
{
  struct put put = {update_id, NULL, 0};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, done_in_tx, &put, err);
}

qent_status qent_inbox_offset(qent_session *session, int64_t *offset_out, qent_error *err)
{
  if (!session || !offset_out)
    return qent_fail(err, QENT_EINVAL, "the offset needs a session and an output");
  return qent__store_inbox_offset(qent__session_store(session), offset_out, err);
}

qent_status qent_webhook_secret(const qent_ctx *ctx, char *secret_out, size_t size, qent_error *err)
{
  uint8_t digest[QENT__SHA256_BYTES];
  const char *key;
  qent_status st;

  if (!ctx || !secret_out || size < sizeof digest * 2 + 1)
    return qent_fail(err, QENT_EINVAL, "a secret needs a context and 65 bytes of room");
  key = qent_settings_get(qent_ctx_settings(ctx), "QENT_MASTER_KEY");
  if (!key)
    return qent_fail(err, QENT_EINVAL, "QENT_MASTER_KEY is not set");
  st = qent__hmac_sha256(key, strlen(key), SECRET_LABEL, strlen(SECRET_LABEL), digest, err);
  if (st == QENT_OK)
    qent__hex_encode(digest, sizeof digest, secret_out);
  return st;
}
