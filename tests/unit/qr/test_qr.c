/* SPDX-License-Identifier: MIT */
#include <qentvpn/qr.h>

#include "util/alloc.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINK "vless://00000000-0000-4000-8000-000000000000@de1.example:443?security=reality#QentVPN"

/* Pixels of a picture, one byte each; free() them. */
static png_bytep decode(const void *png, size_t len, size_t *side_out)
{
  png_image image;
  png_bytep pixels;

  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  assert_true(png_image_begin_read_from_memory(&image, png, len) != 0);
  assert_true(image.width == image.height);
  image.format = PNG_FORMAT_GRAY;
  pixels = malloc(PNG_IMAGE_SIZE(image));
  assert_non_null(pixels);
  assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL) != 0);
  *side_out = image.width;
  return pixels;
}

/* First black pixel on the diagonal: the corner of the upper left finder pattern. */
static size_t first_black(const png_byte *pixels, size_t side)
{
  size_t at = 0;

  while (at < side && pixels[at * side + at] != 0)
    at++;
  return at;
}

static void picture_is_a_png_with_a_quiet_zone(void **state)
{
  static const unsigned char signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  void *png = NULL;
  size_t len = 0;
  size_t side = 0;
  png_bytep pixels;
  size_t quiet, module;

  (void)state;
  assert_int_equal(qent_qr_png(LINK, &png, &len, NULL), QENT_OK);
  assert_true(len > sizeof signature);
  assert_memory_equal(png, signature, sizeof signature);
  pixels = decode(png, len, &side);
  assert_true(side >= 400);
  quiet = first_black(pixels, side);
  assert_true(quiet > 0 && quiet % 4 == 0);
  module = quiet / 4;
  /* The finder pattern: black frame of 7 modules, white ring, black 3 x 3 heart. */
  for (size_t i = 0; i < 7 * module; i++)
    assert_int_equal(pixels[quiet * side + quiet + i], 0);
  assert_int_equal(pixels[(quiet + module) * side + quiet + module], 255);
  assert_int_equal(pixels[(quiet + 3 * module) * side + quiet + 3 * module], 0);
  for (size_t i = 0; i < side; i++) {
    assert_int_equal(pixels[i], 255);
    assert_int_equal(pixels[(side - 1) * side + i], 255);
    assert_int_equal(pixels[i * side], 255);
    assert_int_equal(pixels[i * side + side - 1], 255);
  }
  free(pixels);
  qent_png_free(png);
}

static void length_limits_hold(void **state)
{
  char text[1202];
  void *png = NULL;
  size_t len = 0;

  (void)state;
  memset(text, 'x', sizeof text);
  text[1201] = '\0';
  assert_int_equal(qent_qr_png(text, &png, &len, NULL), QENT_EINVAL);
  assert_int_equal(qent_qr_png("", &png, &len, NULL), QENT_EINVAL);
  assert_null(png);
  text[1200] = '\0';
  assert_int_equal(qent_qr_png(text, &png, &len, NULL), QENT_OK);
  qent_png_free(png);
}

static void out_of_memory_leaves_the_output(void **state)
{
  (void)state;
  for (long n = 0; n < 2; n++) {
    void *png = NULL;
    size_t len = 0;

    qent__alloc_fail_after(n);
    assert_int_equal(qent_qr_png(LINK, &png, &len, NULL), QENT_ENOMEM);
    qent__alloc_fail_after(-1);
    assert_null(png);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(picture_is_a_png_with_a_quiet_zone),
      cmocka_unit_test(length_limits_hold),
      cmocka_unit_test(out_of_memory_leaves_the_output),
  };

  return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
