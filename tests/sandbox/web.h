/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_WEB_H
#define SANDBOX_WEB_H

#include <stddef.h>

/* Files of web/, embedded by embed.cmake. */
extern const unsigned char web_chat_html[];
extern const size_t web_chat_html_len;
extern const unsigned char web_chat_css[];
extern const size_t web_chat_css_len;
extern const unsigned char web_chat_js[];
extern const size_t web_chat_js_len;
extern const unsigned char web_webapp_js[];
extern const size_t web_webapp_js_len;
extern const unsigned char web_pay_html[];
extern const size_t web_pay_html_len;
extern const unsigned char web_pay_css[];
extern const size_t web_pay_css_len;

#endif
