// SPDX-License-Identifier: GPL-2.0-only
#include "targets.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "whole_text.h"

bool tids_add(struct tids *tids, pid_t tid)
{
	for (size_t i = 0; i < tids->count; i++) {
		if (tids->list[i] == tid)
			return false;
	}
	if (tids->count == tids->room) {
		size_t room = tids->room ? tids->room * 2 : 64;
		pid_t *larger = reallocarray(tids->list, room, sizeof(*larger));

		if (!larger)
			return false;
		tids->list = larger;
		tids->room = room;
	}
	tids->list[tids->count++] = tid;
	return true;
}

void tids_free(struct tids *tids)
{
	free(tids->list);
	*tids = (struct tids){ NULL, 0, 0 };
}

bool path_is_below(const char *path, const char *directory)
{
	static const char deleted[] = " (deleted)";
	size_t length = strlen(directory);

	while (length > 1 && directory[length - 1] == '/')
		length--;
	if (strncmp(path, directory, length))
		return false;
	return length == 1 || !path[length] || path[length] == '/' ||
	       !strcmp(path + length, deleted);
}

static int process_threads(pid_t pid, struct tids *tids)
{
	struct dirent *entry;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while ((entry = readdir(dir))) {
		if (isdigit(entry->d_name[0]))
			tids_add(tids, atoi(entry->d_name));
	}
	closedir(dir);
	return 0;
}

static bool add_numbers(char *text, struct tids *tids)
{
	char *next = text, *line;

	if (!text)
		return false;
	while ((line = strsep(&next, "\n"))) {
		if (*line)
			tids_add(tids, atoi(line));
	}
	free(text);
	return true;
}

/* Threads of one cgroup: version 2, version 1, version 2 whose threads are its parent's. */
static bool cgroup_threads(const char *directory, struct tids *tids)
{
	static const char *const files[] = { "cgroup.threads", "tasks", "cgroup.procs" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, files[i]);
		if (add_numbers(whole_text_of(path), tids))
			return true;
	}
	return false;
}

static int cgroup_tree(const char *directory, struct tids *tids, int depth)
{
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	if (!cgroup_threads(directory, tids))
		return -ESRCH;
	dir = depth < 32 ? opendir(directory) : NULL;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) <
		    (int)sizeof(path))
			cgroup_tree(path, tids, depth + 1);
	}
	if (dir)
		closedir(dir);
	return 0;
}

static bool has_open(const char *pid, const char *file)
{
	char path[64 + NAME_MAX], name[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, name, sizeof(name) - 1);

		if (length <= 0)
			continue;
		name[length] = '\0';
		found = path_is_below(name, file);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool has_mapped(const char *pid, const char *file)
{
	char path[64], line[PATH_MAX + 256];
	bool found = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%.10s/maps", pid);
	maps = fopen(path, "re");
	while (maps && !found && fgets(line, sizeof(line), maps)) {
		char *name = strchr(line, '/');

		if (!name)
			continue;
		name[strcspn(name, "\n")] = '\0';
		found = path_is_below(name, file);
	}
	if (maps)
		fclose(maps);
	return found;
}

static int path_threads(const char *file, struct tids *tids)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid <= 0 || pid == getpid())
			continue;
		if (has_open(entry->d_name, file) || has_mapped(entry->d_name, file))
			process_threads(pid, tids);
	}
	closedir(dir);
	return 0;
}

int target_threads(const struct target *target, struct tids *tids)
{
	switch (target->kind) {
	case TARGET_CGROUP:
		return cgroup_tree(target->path, tids, 0);
	case TARGET_PATH:
		return path_threads(target->path, tids);
	default:
		return process_threads(target->pid, tids);
	}
}

char *target_cgroup_directory(const char *name)
{
	static const char *const mounts[] = { "", "/sys/fs/cgroup", "/sys/fs/cgroup/unified",
					      "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/memory" };
	char path[PATH_MAX], procs[PATH_MAX + 16];

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		snprintf(path, sizeof(path), "%s%s%s", mounts[i],
			 *mounts[i] && *name != '/' ? "/" : "", name);
		snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
		if (!access(procs, R_OK))
			return realpath(path, NULL);
	}
	return NULL;
}
