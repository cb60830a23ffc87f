/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_ROUTE_H
#define SANDBOX_ROUTE_H

#include "http.h"

/* Hands a request to its stand-in, through the fault switches where it is an API call. */
sb_handler sb_route;

#endif
