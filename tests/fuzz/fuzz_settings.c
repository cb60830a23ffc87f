/* SPDX-License-Identifier: MIT */
/* The settings file: every text is either taken or refused with at least one problem. */
#include <qentvpn/settings.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(int line, const char *key, const char *problem, const char *remedy, void *user)
{
  if (line < 0 || !key || !problem || !*problem || !remedy || !*remedy)
    abort();
  ++*(int *)user;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  qent_settings *settings = NULL;
  qent_error err = QENT_ERROR_INIT;
  char item[64];
  int problems = 0;

  if (qent_settings_parse((const char *)data, size, count, &problems, &settings, &err) != QENT_OK) {
    if (problems == 0 || err.status != QENT_EINVAL || settings)
      abort();
    return 0;
  }
  if (problems != 0)
    abort();
  for (size_t i = 0; qent_setting_at(i); i++) {
    const qent_setting *row = qent_setting_at(i);
    int64_t number = qent_settings_get_int(settings, row->key);

    if (row->type == QENT_SETTING_INT && (number < row->minimum || number > row->maximum))
      abort();
    for (size_t n = 0; qent_settings_get_item(settings, row->key, n, item, sizeof item); n++)
      (void)strlen(item);
  }
  (void)qent_settings_is_admin(settings, 1);
  qent_settings_free(settings);
  return 0;
}
