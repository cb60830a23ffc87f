/* SPDX-License-Identifier: MIT */
#include <qentvpn/qr.h>

#include "util/alloc.h"

#include <errno.h>
#include <png.h>
#include <qrencode.h>
#include <string.h>

#define MAX_TEXT_BYTES 1200
#define QUIET_MODULES 4 /* what ISO 18004 asks for on each side */
#define MIN_PIXELS 400

/* Paint one line of modules as bytes, 0 black and 255 white, `scale` pixels a module. */
static void paint_row(const QRcode *code, int row, size_t scale, png_bytep line, size_t side)
{
  memset(line, 255, side);
  if (row < 0 || row >= code->width)
    return;
  for (int column = 0; column < code->width; column++) {
    if (code->data[row * code->width + column] & 1)
      memset(line + ((size_t)column + QUIET_MODULES) * scale, 0, scale);
  }
}

static png_bytep paint(const QRcode *code, size_t *side_out)
{
  size_t modules = (size_t)code->width + (size_t)(2 * QUIET_MODULES);
  size_t scale = (MIN_PIXELS + modules - 1) / modules;
  size_t side = modules * scale;
  png_bytep pixels = qent__malloc(side * side);

  if (!pixels)
    return NULL;
  for (size_t y = 0; y < side; y++)
    paint_row(code, (int)(y / scale) - QUIET_MODULES, scale, pixels + y * side, side);
  *side_out = side;
  return pixels;
}

static qent_status encode_png(const png_byte *pixels, size_t side, void **png_out, size_t *len_out,
                              qent_error *err)
{
  png_image image;
  png_alloc_size_t len = 0;
  void *png;

  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = (png_uint_32)side;
  image.height = (png_uint_32)side;
  image.format = PNG_FORMAT_GRAY;
  if (!png_image_write_to_memory(&image, NULL, &len, 0, pixels, 0, NULL))
    return qent_fail(err, QENT_ENOMEM, "libpng cannot measure the picture");
  png = qent__malloc(len);
  if (!png)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  if (!png_image_write_to_memory(&image, png, &len, 0, pixels, 0, NULL)) {
    qent__free(png);
    return qent_fail(err, QENT_ENOMEM, "libpng cannot write the picture");
  }
  *png_out = png;
  *len_out = len;
  return QENT_OK;
}

qent_status qent_qr_png(const char *text, void **png_out, size_t *len_out, qent_error *err)
{
  QRcode *code;
  png_bytep pixels;
  size_t side = 0;
  qent_status st;

  if (!text || !png_out || !len_out || !*text || strlen(text) > MAX_TEXT_BYTES)
    return qent_fail(err, QENT_EINVAL, "a QR code holds 1 to %d bytes", MAX_TEXT_BYTES);
  code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
  if (!code) {
    if (errno == ENOMEM)
      return qent_fail(err, QENT_ENOMEM, "out of memory");
    return qent_fail(err, QENT_EINVAL, "the text does not fit into a QR code");
  }
  pixels = paint(code, &side);
  QRcode_free(code);
  if (!pixels)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = encode_png(pixels, side, png_out, len_out, err);
  qent__free(pixels);
  return st;
}

void qent_png_free(void *png)
{
  qent__free(png);
}
