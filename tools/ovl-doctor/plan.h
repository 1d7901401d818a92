/* SPDX-License-Identifier: GPL-2.0-only */
/* How to get from the module that runs to the one that modprobe would load. */
#ifndef DOCTOR_PLAN_H
#define DOCTOR_PLAN_H

#include <json-c/json.h>
#include <stdio.h>

#include "facts.h"

/* Container engines that can hold a mount; bits of a mask. */
enum engine {
	ENGINE_KUBERNETES = 1 << 0,
	ENGINE_DOCKER = 1 << 1,
	ENGINE_CONTAINERD = 1 << 2,
	ENGINE_CRIO = 1 << 3,
	ENGINE_PODMAN = 1 << 4,
};

struct plan {
	const struct module *module;
	const struct mounts *mounts;
	enum kind kind;	 /* of the filesystems that hold it */
	bool needed;	 /* another module would be loaded than the one that runs */
	bool possible;	 /* it is a module, and there is another */
	size_t holders;	 /* filesystems that hold it */
	int unexplained; /* references beyond those, -1 when not known */
	unsigned int engines;
	char **steps; /* of the drain */
	size_t step_count;
};

/**
 * plan_make - what holds a module, and the steps that free it
 * @module: OVERLAY or FUSE
 */
void plan_make(struct plan *plan, const struct facts *facts, int module);

/* engine_of_path - the engine that makes mounts at such a path, or 0 */
enum engine engine_of_path(const char *path);

void plan_text(const struct plan *plan, FILE *out);
struct json_object *plan_json(const struct plan *plan);

#endif
