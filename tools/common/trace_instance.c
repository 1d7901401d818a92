// SPDX-License-Identifier: GPL-2.0-only
#include "trace_instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace_owner.h"

#define PREFIX_LENGTH 31

static int error_of(int otherwise)
{
	return errno ? -errno : -otherwise;
}

static bool is_stale(const char *name, const char *prefix)
{
	struct trace_owner owner;

	return trace_owner_parse(prefix, name, &owner) &&
	       trace_owner_state(&owner) == TRACE_OWNER_DEAD;
}

unsigned int trace_instance_remove_stale(const char *prefix)
{
	const char *tracing = tracefs_tracing_dir();
	unsigned int removed = 0;
	struct dirent *entry;
	char path[4096];
	DIR *instances;

	if (!tracing)
		return 0;
	snprintf(path, sizeof(path), "%s/instances", tracing);
	instances = opendir(path);
	if (!instances)
		return 0;
	while ((entry = readdir(instances))) {
		if (!is_stale(entry->d_name, prefix))
			continue;
		if (!unlinkat(dirfd(instances), entry->d_name, AT_REMOVEDIR))
			removed++;
	}
	closedir(instances);
	return removed;
}

int trace_instance_set(const struct trace_instance *t, const char *file, const char *value)
{
	errno = 0;
	if (tracefs_instance_file_write(t->instance, file, value) >= 0)
		return 0;
	return error_of(ENOENT);
}

static int set_up(const struct trace_instance *t, unsigned int kib_per_cpu)
{
	char kib[16];
	int rc;

	snprintf(kib, sizeof(kib), "%u", kib_per_cpu);
	rc = trace_instance_set(t, "tracing_on", "0");
	if (!rc)
		rc = trace_instance_set(t, "trace_clock", "mono");
	/* Before 3.17. Times can still be compared with each other. */
	if (rc == -EINVAL)
		rc = trace_instance_set(t, "trace_clock", "global");
	if (!rc)
		rc = trace_instance_set(t, "buffer_size_kb", kib);
	return rc;
}

int trace_instance_open_named(struct trace_instance *t, const char *name, unsigned int kib_per_cpu)
{
	int rc;

	*t = (struct trace_instance){ .instance = NULL };
	if (strlen(name) >= sizeof(t->name))
		return -ENAMETOOLONG;
	if (!tracefs_tracing_dir())
		return -ENODEV;
	strcpy(t->name, name);
	errno = 0;
	t->instance = tracefs_instance_create(t->name);
	if (!t->instance)
		return error_of(EACCES);
	rc = set_up(t, kib_per_cpu);
	if (rc)
		trace_instance_close(t);
	return rc;
}

int trace_instance_open(struct trace_instance *t, const char *prefix, unsigned int kib_per_cpu)
{
	char name[TRACE_OWNER_NAME];
	struct trace_owner self;

	*t = (struct trace_instance){ .instance = NULL };
	if (strlen(prefix) > PREFIX_LENGTH)
		return -ENAMETOOLONG;
	if (!trace_owner_read("self", &self))
		return -ENOENT;
	if (!trace_owner_name(prefix, &self, name))
		return -ENAMETOOLONG;
	trace_instance_remove_stale(prefix);
	return trace_instance_open_named(t, name, kib_per_cpu);
}

int trace_instance_read(const struct trace_instance *t, const char *system, trace_record_fn record,
			void *context)
{
	const char *const systems[] = { system, NULL };
	struct tep_handle *events;
	int rc;

	errno = 0;
	events = tracefs_local_events_system(NULL, systems);
	if (!events)
		return error_of(ENODEV);
	errno = 0;
	rc = tracefs_iterate_raw_events(events, t->instance, NULL, 0, record, context);
	if (rc < 0)
		rc = error_of(EIO);
	tep_free(events);
	return rc < 0 ? rc : 0;
}

static uint64_t lost_on(const struct trace_instance *t, int cpu)
{
	unsigned long long number;
	uint64_t lost = 0;
	char file[64], *stats, *line, *rest;

	snprintf(file, sizeof(file), "per_cpu/cpu%d/stats", cpu);
	stats = tracefs_instance_file_read(t->instance, file, NULL);
	rest = stats;
	while (rest && (line = strsep(&rest, "\n"))) {
		if (sscanf(line, "overrun: %llu", &number) == 1 ||
		    sscanf(line, "commit overrun: %llu", &number) == 1 ||
		    sscanf(line, "dropped events: %llu", &number) == 1)
			lost += number;
	}
	free(stats);
	return lost;
}

uint64_t trace_instance_lost(const struct trace_instance *t)
{
	uint64_t lost = 0;

	for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++)
		lost += lost_on(t, cpu);
	return lost;
}

int trace_instance_close(struct trace_instance *t)
{
	int rc = 0;

	if (!t->instance)
		return 0;
	trace_instance_set(t, "tracing_on", "0");
	trace_instance_set(t, "events/enable", "0");
	errno = 0;
	if (tracefs_instance_destroy(t->instance) < 0)
		rc = error_of(EBUSY);
	tracefs_instance_free(t->instance);
	t->instance = NULL;
	return rc;
}
