/* SPDX-License-Identifier: GPL-2.0-only */
/* Overlay and FUSE filesystems in every mount namespace that a process is in. */
#ifndef DOCTOR_MOUNTS_H
#define DOCTOR_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum kind { KIND_OVERLAY, KIND_FUSE };

/* A place where a filesystem is mounted. */
struct place {
	int id; /* mount id, unique on the machine */
	char *where;
	char *namespace; /* as /proc/PID/ns/mnt shows it, or NULL */
	pid_t pid;	 /* a process that sees it, -1 for the caller */
	bool here;	 /* in the caller's own namespace */
};

/* A process that uses a filesystem. */
struct user {
	pid_t pid;
	char *command;
	char *container; /* "docker 0123456789ab", or NULL */
	const char *how; /* "root", "working directory", "program", "open file" */
};

/* One filesystem, that is one superblock, however often it is mounted. */
struct filesystem {
	enum kind kind;
	char *type; /* overlay, fuse, fuse.sshfs, fuseblk, virtiofs */
	char *source;
	unsigned int major, minor;
	struct place *places;
	size_t place_count;
	struct user *users;
	size_t user_count;

	/* overlay */
	int lower_layers; /* 0 when the options do not tell */
	bool has_upper;
	char *private_ns; /* ours only, from /sys/fs/overlay; NULL when it has none */
	int private_mounts;
	int cred_shards; /* -1 when not known */

	/* FUSE */
	int mounter;	  /* user id of who mounted it, -1 when not known */
	char *bdi;	  /* name below /sys/class/bdi, or NULL */
	double min_ratio; /* percent, as the next; -1 when not known */
	double max_ratio;
	int strict_limit;    /* 0 or 1, -1 when not shown (before 6.2) */
	long long threshold; /* bytes that may be dirty before writers wait, -1 when not known */
	char *policy;	     /* of our fuse.ko: floor, trusted, strict; or NULL, as the next */
	char *watchdog;	     /* off, on, fired */
};

struct mounts {
	struct filesystem *list;
	size_t count;
	size_t namespaces; /* mount namespaces that were read */
	size_t hidden;	   /* processes whose namespace or use could not be read */
};

/* mounts_read - all of them, without their users */
void mounts_read(struct mounts *mounts);

/**
 * users_read - which processes use them
 * @files: also open files and programs, which takes longer
 *
 * Looks at mount ids only, so that a filesystem whose server is dead cannot block it.
 */
void users_read(struct mounts *mounts, bool files);

/* lower_layers - the number of lower layers in an overlay's options, 0 when they do not tell */
int lower_layers(const char *options);

/* container_of_cgroup - "docker 0123456789ab" for a text of /proc/PID/cgroup, or NULL */
char *container_of_cgroup(const char *text);

/* fuse_read_policy - fills in what the kernel tells of a FUSE filesystem's writeback */
void fuse_read_policy(struct filesystem *fs);

#endif
