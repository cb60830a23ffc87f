/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_READ_FILE_H
#define TESTS_SUPPORT_READ_FILE_H

#include <stdio.h>
#include <stdlib.h>

/* The whole of a file below tests/data, NUL-terminated; free() it. NULL when it cannot be read. */
static inline char *read_test_file(const char *name, size_t *len_out)
{
  char path[1024];
  FILE *file;
  char *text = NULL;
  long size;

  (void)snprintf(path, sizeof path, "%s/%s", QENT_TEST_DATA, name);
  file = fopen(path, "rb");
  if (!file)
    return NULL;
  if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
    text = malloc((size_t)size + 1);
    if (text && fread(text, 1, (size_t)size, file) == (size_t)size) {
      text[size] = '\0';
      if (len_out)
        *len_out = (size_t)size;
    } else {
      free(text);
      text = NULL;
    }
  }
  fclose(file);
  return text;
}

#endif
