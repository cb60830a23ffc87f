/* SPDX-License-Identifier: MIT */
#include "xui_case.h"

/* Sessions: logging in, finding out which API a panel speaks, and what a refused session does. */

#define NOT_FOUND_PAGE "404 page not found"
#define STATUS_OK "{\"success\":true,\"msg\":\"\",\"obj\":null}"

static struct wire_step *expect_login_c(const char *cookie)
{
  struct wire_step *login;

  wire_add(&wire, CSRF, 200, NULL)->text = "{\"success\":true,\"obj\":\"csrf-a\"}";
  wire.steps[wire.count - 1].header = "Set-Cookie: 3x-ui=anon; Path=/base/; HttpOnly";
  login = wire_add(&wire, LOGIN, 200, "login.json");
  login->header = cookie;
  login->line = "X-CSRF-Token: csrf-a";
  wire_add(&wire, CSRF, 200, NULL)->text = "{\"success\":true,\"obj\":\"csrf-b\"}";
  wire_add(&wire, PAGED, 200, "paged.json");
  return login;
}

static void login_is_a_form_with_the_panels_csrf_token(void **state)
{
  struct wire_step *login;

  (void)state;
  reopen_as(&xui_c, "{}", false);
  login = expect_login_c("Set-Cookie: 3x-ui=known; Path=/base/; Max-Age=21600; HttpOnly");
  login->sends[0] = "username=ad%20min&password=p%26w%2Bd%3D%25";
  wire.steps[2].line = "Cookie: 3x-ui=known"; /* the old token belongs to the old cookie */
  wire.steps[3].line = "Cookie: 3x-ui=known";
  wire_add(&wire, GET_17, 200, "not_found.json")->line = "X-CSRF-Token: csrf-b";
  remove_17(QENT_OK);
}

static void panels_before_3_0_have_no_csrf_token(void **state)
{
  (void)state;
  reopen_as(&xui_b, "{}", false);
  wire_add(&wire, CSRF, 404, NULL);
  wire_add(&wire, LOGIN, 200, "login.json")->header = "Set-Cookie: 3x-ui=known; Path=/";
  wire_add(&wire, PAGED, 404, NULL);
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, LIST, 200, "inbounds_none.json")->line = "Cookie: 3x-ui=known";
  remove_17(QENT_OK);
}

static void panels_before_2_8_redirect_strangers(void **state)
{
  (void)state;
  reopen_as(&xui_a, "{}", false);
  wire_add(&wire, CSRF, 307, NULL)->header = "Location: /base/";
  wire_add(&wire, LOGIN, 200, "login.json")->header = "Set-Cookie: session=known; Path=/";
  wire_add(&wire, PAGED, 404, NULL)->text = NOT_FOUND_PAGE;
  wire_add(&wire, STATUS, 404, NULL)->text = NOT_FOUND_PAGE;
  wire_add(&wire, LIST, 200, "inbounds_none.json")->line = "Cookie: session=known";
  remove_17(QENT_OK);
  wire_add(&wire, "POST /server/status", 200, "status.json");
  wire_add(&wire, LIST, 200, "inbounds_none.json");
  probe(QENT_OK);
}

static void cookies_of_several_answers_are_kept_together(void **state)
{
  (void)state;
  reopen_as(&xui_b, "{}", false);
  wire_add(&wire, CSRF, 404, NULL)->header = "Set-Cookie: lang=en-US; Path=/";
  wire_add(&wire, LOGIN, 200, "login.json")->header = "Set-Cookie: 3x-ui=known";
  wire_add(&wire, PAGED, 404, NULL)->header = "Set-Cookie: lang=; Max-Age=0";
  wire.steps[2].line = "Cookie: lang=en-US; 3x-ui=known";
  wire_add(&wire, STATUS, 200, "status.json")->line = "Cookie: 3x-ui=known";
  wire_add(&wire, LIST, 200, "inbounds_none.json");
  remove_17(QENT_OK);
}

static void api_token_needs_no_login(void **state)
{
  struct wire_step *step;

  (void)state;
  reopen_as(&xui_token, "{}", false);
  wire_add(&wire, PAGED, 200, "paged.json")->bearer = "p&w+d=%";
  step = wire_add(&wire, GET_17, 200, "client.json");
  step->bearer = "p&w+d=%";
  wire_add(&wire, DEL_17, 200, "deleted.json")->bearer = "p&w+d=%";
  wire_add(&wire, GET_17, 200, "not_found.json");
  remove_17(QENT_OK);
}

