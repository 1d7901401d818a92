// SPDX-License-Identifier: GPL-2.0-only
#include "container_doors.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storm.h"

/* That of mounts comes last: what the others are named by is then out of reach. */
static const char *const kinds[DOOR_NAMESPACES] = { "cgroup", "ipc", "uts", "net", "mnt" };

int cgroup_line_parse(char *line, const char **controllers, const char **path)
{
	char *second = strchr(line, ':'), *third = second ? strchr(second + 1, ':') : NULL;

	if (!third || third[1] != '/')
		return -1;
	*third = '\0';
	*controllers = second + 1;
	*path = third + 1;
	return 0;
}

const char *cgroup_mounted_at(struct libmnt_table *mounts, const char *controllers)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_BACKWARD);
	const char *target = NULL;
	struct libmnt_fs *fs;

	while (iter && !target && !mnt_table_next_fs(mounts, iter, &fs)) {
		const char *type = mnt_fs_get_fstype(fs), *options = mnt_fs_get_fs_options(fs);

		if (!type || strcmp(type, *controllers ? "cgroup" : "cgroup2") != 0)
			continue;
		/* The controllers of a version 1 hierarchy are among its options. */
		if (!*controllers || mnt_match_options(options, controllers))
			target = mnt_fs_get_target(fs);
	}
	mnt_free_iter(iter);
	return target;
}

static int open_cgroup(struct container_doors *d, struct libmnt_table *mounts, char *line)
{
	const char *controllers, *path, *target;
	char procs[4096];
	int fd;

	if (cgroup_line_parse(line, &controllers, &path) ||
	    !(target = cgroup_mounted_at(mounts, controllers)) || d->cgroup_count == DOOR_CGROUPS)
		return SUCCESS;
	snprintf(procs, sizeof(procs), "%s%s/cgroup.procs", target, path);
	fd = open(procs, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return complain(FAILED, "cannot open the container's control group %s: %s", procs,
				strerror(errno));
	d->cgroups[d->cgroup_count++] = fd;
	return SUCCESS;
}

static int open_cgroups(struct container_doors *d, pid_t init)
{
	struct libmnt_table *mounts = mnt_new_table_from_file("/proc/self/mountinfo");
	char path[64], line[4096];
	int rc = SUCCESS;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)init);
	file = mounts ? fopen(path, "re") : NULL;
	while (file && !rc && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		rc = open_cgroup(d, mounts, line);
	}
	if (file)
		fclose(file);
	mnt_unref_table(mounts);
	return rc;
}

int container_doors_open(struct container_doors *d, pid_t init)
{
	char path[64];
	int fd;

	*d = (struct container_doors){ .cgroup_count = 0 };
	for (size_t i = 0; i < DOOR_NAMESPACES; i++) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)init, kinds[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && strcmp(kinds[i], "mnt") != 0)
			continue; /* a kernel without */
		if (fd < 0)
			return complain(FAILED, "cannot open the container's namespace %s: %s",
					path, strerror(errno));
		d->namespaces[d->namespace_count++] = fd;
	}
	return open_cgroups(d, init);
}

void container_doors_close(struct container_doors *d)
{
	while (d->namespace_count)
		close(d->namespaces[--d->namespace_count]);
	while (d->cgroup_count)
		close(d->cgroups[--d->cgroup_count]);
}

int container_enter(const struct container_doors *d)
{
	for (unsigned int i = 0; i < d->cgroup_count; i++) {
		if (write(d->cgroups[i], "0", 1) != 1)
			return -errno;
	}
	for (unsigned int i = 0; i < d->namespace_count; i++) {
		if (setns(d->namespaces[i], 0))
			return -errno;
	}
	return 0;
}
