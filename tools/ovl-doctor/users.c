// SPDX-License-Identifier: GPL-2.0-only
/* Processes that use a mounted filesystem, and the containers they belong to. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mounts.h"
#include "text.h"

#define ID_DIGITS 64
#define ID_SHOWN  12

/* The engine, by what stands around the id in a cgroup's name. */
static const char *engine_of(const char *line)
{
	static const struct {
		const char *part, *engine;
	} engines[] = {
		{ "cri-containerd", "containerd" },
		{ "crio", "cri-o" },
		{ "libpod", "podman" },
		{ "docker", "docker" },
		{ "kubepods", "kubernetes" },
		{ "buildkit", "buildkit" },
	};

	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		if (strstr(line, engines[i].part))
			return engines[i].engine;
	}
	return "container";
}

char *container_of_cgroup(const char *text)
{
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		size_t length, run = 0;
		char *copy;

		line += *line == '\n';
		length = strcspn(line, "\n");
		for (size_t i = 0; i <= length; i++) {
			if (i < length && isxdigit((unsigned char)line[i])) {
				run++;
				continue;
			}
			if (run == ID_DIGITS) {
				copy = text_copy(line, length);
				return text_format("%s %.*s", engine_of(copy), ID_SHOWN,
						   line + i - ID_DIGITS);
			}
			run = 0;
		}
	}
	return NULL;
}

/* The mount that an open file is on; -1 when the kernel does not tell (before 3.15). */
static int mount_of(const char *fdinfo)
{
	char *text = text_read(fdinfo, NULL), *line, *rest = text;
	int id = -1;

	while (id < 0 && (line = text_next_line(&rest))) {
		if (starts_with(line, "mnt_id:"))
			id = atoi(line + strlen("mnt_id:"));
	}
	free(text);
	return id;
}

/* The mount behind one of the links of /proc/PID, without touching the filesystem. */
static int mount_behind(const char *pid, const char *link)
{
	int fd = open(at("/proc/%s/%s", pid, link), O_PATH | O_CLOEXEC);
	int id;

	if (fd < 0)
		return -1;
	id = mount_of(text_format("/proc/self/fdinfo/%d", fd));
	close(fd);
	return id;
}

/*
 * The mount that is a process's root: by its link, else by its mount table, which shows it as "/".
 * The link needs root and, for its mount id, Linux 3.15.
 */
static int root_mount(const char *pid)
{
	int id = mount_behind(pid, "root"), this_id;
	char *text, *line, *rest, where[4];

	if (id >= 0)
		return id;
	text = rest = text_read(at("/proc/%s/mountinfo", pid), NULL);
	while ((line = text_next_line(&rest))) {
		/* What was mounted last lies on top. */
		if (sscanf(line, "%d %*d %*s %*s %3s", &this_id, where) == 2 && same(where, "/"))
			id = this_id;
	}
	free(text);
	return id;
}

static struct filesystem *filesystem_of(const struct mounts *mounts, int id)
{
	for (size_t i = 0; i < mounts->count && id >= 0; i++) {
		for (size_t j = 0; j < mounts->list[i].place_count; j++) {
			if (mounts->list[i].places[j].id == id)
				return &mounts->list[i];
		}
	}
	return NULL;
}

static void add_user(struct mounts *mounts, int id, const char *pid, const char *how)
{
	struct filesystem *fs = filesystem_of(mounts, id);
	char *cgroup;

	/* A process is named once for each filesystem, with its first use. */
	if (!fs || (fs->user_count && fs->users[fs->user_count - 1].pid == atoi(pid)))
		return;
	cgroup = text_read(at("/proc/%s/cgroup", pid), NULL);
	fs->users = array_room(fs->users, fs->user_count, sizeof(*fs->users));
	fs->users[fs->user_count++] = (struct user){
		.pid = atoi(pid),
		.command = text_format("%s", or_else(text_line(at("/proc/%s/comm", pid)), "?")),
		.container = cgroup ? container_of_cgroup(cgroup) : NULL,
		.how = how,
	};
}

static void read_files(struct mounts *mounts, const char *pid)
{
	size_t count;
	char **files = names_in(at("/proc/%s/fdinfo", pid), &count);

	for (size_t i = 0; i < count; i++)
		add_user(mounts, mount_of(at("/proc/%s/fdinfo/%s", pid, files[i])), pid,
			 "open file");
}

void users_read(struct mounts *mounts, bool files)
{
	size_t count;
	char **pids = names_in(at("/proc"), &count);

	for (size_t i = 0; i < count; i++) {
		if (pids[i][0] < '0' || pids[i][0] > '9' || atoi(pids[i]) == getpid())
			continue;
		add_user(mounts, root_mount(pids[i]), pids[i], "root");
		add_user(mounts, mount_behind(pids[i], "cwd"), pids[i], "working directory");
		if (!files)
			continue;
		add_user(mounts, mount_behind(pids[i], "exe"), pids[i], "program");
		read_files(mounts, pids[i]);
	}
}
