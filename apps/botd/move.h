/* SPDX-License-Identifier: MIT */
#ifndef BOTD_MOVE_H
#define BOTD_MOVE_H

/* A buyer's choice of another node: asked for by a button, done when the update is handled, told in
 * the answer. The answer's argument carries what became of it, because the answer is worded later:
 * "7" (show the nodes), "7:de1" (asked), "7:de1:done", "7:de1:there", "7:de1:soon:1795500000",
 * "7:de1:no". */

#include <qentvpn/context.h>

typedef enum move_outcome {
  MOVE_ASKED, /* nothing was done */
  MOVE_DONE,
  MOVE_THERE,  /* it was served from there before */
  MOVE_SOON,   /* before the pause between moves was over */
  MOVE_REFUSED /* the reason is looked up when it is told */
} move_outcome;

typedef struct move_answer {
  int64_t subscription;
  char node[40]; /* name; "": none was chosen */
  move_outcome outcome;
  int64_t until; /* of MOVE_SOON, UNIX s */
} move_answer;

/* @return false: not an argument of ours. */
bool move_parse(const char *argument, move_answer *move_out);

/* Move as asked, and write what became of it into `argument`. A repeat with the same argument does
 * nothing more: who is there already stays. @return QENT_ESTORE, QENT_ENOMEM, QENT_ECANCELED. */
qent_status move_run(qent_session *session, int64_t user_id, char *argument, size_t size,
                     qent_error *err);

#endif
