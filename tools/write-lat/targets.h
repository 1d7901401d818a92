/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose calls are looked at. */
#ifndef WRITE_LAT_TARGETS_H
#define WRITE_LAT_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum target_kind {
	TARGET_PROCESS, /* its threads, and what they start */
	TARGET_COMMAND, /* the same, started by us */
	TARGET_CGROUP,	/* all threads in it and below it */
	TARGET_PATH,	/* calls on a file, or on files below a directory, by whomever */
};

struct target {
	enum target_kind kind;
	pid_t pid;
	const char *path; /* of the cgroup's directory or the file, absolute */
};

/* Threads, each once. */
struct tids {
	pid_t *list;
	size_t count, room;
};

/**
 * tids_add - Return: true when @tid was not in it before; false also without memory
 */
bool tids_add(struct tids *tids, pid_t tid);

void tids_free(struct tids *tids);

/**
 * target_threads - the threads that the target has now
 *
 * For a path: the threads of processes that have such a file open or mapped. Processes that end
 * meanwhile are left out.
 *
 * Return: 0, -ESRCH when the process or cgroup is gone, or another -errno.
 */
int target_threads(const struct target *target, struct tids *tids);

/**
 * target_cgroup_directory - the directory of a cgroup
 * @name: a directory below a cgroup mount, or the cgroup's path as in /proc/PID/cgroup
 *
 * Return: memory to free(), or NULL when there is no such cgroup.
 */
char *target_cgroup_directory(const char *name);

/**
 * path_is_below - whether @path is @directory or below it; what the kernel appends to the names of
 * deleted files does not matter
 */
bool path_is_below(const char *path, const char *directory);

#endif
