/* SPDX-License-Identifier: MIT */
#include "executor.h"

#include "apid.h"
#include "common/log.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS 8
#define WAITING_MAX 32
/* Less than this before the deadline nothing is begun. */
#define LEAST_MS 200

struct apid_executor {
  qent_ctx *ctx;
  pthread_t threads[THREADS];
  size_t thread_count;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t work;
  apid_job *first, *last;
  size_t waiting;
  bool ending;
};

static apid_job *take(apid_executor *executor)
{
  apid_job *job;

  (void)pthread_mutex_lock(&executor->mutex);
  while (!executor->first && !executor->ending)
    (void)pthread_cond_wait(&executor->work, &executor->mutex);
  job = executor->first;
  if (job) {
    executor->first = job->next;
    if (!executor->first)
      executor->last = NULL;
    executor->waiting--;
  }
  (void)pthread_mutex_unlock(&executor->mutex);
  return job;
}

/* As no job runs beyond its deadline, one that had to wait is looked at by its own deadline. */
static void run(apid_executor *executor, qent_session **session, apid_job *job)
{
  int64_t left_ms = job->deadline_ms - apid_now_ms();

  if (left_ms < LEAST_MS) {
    job->status = qent_fail(&job->err, QENT_ETIMEOUT, "no time left to ask for the pay link");
    return;
  }
  if (!*session) {
    job->status = qent_session_open(executor->ctx, session, &job->err);
    if (job->status != QENT_OK)
      return;
  }
  job->status = qent_checkout_fetch_link(*session, job->order_id, left_ms, &job->order, &job->err);
}

static void *work(void *arg)
{
  apid_executor *executor = arg;
  qent_session *session = NULL;
  apid_job *job;

  while ((job = take(executor)) != NULL) {
    run(executor, &session, job);
    if (job->status != QENT_OK)
      app_log_failure("executor", "no pay link yet", &job->err);
    job->done(job->user);
  }
  qent_session_close(session);
  return NULL;
}

qent_status apid_executor_new(qent_ctx *ctx, apid_executor **executor_out, qent_error *err)
{
  apid_executor *executor = calloc(1, sizeof *executor);

  if (!executor)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  executor->ctx = ctx;
  (void)pthread_mutex_init(&executor->mutex, NULL);
  (void)pthread_cond_init(&executor->work, NULL);
  while (executor->thread_count < THREADS) {
    if (pthread_create(&executor->threads[executor->thread_count], NULL, work, executor) != 0) {
      apid_executor_free(executor);
      return qent_fail(err, QENT_ENOMEM, "no thread could be started");
    }
    executor->thread_count++;
  }
  *executor_out = executor;
  return QENT_OK;
}

bool apid_executor_submit(apid_executor *executor, apid_job *job)
{
  bool taken = false;

  job->next = NULL;
  job->deadline_ms = apid_now_ms() + APID_LINK_TIMEOUT_MS;
  (void)pthread_mutex_lock(&executor->mutex);
  if (executor->waiting < WAITING_MAX && !executor->ending) {
    if (executor->last)
      executor->last->next = job;
    else
      executor->first = job;
    executor->last = job;
    executor->waiting++;
    taken = true;
    (void)pthread_cond_signal(&executor->work);
  }
  (void)pthread_mutex_unlock(&executor->mutex);
  return taken;
}

void apid_executor_free(apid_executor *executor)
{
  if (!executor)
    return;
  (void)pthread_mutex_lock(&executor->mutex);
  executor->ending = true;
  (void)pthread_cond_broadcast(&executor->work);
  (void)pthread_mutex_unlock(&executor->mutex);
  for (size_t i = 0; i < executor->thread_count; i++)
    (void)pthread_join(executor->threads[i], NULL);
  (void)pthread_cond_destroy(&executor->work);
  (void)pthread_mutex_destroy(&executor->mutex);
  free(executor);
}