static void api_token_works_on_3_0(void **state)
{
  (void)state;
  reopen_as(&xui_token, "{}", false);
  wire_add(&wire, PAGED, 404, NULL);
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, LIST, 200, "inbounds_none.json");
  remove_17(QENT_OK);
}

static void refused_api_token_pauses(void **state)
{
  (void)state;
  reopen_as(&xui_token, "{}", false);
  wire_add(&wire, PAGED, 401, NULL);
  remove_17(QENT_EAUTH);
  message_has("API token");
  remove_17(QENT_EAUTH); /* without a call */
  assert_int_equal(err.retry_after_ms, 900000);
  reopen_as(&xui_token, "{}", false);
  wire_add(&wire, PAGED, 404, NULL); /* 2.x knows no tokens */
  wire_add(&wire, STATUS, 404, NULL);
  remove_17(QENT_EAUTH);
  message_has("before 3.0");
}

static void token_of_a_lesser_scope_is_told(void **state)
{
  (void)state;
  reopen_as(&xui_token, "{}", true);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 403, NULL)->text =
      "{\"success\":false,\"msg\":\"this API token is not permitted to access this endpoint\"}";
  remove_17(QENT_EAUTH);
  message_has("scope admin");
}

/* Wrong password, second factor and login limiter look the same; five tries would block. */
static void one_wrong_login_is_all(void **state)
{
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  (void)state;
  reopen_as(&xui_c, "{}", false);
  wire_add(&wire, CSRF, 200, "csrf.json");
  wire_add(&wire, LOGIN, 200, "login_refused.json");
  ensure(QENT_EAUTH);
  message_has("user or password");
  probe(QENT_EAUTH);
  must(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_EAUTH);
  fetch(QENT_EAUTH);
  wire.now += 899;
  ensure(QENT_EAUTH);
  assert_int_equal(err.retry_after_ms, 1000);
  wire.now += 1;
  wire_add(&wire, CSRF, 200, "csrf.json");
  wire_add(&wire, LOGIN, 200, "login_refused.json");
  ensure(QENT_EAUTH);
}

/* Nothing was asked yet, so nothing can have happened. */
static void login_that_fails_is_upstream_and_does_not_pause(void **state)
{
  (void)state;
  reopen_as(&xui_c, "{}", false);
  wire_add(&wire, CSRF, 0, NULL)->failure = QENT_ETIMEOUT;
  ensure(QENT_EUPSTREAM);
  wire_add(&wire, CSRF, 502, NULL);
  ensure(QENT_EUPSTREAM);
  wire_add(&wire, CSRF, 200, "csrf.json");
  wire_add(&wire, LOGIN, 0, NULL)->failure = QENT_ETIMEOUT;
  ensure(QENT_EUPSTREAM);
  wire_add(&wire, CSRF, 200, "csrf.json");
  wire_add(&wire, LOGIN, 403, NULL);
  ensure(QENT_EUPSTREAM);
  message_has("CSRF");
  wire_add(&wire, CSRF, 404, NULL);
  wire_add(&wire, LOGIN, 404, NULL);
  ensure(QENT_EUPSTREAM);
  message_has("base path");
  wire_add(&wire, CSRF, 301, NULL);
  wire_add(&wire, LOGIN, 301, NULL)->header = "Location: https://elsewhere.example/";
  ensure(QENT_EUPSTREAM);
  message_has("redirects");
  wire_add(&wire, CSRF, 200, NULL)->text = "<html>";
  wire_add(&wire, LOGIN, 200, NULL)->text = "<html>";
  ensure(QENT_EUPSTREAM);
  message_has("not JSON");
  wire_add(&wire, CSRF, 404, NULL);
  wire_add(&wire, LOGIN, 200, "login.json");
  ensure(QENT_EUPSTREAM);
  message_has("without a cookie");
}

static void session_that_the_panel_does_not_know_is_upstream(void **state)
{
  (void)state;
  reopen_as(&xui_c, "{}", false);
  (void)expect_login_c("Set-Cookie: 3x-ui=known");
  wire.steps[3].status = 401;
  ensure(QENT_EUPSTREAM);
  message_has("its own session");
  reopen_as(&xui_c, "{}", false);
  (void)expect_login_c("Set-Cookie: 3x-ui=known");
  wire.steps[3].status = 503;
  ensure(QENT_EUPSTREAM);
}

