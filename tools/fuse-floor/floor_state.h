/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fuse-floor has set, so that it touches and undoes nothing else.
 *
 * A file with one line "<bdi> <ppm> <ppm before>" for each bdi, below a directory that does not
 * survive a boot, as the values in the kernel do not. It is written before the kernel is told, so
 * either value is ours. A bdi with a third value is not (any more): an administrator set it, or it
 * is a new mount under an old number.
 */
#ifndef FUSE_FLOOR_FLOOR_STATE_H
#define FUSE_FLOOR_FLOOR_STATE_H

#include <stdbool.h>
#include <stddef.h>

struct floor_state {
	const char *directory;
	int lock; /* -1: not held */
	struct floor_record {
		char name[48];
		unsigned int ppm, before;
	} * records;
	size_t count;
};

/**
 * floor_state_open - wait for other fuse-floor processes to end, and read the file
 * @directory: made when it is not there; must stay valid
 * @write: false: only look; no lock, and no file is no error
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int floor_state_open(struct floor_state *s, const char *directory, bool write);

/* floor_state_is_ours - did we set this value of this bdi? */
bool floor_state_is_ours(const struct floor_state *s, const char *name, unsigned int ppm);

/* floor_state_set - remember a value; 0 forgets the bdi. Written by floor_state_save() */
void floor_state_set(struct floor_state *s, const char *name, unsigned int ppm);

/**
 * floor_state_save - replace the file as a whole
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int floor_state_save(const struct floor_state *s);

/* floor_state_close - let others go on */
void floor_state_close(struct floor_state *s);

#endif
