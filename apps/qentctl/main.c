/* SPDX-License-Identifier: MIT */
/* qentctl: every task of an admin, for people and for scripts. */
#include "cli.h"

#include <signal.h>

int main(int argc, char **argv)
{
  signal(SIGPIPE, SIG_IGN);
  return cli_main(argc, argv);
}
