/* SPDX-License-Identifier: GPL-2.0-only */
/* The host's dirty pages against its limits. */
#ifndef WB_TOP_GLOBAL_STATE_H
#define WB_TOP_GLOBAL_STATE_H

#include <stdbool.h>

/* All in KiB. */
struct global_state {
	unsigned long long dirty;
	unsigned long long writeback;
	unsigned long long writeback_temp; /* copies that FUSE is writing; no limit counts them */
	bool has_temp;			   /* gone in newer kernels */
	unsigned long long threshold;
	unsigned long long background;
	bool has_thresholds; /* /proc/vmstat has them since 2.6.37 */
};

/**
 * global_state_read - take the figures from /proc/vmstat
 *
 * Return: true, or false when it cannot be read.
 */
bool global_state_read(struct global_state *g);

#endif
