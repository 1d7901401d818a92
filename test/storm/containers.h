/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --in-container: the overlay that is measured is the root filesystem of a container, and the tasks
 * work inside of it.
 */
#ifndef STORM_CONTAINERS_H
#define STORM_CONTAINERS_H

#include "container_doors.h"
#include "container_engine.h"
#include "options.h"
#include "workplace.h"

struct container {
	struct engine_name name;
	pid_t runner; /* the engine's program, which ends with the container; 0: none */
	int input;    /* the container lives as long as this is open */
	int messages; /* what the runner complains of */
	pid_t init;
	struct container_doors doors;
};

struct containers {
	const struct container_engine *engine; /* NULL: measured outside of containers */
	char version[64];
	char driver[32]; /* storage driver; "" when the engine mounts nothing itself */
	struct engine_name image;
	bool built;
	char home[4096]; /* path of the directory with the layers */
	unsigned int count;
	struct container list[MAX_MOUNTS];
	const struct container_doors *doors[MAX_MOUNTS]; /* of each */
};

/**
 * containers_check - look whether the engine that the options name can be measured in
 * @c: filled in
 *
 * Return: SUCCESS, FAILED or BAD_INPUT, the latter two after one line of complaint.
 */
int containers_check(struct containers *c, const struct options *o);

/**
 * containers_make - make a container of each overlay, and turn the workplace's sides to what it
 * sees
 * @c: as containers_check() left it; containers_remove() is needed even after a failure
 * @w: a complete workplace with overlays of its own; those of an engine that mounts itself go
 *
 * Return: SUCCESS, or FAILED after one line of complaint, or without one when stop_signal is set.
 */
int containers_make(struct containers *c, struct workplace *w);

/**
 * containers_renew - the same containers again, with empty upper layers
 *
 * No task may be in one of them.
 *
 * Return: as containers_make().
 */
int containers_renew(struct containers *c, struct workplace *w);

/**
 * containers_remove - end the containers, and remove them and their image
 *
 * Return: SUCCESS, or FAILED after one line of complaint for each that had to be forced.
 */
int containers_remove(struct containers *c, struct workplace *w);

#endif
