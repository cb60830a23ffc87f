/* SPDX-License-Identifier: MIT */
#ifndef BOTD_PARKED_H
#define BOTD_PARKED_H

/* Claimed notices whose chat has to wait a moment. As a person's next notice is not handed out
 * while one is claimed, their order holds, and no sending thread sleeps for one chat. Any thread.
 */

#include <qentvpn/notice.h>

#define PARKED_MAX 256

typedef struct parked parked;

parked *parked_new(void); /* NULL: out of memory */
void parked_free(parked *p);

/* Keep a notice until `ready_at_ms`. @return false when full: the notice is still the caller's. */
bool parked_put(parked *p, qent_notice *notice, int64_t ready_at_ms);

/* The notice that is ready first, if one is ready at `now_ms`; else NULL. The caller's then.
 * @param next_ms_out  when nothing is ready: ms until something is; -1: nothing is parked. */
qent_notice *parked_take(parked *p, int64_t now_ms, int64_t *next_ms_out);

#endif
