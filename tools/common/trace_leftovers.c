// SPDX-License-Identifier: GPL-2.0-only
#include "trace_leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace_owner.h"

/* Either all of one group or all of a program's dead owners. */
struct choice {
	const char *group;
	const char *program;
};

static bool chosen(const struct choice *c, const char *name)
{
	struct trace_owner owner;
	size_t length;

	if (c->group) {
		length = strlen(c->group);
		return !strncmp(name, c->group, length) &&
		       (!name[length] || strchr("_/ \n", name[length]));
	}
	return trace_owner_parse(c->program, name, &owner) &&
	       trace_owner_state(&owner) == TRACE_OWNER_DEAD;
}

/* Without O_APPEND, opening kprobe_events for writing would remove everybody's events. */
int trace_kprobe_events_write(const char *directory, const char *command)
{
	char path[128];
	int fd, rc = 0;

	snprintf(path, sizeof(path), "%s/kprobe_events", directory);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, command, strlen(command)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/*
 * 0 for an object that another one removed meanwhile: a guard, or a second clean-up. tracefs has no
 * such file then, or a file whose instance is no more.
 */
static int unless_gone(int rc)
{
	return rc == -ENOENT || rc == -ENODEV ? 0 : rc;
}

static int remove_instances(const char *directory, const struct choice *c, int *removed)
{
	char path[128];
	struct dirent *entry;
	int rc = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/instances", directory);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir))) {
		if (!chosen(c, entry->d_name))
			continue;
		if (!unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR))
			(*removed)++;
		else if (unless_gone(-errno))
			rc = -errno;
	}
	closedir(dir);
	return rc;
}

static int remove_events(const char *directory, const struct choice *c, int *removed)
{
	char path[128], line[1024], *commands = NULL, *next, *command;
	size_t size = 0;
	FILE *file, *list;
	int rc = 0;

	snprintf(path, sizeof(path), "%s/kprobe_events", directory);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : -errno;
	list = open_memstream(&commands, &size);
	while (list && fgets(line, sizeof(line), file)) {
		char *name = strchr(line, ':');

		if (name && chosen(c, name + 1))
			fprintf(list, "-:%.*s\n", (int)strcspn(name + 1, " \n"), name + 1);
	}
	fclose(file);
	if (!list || fclose(list))
		return -ENOMEM;
	next = commands;
	while ((command = strsep(&next, "\n")) && *command) {
		int one = trace_kprobe_events_write(directory, command);

		if (!one)
			(*removed)++;
		else if (unless_gone(one))
			rc = one;
	}
	free(commands);
	return rc;
}

static int remove_chosen(const char *directory, const struct choice *c)
{
	int removed = 0, rc, rc_events;

	rc = remove_instances(directory, c, &removed);
	rc_events = remove_events(directory, c, &removed);
	if (!rc)
		rc = rc_events;
	return rc ? rc : removed;
}

int trace_leftovers_remove_group(const char *directory, const char *group)
{
	const struct choice c = { .group = group };

	return remove_chosen(directory, &c);
}

int trace_leftovers_remove_dead(const char *directory, const char *program)
{
	const struct choice c = { .program = program };

	return remove_chosen(directory, &c);
}
