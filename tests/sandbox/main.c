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
  int64_t port;
};

enum {
  OPT_HELP = 'h',
  OPT_PORT = 256,
  OPT_HOST,
  OPT_STATE,
  OPT_TOKEN,
  OPT_BOT,
  OPT_SHOP_ID,
  OPT_SHOP_KEY,
  OPT_LIVE,
  OPT_WEBHOOK,
  OPT_MZ_USER,
  OPT_MZ_PASS
};

/* -1: go on; otherwise the exit code. */
static int apply(int opt, struct launch *l)
{
  switch (opt) {
  case OPT_PORT:
    if (!sb_parse_int(optarg, &l->port) || l->port < 0 || l->port > 65535) {
      fprintf(stderr, "qent-sandbox: --port %s: not a port\n", optarg);
      return 2;
    }
    return -1;
  case OPT_HOST:
    l->host = optarg;
    return -1;
  case OPT_STATE:
    l->state_dir = optarg;
    return -1;
  case OPT_TOKEN:
    sb_options.bot_token = optarg;
    return -1;
  case OPT_BOT:
    sb_options.bot_username = optarg;
    return -1;
  case OPT_SHOP_ID:
    sb_options.shop_id = optarg;
    return -1;
  case OPT_SHOP_KEY:
    sb_options.shop_key = optarg;
    return -1;
  case OPT_LIVE:
    sb_options.shop_live = true;
    return -1;
  case OPT_WEBHOOK:
    sb_options.yookassa_webhook = optarg;
    return -1;
  case OPT_MZ_USER:
    sb_options.marzban_user = optarg;
    return -1;
  case OPT_MZ_PASS:
    sb_options.marzban_password = optarg;
    return -1;
  case OPT_HELP:
    fputs(usage, stdout);
    return 0;
  default:
    fputs(usage, stderr);
    return 2;
  }
}

static int parse(int argc, char **argv, struct launch *l)
{
  static const struct option table[] = {
      {"port", required_argument, NULL, OPT_PORT},
      {"host", required_argument, NULL, OPT_HOST},
      {"state-dir", required_argument, NULL, OPT_STATE},
      {"bot-token", required_argument, NULL, OPT_TOKEN},
      {"bot-username", required_argument, NULL, OPT_BOT},
      {"shop-id", required_argument, NULL, OPT_SHOP_ID},
      {"shop-key", required_argument, NULL, OPT_SHOP_KEY},
      {"shop-live", no_argument, NULL, OPT_LIVE},
      {"yookassa-webhook", required_argument, NULL, OPT_WEBHOOK},
      {"marzban-user", required_argument, NULL, OPT_MZ_USER},
      {"marzban-password", required_argument, NULL, OPT_MZ_PASS},
      {"help", no_argument, NULL, OPT_HELP},
      {NULL, 0, NULL, 0},
  };
  for (int opt; (opt = getopt_long(argc, argv, "h", table, NULL)) != -1;) {
    int code = apply(opt, l);
    if (code >= 0)
      return code;
  }
  if (optind < argc) {
    fprintf(stderr, "qent-sandbox: unexpected argument %s\n", argv[optind]);
    return 2;
  }
  if (sb_options.bot_token && !sb_telegram_token_ok(sb_options.bot_token)) {
    fputs("qent-sandbox: --bot-token: must look like 123456:35 characters of A-Za-z0-9_-\n",
          stderr);
    return 2;
  }
  return -1;
}

static void write_url(const char *dir, const char *url)
{
  if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
    fprintf(stderr, "qent-sandbox: %s: %s\n", dir, strerror(errno));
    return;
  }
  char *path = sb_printf("%s/sandbox.url", dir);
  FILE *f = fopen(path, "w");
  if (f) {
    fprintf(f, "%s\n", url);
    (void)fclose(f);
  } else {
    fprintf(stderr, "qent-sandbox: %s: %s\n", path, strerror(errno));
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
    printf("listening %s\n", sb_options.base_url);
    (void)fflush(stdout);
    if (l->state_dir)
      write_url(l->state_dir, sb_options.base_url);
    (void)sigwait(wait_for, &got);
  } else {
    fputs("qent-sandbox: libmicrohttpd did not start\n", stderr);
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
  struct launch l = {.host = "127.0.0.1", .port = 18080};
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
    fprintf(stderr, "qent-sandbox: cannot listen on %s:%d (only 127.0.0.0/8 is allowed): %s\n",
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
