/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void input_wipe(char *secret, size_t size)
{
  volatile char *p = secret;
  while (size-- > 0)
    *p++ = '\0';
}

static bool read_line(FILE *in, char secret_out[INPUT_SECRET_MAX])
{
  if (!fgets(secret_out, INPUT_SECRET_MAX, in))
    return false;
  const size_t len = strcspn(secret_out, "\r\n");
  const bool whole = secret_out[len] != '\0' || feof(in);
  secret_out[len] = '\0';
  return whole && len > 0;
}

static bool ask(const char *prompt, char secret_out[INPUT_SECRET_MAX])
{
  struct termios before;
  if (tcgetattr(STDIN_FILENO, &before) != 0)
    return read_line(stdin, secret_out);
  struct termios quiet = before;
  quiet.c_lflag &= (tcflag_t)~ECHO;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  fputs(prompt, stderr);
  const bool ok = read_line(stdin, secret_out);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  fputc('\n', stderr);
  return ok;
}

bool input_secret(const char *path, const char *prompt, char secret_out[INPUT_SECRET_MAX])
{
  if (!path || strcmp(path, "-") == 0)
    return isatty(STDIN_FILENO) ? ask(prompt, secret_out) : read_line(stdin, secret_out);
  FILE *in = fopen(path, "re");
  if (!in)
    return false;
  const bool ok = read_line(in, secret_out);
  fclose(in);
  return ok;
}

size_t input_all(char *text_out, size_t size)
{
  return fread(text_out, 1, size, stdin);
}

char *input_file(const char *path, size_t max)
{
  FILE *in = fopen(path, "re");
  if (!in)
    return NULL;
  char *text = malloc(max + 2);
  size_t len = text ? fread(text, 1, max + 1, in) : 0;
  if (text && (ferror(in) || len > max)) {
    free(text);
    text = NULL;
  }
  if (text)
    text[len] = '\0';
  fclose(in);
  return text;
}

bool input_random(unsigned char *bytes_out, size_t count)
{
  FILE *in = fopen("/dev/urandom", "re");
  if (!in)
    return false;
  const bool ok = fread(bytes_out, 1, count, in) == count;
  fclose(in);
  return ok;
}
