// SPDX-License-Identifier: GPL-2.0-only
#include "trace_owner.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool trace_owner_read(const char *pid, struct trace_owner *owner)
{
	char path[64], line[1024] = "", *rest;
	struct stat st;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/ns/pid", pid);
	if (stat(path, &st))
		return false;
	owner->namespace = st.st_ino;
	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	owner->pid = atoi(line);
	/* The name, in brackets, may hold anything. */
	rest = strrchr(line, ')');
	if (!rest)
		return false;
	/* The start is the 20th field behind it. */
	for (int field = 0; field < 20 && rest; field++)
		rest = strchr(rest + 1, ' ');
	return rest && sscanf(rest, "%llu", &owner->started) == 1;
}

bool trace_owner_name(const char *program, const struct trace_owner *owner, char *name)
{
	int length = snprintf(name, TRACE_OWNER_NAME, "%s_%lu_%d_%llu", program, owner->namespace,
			      (int)owner->pid, owner->started);

	return length > 0 && length < TRACE_OWNER_NAME;
}

bool trace_owner_parse(const char *program, const char *name, struct trace_owner *owner)
{
	size_t length = strlen(program);
	char expected[TRACE_OWNER_NAME];
	int pid;

	if (strncmp(name, program, length) || name[length] != '_' || !isdigit(name[length + 1]))
		return false;
	if (sscanf(name + length + 1, "%lu_%d_%llu", &owner->namespace, &pid, &owner->started) != 3)
		return false;
	owner->pid = pid;
	if (!trace_owner_name(program, owner, expected) ||
	    strncmp(name, expected, strlen(expected)))
		return false;
	name += strlen(expected);
	return !*name || strchr("_/ \n", *name);
}

enum trace_owner_state trace_owner_state(const struct trace_owner *owner)
{
	struct trace_owner self, now;
	char pid[16];

	if (!trace_owner_read("self", &self) || self.namespace != owner->namespace)
		return TRACE_OWNER_UNKNOWN;
	snprintf(pid, sizeof(pid), "%d", (int)owner->pid);
	if (trace_owner_read(pid, &now) && now.started == owner->started)
		return TRACE_OWNER_ALIVE;
	return TRACE_OWNER_DEAD;
}
