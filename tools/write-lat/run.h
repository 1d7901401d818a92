/* SPDX-License-Identifier: GPL-2.0-only */
/* One trace, from the first probe to the last event. */
#ifndef WRITE_LAT_RUN_H
#define WRITE_LAT_RUN_H

#include <signal.h>

#include "options.h"
#include "summary.h"
#include "report.h"

/* Number of the signal that asked us to stop, or 0. */
extern volatile sig_atomic_t stop_signal;

/**
 * run_trace - trace as @o says and hand the result to @tell
 *
 * The probes are gone when @tell is called. Return: an enum exit_code; messages are printed.
 */
int run_trace(const struct options *o, int (*tell)(const struct result *r));

#endif
