/* SPDX-License-Identifier: GPL-2.0-only */
/* The result of fuse-stall as text and as JSON. */
#ifndef FUSE_STALL_REPORT_H
#define FUSE_STALL_REPORT_H

#include <json-c/json.h>
#include <stdio.h>

#include "dirty_mapping.h"
#include "pauses.h"
#include "stall_options.h"
#include "throttle_trace.h"

struct stall_bdi {
	char name[32];
	long long min_ratio; /* percent; these are -1 when the kernel has no such attribute */
	long long max_ratio;
	long long strict_limit; /* 0 or 1 */
};

struct stall_result {
	const struct stall_options *o;
	char kernel[128];
	char module[128];     /* version of the fuse module, "stock" or "built-in" */
	char policy[128];     /* its writeback= parameter, or "stock" */
	char backing_fs[128]; /* type of the filesystem beneath the server */
	char local_fs[128];   /* of the local reference, "" when not measured */
	struct stall_bdi bdi;
	struct dirtying fuse;
	struct dirtying local; /* touches NULL: not measured */
	struct throttle_trace throttle;
	double competing_mb_per_s; /* MiB/s meanwhile; -1: none */
};

/* stall_report_read_host - fill in kernel, module and policy */
void stall_report_read_host(struct stall_result *r);

void stall_report_print(const struct stall_result *r, FILE *out);

/**
 * stall_report_json - the keys are documented in test/storm/README.md
 *
 * Return: a new object.
 */
struct json_object *stall_report_json(const struct stall_result *r);

#endif
