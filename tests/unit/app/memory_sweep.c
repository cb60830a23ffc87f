/* SPDX-License-Identifier: MIT */
#include "memory_sweep.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ENOUGH 15 /* so many successes in a row, and no allocation fails any more */
#define MOST 4000

static bool one_try(const struct sweep *sweep, int n)
{
  void *state = NULL;
  struct shop *shop;
  qent_status st;
  bool complete;

  (void)shop_open(&state);
  shop = state;
  sweep->prepare(shop);
  qent__alloc_fail_after(n);
  st = sweep->act(shop);
  qent__alloc_fail_after(-1);
  complete = sweep->complete(shop);
  if (st != QENT_OK)
    assert_int_equal(st, QENT_ENOMEM);
  sweep->finish(shop);
  (void)shop_close(&state);
  return st == QENT_OK && complete;
}

void run_sweep(const struct sweep *sweep)
{
  int successes = 0;
  int n;

  for (n = 0; n < MOST && successes < ENOUGH; n++)
    successes = one_try(sweep, n) ? successes + 1 : 0;
  assert_int_equal(successes, ENOUGH);
  assert_true(n > ENOUGH);
}
