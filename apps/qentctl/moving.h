/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_MOVING_H
#define QENTCTL_MOVING_H

/* What became of moving accounts away from a node. */

#include "cli.h"

#include <qentvpn/node.h>

typedef struct moving {
  const char *node;       /* from where */
  bool whole;             /* everybody is to leave */
  int64_t total;          /* to be moved */
  qent_node_progress now; /* as read last */
} moving;

/* Not yet gone from the node. */
int64_t moving_left(const moving *m);
/* Has everybody left that is to leave? */
bool moving_ended(const moving *m);
/* Have those that are left nowhere to go, or no need to? Costs more than a look at the progress. */
bool moving_stuck(cli *c, const moving *m);

/* How the waiting ended. */
typedef enum moving_end {
  MOVING_OVER,    /* nothing to wait for */
  MOVING_STOPPED, /* ^C */
  MOVING_STALLED  /* nothing changed for too long */
} moving_end;

/* Count exactly and say it. @return EXIT_DONE when all are moved, EXIT_RETRY when some are not,
 * EXIT_FAILED. */
int moving_report(cli *c, const moving *m, moving_end end);

#endif
