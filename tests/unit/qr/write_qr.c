/* SPDX-License-Identifier: MIT */
/* write_qr <text> <file>: draws a QR code, for a reader that is not ours to read. */
#include <qentvpn/qr.h>

#include <stdio.h>

int main(int argc, char **argv)
{
  void *png = NULL;
  size_t len = 0;
  FILE *file;
  size_t written;

  if (argc != 3 || qent_qr_png(argv[1], &png, &len, NULL) != QENT_OK)
    return 1;
  file = fopen(argv[2], "wb");
  if (!file)
    return 1;
  written = fwrite(png, 1, len, file);
  qent_png_free(png);
  return fclose(file) != 0 || written != len;
}
