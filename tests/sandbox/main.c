/* SPDX-License-Identifier: MIT */
#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app.h"
#include "clock.h"
#include "http.h"
#include "route.h"
#include "telegram.h"
#include "yookassa.h"

struct sb_options sb_options = {
    .bot_username = "qent_demo_bot",
    .shop_id = "100500",
    .shop_key = "test_sandboxSecretKey0123456789abcdefghijklmn",
    .marzban_user = "admin",
    .marzban_password = "admin",
};

static const char usage[] =
    "usage: qent-sandbox [options]\n"
    "  --port N                 port to listen on, 0 takes a free one (default 18080)\n"
    "  --host ADDR              loopback address (default 127.0.0.1)\n"
    "  --state-dir DIR          writes DIR/sandbox.url when ready\n"
    "  --bot-token TOKEN        the only valid bot token (default: the first one seen)\n"
    "  --bot-username NAME      default qent_demo_bot\n"
    "  --shop-id ID             YooKassa shop id (default 100500)\n"
    "  --shop-key KEY           YooKassa secret key\n"
    "  --shop-live              payments are not marked as test payments\n"
    "  --yookassa-webhook URL   where notifications go\n"
    "  --marzban-user NAME      default admin\n"
    "  --marzban-password PASS  default admin\n"
    "  --help\n";

struct launch {
  const char *host;
  const char *state_dir;
  const char *port_text;
  int64_t port;
};

enum { OPT_LIVE = 256 };

static int bad_usage(const char *what, const char *value)
{
  (void)fprintf(stderr, "qent-sandbox: %s %s\n%s", what, value, usage);
  return 2;
}

static int check(struct launch *l)
{
  if (!sb_parse_int(l->port_text, &l->port) || l->port < 0 || l->port > 65535)
    return bad_usage("--port: not a port:", l->port_text);
  if (sb_options.bot_token && !sb_telegram_token_ok(sb_options.bot_token))
    return bad_usage("--bot-token:", "must look like 123456:35 characters of A-Za-z0-9_-");
  return -1;
}

/* -1: go on; otherwise the exit code. */
static int parse(int argc, char **argv, struct launch *l)
{
  const struct {
    const char *name;
    const char **slot;
  } texts[] = {
      {"port", &l->port_text},
      {"host", &l->host},
      {"state-dir", &l->state_dir},
      {"bot-token", &sb_options.bot_token},
      {"bot-username", &sb_options.bot_username},
      {"shop-id", &sb_options.shop_id},
      {"shop-key", &sb_options.shop_key},
      {"yookassa-webhook", &sb_options.yookassa_webhook},
      {"marzban-user", &sb_options.marzban_user},
      {"marzban-password", &sb_options.marzban_password},
  };
  enum { TEXTS = sizeof texts / sizeof *texts };
  struct option table[TEXTS + 3] = {{"help", no_argument, NULL, 'h'},
                                    {"shop-live", no_argument, NULL, OPT_LIVE}};
  for (int i = 0; i < TEXTS; i++)
    table[i + 2] = (struct option){texts[i].name, required_argument, NULL, OPT_LIVE + 1 + i};
  for (int opt; (opt = getopt_long(argc, argv, "h", table, NULL)) != -1;) {
    if (opt == 'h') {
      (void)fputs(usage, stdout);
      return 0;
    }
    if (opt == OPT_LIVE)
      sb_options.shop_live = true;
    else if (opt > OPT_LIVE)
      *texts[opt - OPT_LIVE - 1].slot = optarg;
    else
      return bad_usage("wrong option;", "they are:");
  }
  return optind < argc ? bad_usage("unexpected argument", argv[optind]) : check(l);
}

static void write_url(const char *dir, const char *url)
{
  if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
    (void)fprintf(stderr, "qent-sandbox: %s: %s\n", dir, strerror(errno));
    return;
  }
  char *path = sb_printf("%s/sandbox.url", dir);
  FILE *f = fopen(path, "w");
  if (f) {
    (void)fprintf(f, "%s\n", url);
    (void)fclose(f);
  } else {
    (void)fprintf(stderr, "qent-sandbox: %s: %s\n", path, strerror(errno));
  }
  free(path);
}

static int run(int fd, const struct launch *l, const sigset_t *wait_for)
{
  int got = 0;
  sb_telegram_start();
  sb_yookassa_start();
  struct MHD_Daemon *daemon = sb_http_start(fd, sb_route);
  if (daemon) {
    (void)printf("listening %s\n", sb_options.base_url);
    (void)fflush(stdout);
    if (l->state_dir)
      write_url(l->state_dir, sb_options.base_url);
    (void)sigwait(wait_for, &got);
  } else {
    (void)fputs("qent-sandbox: libmicrohttpd did not start\n", stderr);
  }
  sb_stop();
  sb_telegram_kick();
  sb_yookassa_kick();
  if (daemon)
    sb_http_stop(daemon);
  sb_telegram_stop();
  sb_yookassa_stop();
  return daemon ? 0 : 1;
}

int main(int argc, char **argv)
{
  struct launch l = {.host = "127.0.0.1", .port_text = "18080"};
  int code = parse(argc, argv, &l);
  if (code >= 0)
    return code;

  sigset_t wait_for;
  (void)signal(SIGPIPE, SIG_IGN);
  (void)sigemptyset(&wait_for);
  (void)sigaddset(&wait_for, SIGTERM);
  (void)sigaddset(&wait_for, SIGINT);
  (void)pthread_sigmask(SIG_BLOCK, &wait_for, NULL);
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);

  uint16_t port = (uint16_t)l.port;
  int fd = sb_http_listen(l.host, &port);
  if (fd < 0) {
    (void)fprintf(stderr,
                  "qent-sandbox: cannot listen on %s:%d (only 127.0.0.0/8 is allowed): %s\n",
                  l.host, (int)l.port, strerror(errno));
    return 1;
  }
  char *url = sb_printf("http://%s:%u", l.host, (unsigned)port);
  sb_options.base_url = url;
  code = run(fd, &l, &wait_for);
  curl_global_cleanup();
  free(url);
  return code;
}
