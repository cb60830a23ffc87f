/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_APP_MEMORY_SWEEP_H
#define TESTS_UNIT_APP_MEMORY_SWEEP_H

/* Memory that runs out at every possible place of one act. */

#include "shop.h"

/* One case: `prepare` and `finish` with memory, `act` without. */
struct sweep {
  void (*prepare)(struct shop *shop);
  qent_status (*act)(struct shop *shop);
  /* Is it wholly done? Fails the test when it is half done. */
  bool (*complete)(struct shop *shop);
  void (*finish)(struct shop *shop); /* and then all must be as if nothing had been */
};

/* Try it with the first allocation failing, the second, and so on, until none fails. */
void run_sweep(const struct sweep *sweep);

#endif