static void bad_cookies_never_reach_a_header(void **state)
{
  static const char *const bad[] = {"Set-Cookie: 3x-ui", "Set-Cookie: =x", "Set-Cookie: a b=c",
                                    "Set-Cookie: 3x-ui=a b", "Set-Cookie: 3x-ui=\xc3\xa9"};

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    reopen_as(&xui_b, "{}", false);
    wire_add(&wire, CSRF, 404, NULL);
    wire_add(&wire, LOGIN, 200, "login.json")->header = bad[i];
    ensure(QENT_EUPSTREAM);
    message_has("without a cookie");
  }
}

static void refused_session_is_renewed_once(void **state)
{
  static const int statuses[] = {401, 403, 307};

  (void)state;
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
    reopen_as(&xui_c, "{}", true);
    wire_add(&wire, GET_17, 200, "client.json");
    wire_add(&wire, DEL_17, statuses[i], NULL)->line = "Cookie: 3x-ui=abc";
    (void)expect_login_c("Set-Cookie: 3x-ui=known");
    wire_add(&wire, DEL_17, 200, "deleted.json")->line = "Cookie: 3x-ui=known";
    wire_add(&wire, GET_17, 200, "not_found.json");
    remove_17(QENT_OK);
  }
}

/* From 2.8.4 on a stranger is told 404. */
static void empty_404_is_a_refused_session_on_2_8(void **state)
{
  (void)state;
  reopen_as(&xui_b, "{}", true);
  wire_add(&wire, LIST, 404, NULL);
  wire_add(&wire, CSRF, 404, NULL);
  wire_add(&wire, LOGIN, 200, "login.json")->header = "Set-Cookie: 3x-ui=known";
  wire_add(&wire, PAGED, 404, NULL);
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, LIST, 200, "inbounds_none.json");
  remove_17(QENT_OK);
}

static void session_that_is_refused_again_is_reported(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 401, NULL);
  (void)expect_login_c("Set-Cookie: 3x-ui=known");
  wire_add(&wire, GET_17, 401, NULL);
  fetch(QENT_EAUTH);
  reopen_as(&xui_c, "{}", true);
  wire_add(&wire, GET_17, 404, NULL)->text = "<html>nginx</html>";
  (void)expect_login_c("Set-Cookie: 3x-ui=known");
  wire_add(&wire, GET_17, 404, NULL)->text = "<html>nginx</html>";
  fetch(QENT_EPROTO); /* and not "no such account" */
  message_has("base path");
}

/* The panel was upgraded while we were logged in. */
static void another_api_after_a_renewal_is_used_from_the_next_verb_on(void **state)
{
  (void)state;
  reopen_as(&xui_b, "{}", true);
  wire_add(&wire, LIST, 404, NULL);
  (void)expect_login_c("Set-Cookie: 3x-ui=known");
  remove_17(QENT_EUPSTREAM);
  message_has("another API");
  wire_add(&wire, GET_17, 200, "not_found.json");
  remove_17(QENT_OK);
}

static void other_statuses_are_told_apart(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 429, NULL)->header = "Retry-After: 7";
  fetch(QENT_EUPSTREAM);
  assert_int_equal(err.retry_after_ms, 7000);
  wire_add(&wire, GET_17, 418, NULL);
  fetch(QENT_EPROTO);
  wire_add(&wire, GET_17, 301, NULL);
  fetch(QENT_EPROTO);
  message_has("redirects");
  wire_add(&wire, GET_17, 500, NULL)->text = "panic";
  fetch(QENT_EUPSTREAM);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE_C(login_is_a_form_with_the_panels_csrf_token),
      CASE_C(panels_before_3_0_have_no_csrf_token),
      CASE_C(panels_before_2_8_redirect_strangers),
      CASE_C(cookies_of_several_answers_are_kept_together),
      CASE_C(api_token_needs_no_login),
      CASE_C(api_token_works_on_3_0),
      CASE_C(refused_api_token_pauses),
      CASE_C(token_of_a_lesser_scope_is_told),
      CASE_C(one_wrong_login_is_all),
      CASE_C(login_that_fails_is_upstream_and_does_not_pause),
      CASE_C(session_that_the_panel_does_not_know_is_upstream),
      CASE_C(bad_cookies_never_reach_a_header),
      CASE_C(refused_session_is_renewed_once),
      CASE_C(empty_404_is_a_refused_session_on_2_8),
      CASE_C(session_that_is_refused_again_is_reported),
      CASE_C(another_api_after_a_renewal_is_used_from_the_next_verb_on),
      CASE_C(other_statuses_are_told_apart),
  };

  return cmocka_run_group_tests_name("3x-ui, sessions", tests, NULL, NULL);
}
