/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_QR_H
#define QENTVPN_QR_H

/** @file
 *  QR pictures of links. */

#include <qentvpn/error.h>

QENT_BEGIN_DECLS

/** Draw `text` as a QR code, black on white with a quiet zone, as a PNG of at least 400 x 400.
 *  @param text     1..1200 bytes.
 *  @param png_out  owned by the caller, release with qent_png_free().
 *  @return QENT_EINVAL (empty or too long), QENT_ENOMEM. @thread any */
QENT_API qent_status qent_qr_png(const char *text, void **png_out, size_t *len_out,
                                 qent_error *err) QENT_NODISCARD;
QENT_API void qent_png_free(void *png); /**< NULL is allowed. */

QENT_END_DECLS
#endif
