/* SPDX-License-Identifier: MIT */
/* bench_constant PORT BYTES: libmicrohttpd answering a constant, set up as apid sets it up. What
 * apid is measured against. Ends with its standard input. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload_data,
                              size_t *upload_size, void **con_cls)
{
  static int seen;

  (void)url;
  (void)method;
  (void)version;
  (void)upload_data;
  if (!*con_cls) {
    *con_cls = &seen;
    return MHD_YES;
  }
  *upload_size = 0;
  return MHD_queue_response(connection, 200, cls);
}

static unsigned long number(const char *text)
{
  char *end = NULL;
  unsigned long value = strtoul(text, &end, 10);

  return *end ? 0 : value;
}

int main(int argc, char **argv)
{
  unsigned long port = argc == 3 ? number(argv[1]) : 0;
  unsigned long size = argc == 3 ? number(argv[2]) : 0;
  unsigned long cores = (unsigned long)sysconf(_SC_NPROCESSORS_ONLN);
  char *body = size > 0 ? malloc(size) : NULL;
  struct MHD_Response *response;
  struct MHD_Daemon *daemon;

  if (port == 0 || port > 65535 || !body) {
    (void)fprintf(stderr, "usage: bench_constant PORT BYTES\n");
    return 2;
  }
  memset(body, 'x', size);
  response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_PERSISTENT);
  (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)port, NULL, NULL, handle,
                            response, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)cores,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32 * 1024, MHD_OPTION_END);
  if (!daemon) {
    (void)fprintf(stderr, "bench_constant: cannot listen\n");
    return 1;
  }
  while (getchar() != EOF) {
  }
  MHD_stop_daemon(daemon);
  MHD_destroy_response(response);
  free(body);
  return 0;
}
