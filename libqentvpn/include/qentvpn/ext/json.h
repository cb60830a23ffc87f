/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_EXT_JSON_H
#define QENTVPN_EXT_JSON_H
#include <qentvpn/ext/buf.h>
QENT_BEGIN_DECLS

/** Deepest nesting of objects and arrays that a writer accepts. */
#define QENT_JSON_WRITER_MAX_DEPTH 32

/** Writes one JSON text straight into a qent_buf: no tree, no allocation of its own.
 *
 *  Commas and colons are the writer's work. Misuse (a value without a key inside an object, a key
 * in an array, closing what is not open, nesting beyond QENT_JSON_WRITER_MAX_DEPTH, a second
 * top-level value) makes the buffer fail with QENT_EINVAL, so one check at the end,
 * qent_jw_finish(), covers everything. Text is taken as UTF-8; each invalid byte becomes U+FFFD.
 *
 *  The members are private. One thread at a time. */
typedef struct qent_json_writer {
  qent_buf *buf;
  uint32_t depth;     /**< Open objects and arrays. */
  uint32_t is_object; /**< Bit d: the container at depth d is an object. */
  bool comma;         /**< The next item needs a comma first. */
  bool keyed;         /**< A key was written and waits for its value. */
  bool done;          /**< The top-level value is complete. */
} qent_json_writer;

/** Start a JSON text at the end of `buf`.
 *  @param buf  borrowed until the writer is no longer used; may already hold text. */
QENT_API void qent_jw_init(qent_json_writer *w, qent_buf *buf);

QENT_API void qent_jw_object(qent_json_writer *w);     /**< `{` as a value. */
QENT_API void qent_jw_end_object(qent_json_writer *w); /**< `}` */
QENT_API void qent_jw_array(qent_json_writer *w);      /**< `[` as a value. */
QENT_API void qent_jw_end_array(qent_json_writer *w);  /**< `]` */

/** Write the key of the next value; only inside an object. Copied, escaped as needed. */
QENT_API void qent_jw_key(qent_json_writer *w, const char *key);

/** Write a string value. NULL writes `null`. */
QENT_API void qent_jw_str(qent_json_writer *w, const char *text);
/** Write a string value of `len` bytes; may contain NUL. NULL writes `null`. */
QENT_API void qent_jw_strn(qent_json_writer *w, const char *text, size_t len);
/** Write an integer. Beyond 2^53 some readers round it: write such numbers as strings. */
QENT_API void qent_jw_i64(qent_json_writer *w, int64_t value);
QENT_API void qent_jw_bool(qent_json_writer *w, bool value); /**< `true` or `false`. */
QENT_API void qent_jw_null(qent_json_writer *w);             /**< `null` */
/** Write `json` as one value exactly as it is. The caller vouches that it is one complete value;
 *  NULL or "" is misuse. */
QENT_API void qent_jw_raw(qent_json_writer *w, const char *json);
/** As qent_jw_raw() with a length. */
QENT_API void qent_jw_rawn(qent_json_writer *w, const char *json, size_t len);

/** Key and string value; NULL `text` writes `null`. */
QENT_API void qent_jw_kstr(qent_json_writer *w, const char *key, const char *text);
QENT_API void qent_jw_ki64(qent_json_writer *w, const char *key,
                           int64_t value);                                     /**< Key, integer. */
QENT_API void qent_jw_kbool(qent_json_writer *w, const char *key, bool value); /**< Key, boolean. */
QENT_API void qent_jw_knull(qent_json_writer *w, const char *key);             /**< Key, `null`. */
/** Key and ready-made JSON, as qent_jw_raw(). */
QENT_API void qent_jw_kraw(qent_json_writer *w, const char *key, const char *json);
QENT_API void qent_jw_kobject(qent_json_writer *w, const char *key); /**< Key, then `{`. */
QENT_API void qent_jw_karray(qent_json_writer *w, const char *key);  /**< Key, then `[`. */

/** Check that one complete JSON value was written.
 *  @return QENT_OK; QENT_EINVAL (misuse, something still open, or the buffer's maximum reached);
 *          QENT_ENOMEM. */
QENT_API qent_status qent_jw_finish(qent_json_writer *w, qent_error *err);

QENT_END_DECLS
#endif
