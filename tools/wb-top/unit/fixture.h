/* SPDX-License-Identifier: GPL-2.0-only */
/* A directory that stands for / while a test runs. */
#ifndef WB_TOP_UNIT_FIXTURE_H
#define WB_TOP_UNIT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sources.h"

static char fixture_root[64];

static inline int make_fixture(void **state)
{
	(void)state;
	strcpy(fixture_root, "/tmp/wb-top-unit.XXXXXX");
	sources_root = mkdtemp(fixture_root);
	return !sources_root;
}

static inline int remove_fixture(void **state)
{
	char command[128];

	(void)state;
	sources_root = "";
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture_root);
	return system(command);
}

static inline void make_parents(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

static inline void put(const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", fixture_root, name);
	make_parents(path);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
}

static inline void put_link(const char *name, const char *target)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", fixture_root, name);
	make_parents(path);
	if (symlink(target, path))
		abort();
}

#endif
