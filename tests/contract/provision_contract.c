/* SPDX-License-Identifier: MIT */
#include "provision_contract.h"

#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 16, STEP_MAX = 512 };

struct steps {
  char text[STEPS_MAX][STEP_MAX];
  int count;
  int done;
};

static void note_step(const char *step, bool done, void *user)
{
  struct steps *steps = user;

  assert_true(steps->count < STEPS_MAX);
  assert_true(*step && strlen(step) < STEP_MAX);
  (void)snprintf(steps->text[steps->count++], STEP_MAX, "%s", step);
  steps->done += done;
}

qent_provision_spec provision_spec(void)
{
  return (qent_provision_spec){.size = sizeof(qent_provision_spec),
                               .public_host = PROVISION_HOST,
                               .camouflage = PROVISION_CAMOUFLAGE,
                               .vless_port = 2053,
                               .shadowsocks_port = 443};
}

static qent_status run(struct contract_rig *rig, const qent_provision_spec *spec,
                       struct steps *steps, qent_error *err)
{
  memset(steps, 0, sizeof *steps);
  return qent__gateway_provision(rig->gw, spec, note_step, steps, err);
}

qent_status provision_run(struct contract_rig *rig, const qent_provision_spec *spec, int *steps_out,
                          int *done_out, qent_error *err)
{
  struct steps steps;
  qent_status st = run(rig, spec, &steps, err);

  *steps_out = steps.count;
  *done_out = steps.done;
  return st;
}

static void must_run(struct contract_rig *rig, bool apply, struct steps *steps)
{
  qent_provision_spec spec = provision_spec();
  qent_error err = QENT_ERROR_INIT;

  spec.apply = apply;
  contract_must(run(rig, &spec, steps, &err), &err, "provision");
  assert_true(steps->count > 0);
}

static void assert_same_texts(const struct steps *a, const struct steps *b)
{
  assert_int_equal(a->count, b->count);
  for (int i = 0; i < a->count; i++)
    assert_string_equal(a->text[i], b->text[i]);
}

void dry_run_changes_nothing(void **state)
{
  struct steps first;
  struct steps second;

  must_run(*state, false, &first);
  assert_true(first.done < first.count); /* some may be so already */
  must_run(*state, false, &second);
  assert_int_equal(second.done, first.done);
  assert_same_texts(&first, &second);
}

void applying_does_every_step_it_told(void **state)
{
  struct steps planned;
  struct steps applied;

  must_run(*state, false, &planned);
  must_run(*state, true, &applied);
  assert_same_texts(&planned, &applied);
  assert_int_equal(applied.done, applied.count);
}

void applying_twice_changes_nothing_more(void **state)
{
  struct contract_rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_account_view before = QENT_ACCOUNT_VIEW_INIT;
  qent_account_view after = QENT_ACCOUNT_VIEW_INIT;
  struct steps steps;
  char key[33];
  qent_account_spec spec = contract_spec(rig, key);

  must_run(rig, true, &steps);
  contract_must(qent__gateway_ensure_account(rig->gw, &spec, &before, &err), &err, "ensure");
  must_run(rig, true, &steps);
  assert_int_equal(steps.done, steps.count);
  contract_must(qent__gateway_fetch_account(rig->gw, key, &after, &err), &err, "fetch");
  assert_int_equal(after.link_count, before.link_count);
  qent_account_view_dispose(&before);
  qent_account_view_dispose(&after);
  must_run(rig, false, &steps);
  assert_int_equal(steps.done, steps.count);
}

static int links_with(const qent_account_view *view, const char *scheme, const char *port,
                      const char *part)
{
  int found = 0;

  for (size_t i = 0; i < view->link_count; i++) {
    const char *link = view->links[i];
    const char *host = strchr(link, '@');
    if (strncmp(link, scheme, strlen(scheme)) == 0 && host && strstr(host, port) &&
        strstr(link, part))
      found++;
  }
  return found;
}

void new_account_has_a_link_on_each_port(void **state)
{
  struct contract_rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  struct steps steps;
  char key[33];
  qent_account_spec spec = contract_spec(rig, key);

  must_run(rig, true, &steps);
  contract_must(qent__gateway_ensure_account(rig->gw, &spec, &view, &err), &err, "ensure");
  assert_int_equal(links_with(&view, "vless://", ":2053", "security=reality"), 1);
  assert_int_equal(links_with(&view, "vless://", ":2053", "sni=" PROVISION_CAMOUFLAGE), 1);
  assert_int_equal(links_with(&view, "ss://", ":443", ""), 1);
  qent_account_view_dispose(&view);
}

void taken_ports_are_a_conflict_and_nothing_changes(void **state)
{
  struct contract_rig *rig = *state;
  qent_provision_spec swapped = provision_spec();
  qent_error err = QENT_ERROR_INIT;
  struct steps steps;

  must_run(rig, true, &steps);
  swapped.vless_port = 443;
  swapped.shadowsocks_port = 2053;
  for (int i = 0; i < 2; i++) {
    swapped.apply = i > 0;
    assert_int_equal(run(rig, &swapped, &steps, &err), QENT_ECONFLICT);
    assert_non_null(strstr(err.message, "provision: "));
  }
  must_run(rig, false, &steps);
  assert_int_equal(steps.done, steps.count);
}

/* What is there is not changed, so it must not be told as what was asked for. */
void another_camouflage_is_a_conflict(void **state)
{
  qent_provision_spec other = provision_spec();
  qent_error err = QENT_ERROR_INIT;
  struct steps steps;

  must_run(*state, true, &steps);
  other.camouflage = "other." PROVISION_CAMOUFLAGE;
  for (int i = 0; i < 2; i++) {
    other.apply = i > 0;
    assert_int_equal(run(*state, &other, &steps, &err), QENT_ECONFLICT);
    assert_non_null(strstr(err.message, other.camouflage));
  }
  must_run(*state, false, &steps);
  assert_int_equal(steps.done, steps.count);
}

void impossible_set_ups_are_refused(void **state)
{
  qent_provision_spec specs[4];
  struct steps steps;

  for (int i = 0; i < 4; i++)
    specs[i] = provision_spec();
  specs[0].public_host = "";
  specs[1].camouflage = NULL;
  specs[2].vless_port = specs[2].shadowsocks_port;
  specs[3].vless_port = 65536;
  for (int i = 0; i < 4; i++) {
    assert_int_equal(run(*state, &specs[i], &steps, NULL), QENT_EINVAL);
    assert_int_equal(steps.count, 0);
  }
}
