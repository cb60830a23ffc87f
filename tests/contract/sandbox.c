/* SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char greeting[] = "listening ";

static bool read_url(int fd, char *url, size_t cap)
{
  char line[256];
  FILE *out = fdopen(fd, "r");
  bool ok = false;

  if (!out) {
    close(fd);
    return false;
  }
  if (fgets(line, sizeof line, out) && strncmp(line, greeting, sizeof greeting - 1) == 0) {
    const char *text = line + sizeof greeting - 1;
    size_t len = strcspn(text, "\r\n");
    ok = len < cap;
    if (ok) {
      memcpy(url, text, len);
      url[len] = '\0';
    }
  }
  fclose(out);
  return ok;
}

bool sandbox_start(struct sandbox *sandbox, const char *binary)
{
  int fds[2];

  memset(sandbox, 0, sizeof *sandbox);
  if (pipe(fds) != 0)
    return false;
  sandbox->pid = fork();
  if (sandbox->pid == 0) {
    (void)dup2(fds[1], STDOUT_FILENO);
    close(fds[0]);
    close(fds[1]);
    execl(binary, binary, "--port", "0", (char *)NULL);
    _exit(127);
  }
  close(fds[1]);
  if (sandbox->pid < 0) {
    close(fds[0]);
    return false;
  }
  if (!read_url(fds[0], sandbox->url, sizeof sandbox->url) ||
      qent_http_new(NULL, &sandbox->http, NULL) != QENT_OK) {
    sandbox_stop(sandbox);
    return false;
  }
  return true;
}

void sandbox_stop(struct sandbox *sandbox)
{
  if (sandbox->pid > 0) {
    (void)kill(sandbox->pid, SIGTERM);
    (void)waitpid(sandbox->pid, NULL, 0);
  }
  qent_http_free(sandbox->http);
  sandbox->pid = 0;
  sandbox->http = NULL;
}

const char *sandbox_control(struct sandbox *sandbox, const char *method, const char *path,
                            const char *body)
{
  static char answer[65536];
  char url[512];
  qent_http_request req = QENT_HTTP_REQUEST_INIT;
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;

  (void)snprintf(url, sizeof url, "%s/control%s", sandbox->url, path);
  req.method = method;
  req.url = url;
  req.body = body;
  req.body_len = body ? strlen(body) : 0;
  answer[0] = '\0';
  if (qent_http_send(sandbox->http, &req, &resp, NULL) == QENT_OK && resp.status == 200)
    (void)snprintf(answer, sizeof answer, "%s", resp.body);
  qent_http_response_dispose(&resp);
  return answer;
}
