/* SPDX-License-Identifier: GPL-2.0-only */
/* A FUSE server that passes everything on to a directory and can be slow at writing. */
#ifndef FUSE_STALL_PASSTHROUGH_H
#define FUSE_STALL_PASSTHROUGH_H

#include <stdbool.h>

struct passthrough {
	const char *directory;
	const char *mountpoint;
	double delay;	      /* seconds each write request waits before it is carried out */
	unsigned int threads; /* requests served at a time */
	bool writeback_cache;
};

/**
 * passthrough_serve - mount and serve until unmounted, or until a signal tells to end
 *
 * Ends on SIGTERM, SIGINT and SIGHUP and unmounts then. To be called in a process of its own, which
 * ends when it returns: threads and memory of libfuse are left to that.
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int passthrough_serve(const struct passthrough *p);

#endif
