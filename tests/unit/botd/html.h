/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_BOTD_HTML_H
#define TESTS_UNIT_BOTD_HTML_H

/* What Telegram's HTML mode takes: known tags, closed in order, and only the four named entities.
 * @return NULL: fine; else what is wrong. Static. */
const char *html_fault(const char *html);

#endif
