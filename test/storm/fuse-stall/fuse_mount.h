/* SPDX-License-Identifier: GPL-2.0-only */
/* A FUSE filesystem over a directory of our own, its server, and the local file's place beside it.
 */
#ifndef FUSE_STALL_FUSE_MOUNT_H
#define FUSE_STALL_FUSE_MOUNT_H

#include <sys/types.h>

#include "stall_options.h"

struct fuse_mount {
	int parent;	      /* open: --base */
	char name[32];	      /* of our directory there, "" while there is none */
	int home;	      /* open: our directory */
	int backing;	      /* open: where the server keeps the files */
	int top;	      /* open: the root of the FUSE filesystem, -1 when not mounted */
	pid_t server;	      /* or 0 */
	char path[4096];      /* of the mount point */
	char bdi[32];	      /* its name below /sys/class/bdi */
	char backing_fs[128]; /* type of the filesystem beneath */
};

/**
 * fuse_mount_make - make the directories, start the server, wait until it is mounted
 * @m: filled in; fuse_mount_remove() is needed even after a failure
 *
 * As root it enters a private mount namespace first, so that nothing stays mounted in any case.
 *
 * Return: SUCCESS, FAILED or BAD_INPUT, the latter two after one line of complaint.
 */
int fuse_mount_make(struct fuse_mount *m, const struct stall_options *o);

/**
 * fuse_mount_remove - end the server, unmount, remove the directories
 *
 * No file of the filesystem may be open in this process.
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int fuse_mount_remove(struct fuse_mount *m);

/**
 * fuse_mount_attribute - read an attribute of its bdi
 *
 * Return: its value as a number, or -1 when this kernel has no such attribute.
 */
long long fuse_mount_attribute(const struct fuse_mount *m, const char *name);

#endif
