/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_BASE_H
#define QENTVPN_BASE_H

/** @file
 *  What every public header needs: fixed-width types, linkage and attributes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define QENT_BEGIN_DECLS extern "C" {
#define QENT_END_DECLS }
#else
#define QENT_BEGIN_DECLS
#define QENT_END_DECLS
#endif

#define QENT_API extern

#if defined(__GNUC__) || defined(__clang__)
/** The result must be looked at. */
#define QENT_NODISCARD __attribute__((warn_unused_result))
/** Arguments are checked like printf's: format at `fmt`, first argument at `first`, both from 1. */
#define QENT_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define QENT_NODISCARD
#define QENT_PRINTF(fmt, first)
#endif

QENT_BEGIN_DECLS

/** The library's version, "MAJOR.MINOR.PATCH". Static, never NULL. @thread any */
QENT_API const char *qent_version(void);

/** Release text that a function of the library handed out. NULL is allowed. @thread any */
QENT_API void qent_text_free(char *text);

QENT_END_DECLS
#endif
