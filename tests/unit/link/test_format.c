/* SPDX-License-Identifier: MIT */
/* Which client gets which form. */
#include "case.h"

#define HTML "text/html,application/xhtml+xml,*/*;q=0.8"

static void apps_are_known_by_their_user_agent(void **state)
{
  static const struct {
    const char *agent;
    qent_config_format format;
  } cases[] = {
      {"Happ/3.1", QENT_CONFIG_BASE64},
      {"v2rayNG/1.9", QENT_CONFIG_BASE64},
      {"v2raytun/android", QENT_CONFIG_BASE64},
      {"HiddifyNext/2.5 (ios) like ClashMeta v2ray sing-box", QENT_CONFIG_BASE64},
      {"ClashMetaForAndroid/2.11", QENT_CONFIG_CLASH},
      {"clash.meta", QENT_CONFIG_CLASH},
      {"CLASH-VERGE/2", QENT_CONFIG_CLASH},
      {"FlClash/0.8", QENT_CONFIG_CLASH},
      {"mihomo.party/v1.5", QENT_CONFIG_CLASH},
      {"Stash/2.4", QENT_CONFIG_CLASH},
      {"SFA/1.12", QENT_CONFIG_SING_BOX},
      {"sing-box/1.12", QENT_CONFIG_SING_BOX},
      {"Karing/1", QENT_CONFIG_SING_BOX},
      {"AmneziaVPN/4.8", QENT_CONFIG_AWG},
  };
  bool page = true;

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(qent_config_format_for(cases[i].agent, HTML, &page), cases[i].format);
    assert_false(page);
  }
}

static void others_get_a_page_if_they_take_html(void **state)
{
  bool page = false;

  (void)state;
  assert_int_equal(qent_config_format_for("Mozilla/5.0", HTML, &page), QENT_CONFIG_BASE64);
  assert_true(page);
  assert_int_equal(qent_config_format_for(NULL, "application/xml, TEXT/HTML", &page),
                   QENT_CONFIG_BASE64);
  assert_true(page);
  assert_int_equal(qent_config_format_for("Mozilla/5.0", "*/*", &page), QENT_CONFIG_BASE64);
  assert_false(page);
  assert_int_equal(qent_config_format_for(NULL, NULL, &page), QENT_CONFIG_BASE64);
  assert_false(page);
}

static void formats_have_names(void **state)
{
  static const char *const names[] = {"base64", "plain", "clash", "sing-box", "awg", "vpn"};
  qent_config_format format = QENT_CONFIG_BASE64;

  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    assert_true(qent_config_format_parse(names[i], &format));
    assert_int_equal(format, i);
    assert_string_equal(qent_config_format_name(format), names[i]);
  }
  assert_false(qent_config_format_parse("xml", &format));
  assert_false(qent_config_format_parse(NULL, &format));
  assert_string_equal(qent_config_format_name((qent_config_format)99), "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(apps_are_known_by_their_user_agent),
      cmocka_unit_test(others_get_a_page_if_they_take_html),
      cmocka_unit_test(formats_have_names),
  };

  return cmocka_run_group_tests_name("formats of config links", tests, NULL, NULL);
}
