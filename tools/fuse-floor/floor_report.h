/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of all FUSE bdis as text and as JSON. */
#ifndef FUSE_FLOOR_FLOOR_REPORT_H
#define FUSE_FLOOR_FLOOR_REPORT_H

#include <json-c/json.h>
#include <stdio.h>

#include "floor_state.h"
#include "fuse_bdis.h"
#include "shares.h"

struct floor_report {
	const struct fuse_bdis *bdis;
	const struct floor_state *state;
	const struct share_limits *limits;
	const char *module_policy; /* writeback= of our fuse module, NULL without it */
	bool idle_module;	   /* fuse_idle_bandwidth is loaded */
};

void floor_report_print(const struct floor_report *r, FILE *out);

/**
 * floor_report_json - the keys are documented in fuse-floor.8
 *
 * Return: a new object.
 */
struct json_object *floor_report_json(const struct floor_report *r);

#endif
