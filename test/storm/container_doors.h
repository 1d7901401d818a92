/* SPDX-License-Identifier: GPL-2.0-only */
/* The way into a running container: its namespaces and control groups. */
#ifndef STORM_CONTAINER_DOORS_H
#define STORM_CONTAINER_DOORS_H

#include <libmount.h>
#include <stddef.h>
#include <sys/types.h>

#define DOOR_NAMESPACES 5
#define DOOR_CGROUPS	32

struct container_doors {
	int namespaces[DOOR_NAMESPACES];
	unsigned int namespace_count;
	int cgroups[DOOR_CGROUPS]; /* open cgroup.procs */
	unsigned int cgroup_count;
};

/**
 * container_doors_open - open the namespaces and control groups of a process
 * @d: filled in; container_doors_close() is needed even after a failure
 * @init: first process of the container, as seen from here
 *
 * Which are mount, cgroup, IPC, network and host name. The user namespace is left out because
 * engines that root runs share root's, and that of processes because our children would not be ours
 * to wait for.
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int container_doors_open(struct container_doors *d, pid_t init);

/* container_doors_close - forget them; all zero is fine */
void container_doors_close(struct container_doors *d);

/**
 * container_enter - let the calling process join the container
 *
 * It must have one thread, and needs root. Its current directory and root are the container's then.
 * Not joined are what an engine takes from a container's processes: capabilities, system calls
 * (seccomp), and what a security module forbids them.
 *
 * Return: 0, or a negative errno value.
 */
int container_enter(const struct container_doors *d);

/**
 * cgroup_line_parse - take a line of /proc/PID/cgroup apart
 * @line: without its end; changed
 * @controllers: set to the list of controllers, "" for the unified hierarchy
 * @path: set to the path within the hierarchy
 *
 * Return: 0, or -1 when it is no such line.
 */
int cgroup_line_parse(char *line, const char **controllers, const char **path);

/**
 * cgroup_mounted_at - find where a hierarchy of control groups is mounted
 * @mounts: as in /proc/self/mountinfo
 * @controllers: of version 1, as in /proc/PID/cgroup; "" for the unified hierarchy
 *
 * Return: the mount point, owned by @mounts; NULL when it is not mounted.
 */
const char *cgroup_mounted_at(struct libmnt_table *mounts, const char *controllers);

#endif
