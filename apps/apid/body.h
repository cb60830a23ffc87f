/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_BODY_H
#define QENT_APID_BODY_H

/* The request's body as a JSON object. Unknown fields are ignored; a wrong type names its field.
 * Each function that returns false or NULL has made the reply. */

#include "apid.h"
#include <cjson/cJSON.h>

/* @return owned by the caller, cJSON_Delete(). */
cJSON *apid_body_object(apid_worker *worker, const apid_request *request, apid_reply *reply);

/* Text of 1..max bytes. Missing or null leaves *value_io as it is, unless `required`. */
bool apid_body_text(apid_worker *worker, apid_reply *reply, const cJSON *object, const char *field,
                    bool required, size_t max, const char **value_io);
/* A whole number in 1..2^53. */
bool apid_body_id(apid_worker *worker, apid_reply *reply, const cJSON *object, const char *field,
                  bool required, int64_t *value_io);
bool apid_body_bool(apid_worker *worker, apid_reply *reply, const cJSON *object, const char *field,
                    bool *value_io);

/* RFC 4648 section 4, padded. */
void apid_base64(qent_buf *b, const void *data, size_t len);

#endif
