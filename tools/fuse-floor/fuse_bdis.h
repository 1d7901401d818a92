/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bdis (backing device infos, /sys/class/bdi) of FUSE mounts, and whose they are.
 *
 * A FUSE mount's bdi is named after its device number, as NFS mounts' and disks' bdis are. What
 * tells them apart is fusectl: its directory of the same number exists for FUSE alone, also when
 * the mount is in another mount namespace, and belongs to the one who mounted. The options in
 * mountinfo are no proof of that: in a user namespace everybody is user_id=0.
 */
#ifndef FUSE_FLOOR_FUSE_BDIS_H
#define FUSE_FLOOR_FUSE_BDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct floor_host {
	const char *bdi;	 /* /sys/class/bdi */
	const char *connections; /* where fusectl is mounted */
	const char *mountinfo;	 /* /proc/self/mountinfo */
};

struct fuse_bdi {
	char name[48];
	uid_t owner;
	unsigned int min, max; /* ppm of the dirty limit, as they are now */
	int strict_limit;      /* 0, 1, or -1 where the kernel does not show it */
	char type[48];	       /* as mounted, e.g. "fuse.sshfs"; "" when mounted elsewhere */
	char target[256];      /* mount point; "" when mounted elsewhere */
};

struct fuse_bdis {
	struct fuse_bdi *bdis; /* by number of the device */
	size_t count;
	unsigned int others; /* ppm: sum of min over all bdis that are not FUSE */
	unsigned int unit;   /* ppm: 1, or 10000 where the kernel takes whole percents only */
};

/**
 * fuse_bdis_read - find all FUSE bdis
 * @b: filled in; fuse_bdis_free() afterwards, also after a failure
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int fuse_bdis_read(struct fuse_bdis *b, const struct floor_host *host);

void fuse_bdis_free(struct fuse_bdis *b);

/* fuse_bdis_find - the one of that name, or NULL */
struct fuse_bdi *fuse_bdis_find(const struct fuse_bdis *b, const char *name);

/**
 * fuse_bdi_is_name - can a bdi of this name be a FUSE mount's?
 *
 * Return: true for "0:<number>" and "<number>:<number>-fuseblk".
 */
bool fuse_bdi_is_name(const char *name);

/**
 * fuse_bdi_set_min - tell the kernel what a bdi may count on
 * @bdi: its min is updated
 * @ppm: a multiple of the unit
 *
 * Return: SUCCESS (also when the bdi has just gone), or FAILED after one line of complaint.
 */
int fuse_bdi_set_min(struct fuse_bdi *bdi, const struct floor_host *host, unsigned int unit,
		     unsigned int ppm);

#endif
