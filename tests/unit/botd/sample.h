/* SPDX-License-Identifier: MIT */
#ifndef BOTD_TEST_SAMPLE_H
#define BOTD_TEST_SAMPLE_H

/* Facts to render. */

#include "view.h"

#define SAMPLE_NOW INT64_C(1795500000)

/* Russian and English, with everything set up; then the same with nothing. */
#define SAMPLE_ENVS 4
extern const render_env sample_envs[SAMPLE_ENVS];

/* A subscription of the plan `name` with so many links, all on the node `name`. */
sub_view *sample_sub(const char *name, size_t links);

/* Give it one more node of its group; one that does not serve it is available. */
void sample_place(sub_view *sub, const char *name, const char *title, const char *country,
                  bool current);

/* As AmneziaWG accounts give it: a file beside the link. */
void sample_conf(link_view *link);

#endif
