/* SPDX-License-Identifier: GPL-2.0-only */
/* Maps a file and dirties it page by page, with the time that each touch takes. */
#ifndef FUSE_STALL_DIRTY_MAPPING_H
#define FUSE_STALL_DIRTY_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LONG_TOUCH_NS 10000000 /* 10 ms: what counts as a pause */

struct touch {
	uint64_t start;	 /* CLOCK_MONOTONIC, ns */
	uint64_t length; /* ns */
};

struct dirtying {
	size_t pages;	       /* of the mapping */
	size_t done;	       /* dirtied before the limit */
	struct touch *touches; /* done of them, in the order of time */
	double seconds;	       /* to dirty them */
	double sync_seconds;   /* of the msync() after it; -1 when the limit came first */
};

/**
 * dirty_mapping - make a file, map it shared, read it, write one word to each page, msync() it
 * @directory: open directory; the file must not exist
 * @name: of the file, left there
 * @mb: its size in MiB
 * @limit: give up dirtying after so many seconds
 * @d: filled in; dirtying_free() afterwards, also after a failure
 *
 * Return: SUCCESS, or FAILED after one line of complaint (also when a signal told to stop).
 */
int dirty_mapping(int directory, const char *name, unsigned int mb, double limit,
		  struct dirtying *d);

/**
 * dirty_mapping_verify - read a file back and compare what the first @pages pages hold
 *
 * Return: SUCCESS, or FAILED after one line of complaint that names the first wrong page.
 */
int dirty_mapping_verify(int directory, const char *name, size_t pages);

void dirtying_free(struct dirtying *d);

#endif
