/* SPDX-License-Identifier: GPL-2.0-only */
/* Backing devices: their ratios, what they hold dirty, and who lies on them. */
#ifndef WB_TOP_BDIS_H
#define WB_TOP_BDIS_H

#include <stdbool.h>

#define MAX_BDIS 1024

struct bdi {
	char name[40];	  /* as below /sys/class/bdi, e.g. "254:0" */
	char device[48];  /* kernel's name of the block device, or type of the filesystem */
	char mounts[160]; /* mount points, comma-separated; "..." at the end when there are more */
	bool fuse;
	int min_ratio, max_ratio; /* percent; -1: unknown */
	int strict_limit;	  /* 0, 1; -1: the kernel does not tell */
	bool counted;		  /* the four below are there (debugfs, root) */
	/* KiB, KiB/s; the kernel's approximate counters, which can be 0 in the middle of a stall */
	unsigned long long dirty, writeback, threshold, bandwidth;
};

struct bdi_list {
	struct bdi *bdis;
	unsigned int count;
	bool debugfs; /* figures of at least one could be read */
};

/**
 * bdis_read - all backing devices with what the kernel tells about them
 * @list: filled in; release with bdis_free()
 *
 * Return: true, or false when /sys/class/bdi cannot be read.
 */
bool bdis_read(struct bdi_list *list);

/* bdis_find - by name, or NULL */
struct bdi *bdis_find(const struct bdi_list *list, const char *name);

void bdis_free(struct bdi_list *list);

#endif
