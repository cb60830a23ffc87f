/* SPDX-License-Identifier: MIT */
/* main() for a fuzz target without libFuzzer: feeds every file named, or inside a folder named, on
 * the command line to LLVMFuzzerTestOneInput(), and the empty input first. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replayed;

static int replay_file(const char *path)
{
  FILE *file = fopen(path, "rb");
  if (!file) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 1;
  }
  int failed = 1;
  uint8_t *data = NULL;
  if (fseek(file, 0, SEEK_END) == 0) {
    long size = ftell(file);
    rewind(file);
    /* Exactly as many bytes as the file has, so that a sanitizer sees a read past the end. */
    data = size >= 0 ? malloc(size > 0 ? (size_t)size : 1) : NULL;
    if (data && fread(data, 1, (size_t)size, file) == (size_t)size) {
      (void)LLVMFuzzerTestOneInput(data, (size_t)size);
      replayed++;
      failed = 0;
    }
  }
  if (failed)
    fprintf(stderr, "%s: cannot be read\n", path);
  free(data);
  (void)fclose(file);
  return failed;
}

static int replay_folder(const char *path)
{
  DIR *folder = opendir(path);
  if (!folder) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 1;
  }
  int failed = 0;
  for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    char name[4096];
    int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    if (length < 0 || (size_t)length >= sizeof name) {
      fprintf(stderr, "%s/%s: name is too long\n", path, entry->d_name);
      failed = 1;
    } else if (entry->d_name[0] != '.') {
      failed |= replay_file(name);
    }
  }
  (void)closedir(folder);
  return failed;
}

int main(int argc, char **argv)
{
  (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    struct stat info;
    if (stat(argv[i], &info) != 0) {
      fprintf(stderr, "%s: %s\n", argv[i], strerror(errno));
      failed = 1;
    } else if (S_ISDIR(info.st_mode)) {
      failed |= replay_folder(argv[i]);
    } else {
      failed |= replay_file(argv[i]);
    }
  }
  printf("%zu inputs\n", replayed);
  return failed || replayed == 0;
}
