/* SPDX-License-Identifier: MIT */
#include "case.h"
#include "util/base64.h"

void conf_uri(const char *conf, const char *name, qent_buf *uri)
{
  qent_buf_init(uri, 131072);
  qent_buf_adds(uri, "awg://");
  qent__base64_encode(uri, conf, strlen(conf), QENT__BASE64_URL | QENT__BASE64_NOPAD);
  qent_buf_addc(uri, '#');
  qent_buf_adds(uri, name);
}
