// SPDX-License-Identifier: GPL-2.0-only
#include "floor_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storm.h"

static int take_lock(struct floor_state *s)
{
	char path[512];

	if (mkdir(s->directory, 0755) && errno != EEXIST)
		return complain(FAILED, "%s: cannot make this directory: %s%s", s->directory,
				strerror(errno), errno == EACCES ? "; run as root" : "");
	snprintf(path, sizeof(path), "%s/lock", s->directory);
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return complain(FAILED, "%s: cannot open it: %s%s", path, strerror(errno),
				errno == EACCES ? "; run as root" : "");
	while (flock(s->lock, LOCK_EX)) {
		if (errno != EINTR)
			return complain(FAILED, "%s: cannot lock it: %s", path, strerror(errno));
	}
	return SUCCESS;
}

static struct floor_record *find(const struct floor_state *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->records[i].name, name) == 0)
			return &s->records[i];
	}
	return NULL;
}

void floor_state_set(struct floor_state *s, const char *name, unsigned int ppm)
{
	struct floor_record *record = find(s, name), *more;

	if (record && !ppm) {
		*record = s->records[--s->count];
	} else if (record) {
		record->before = record->ppm;
		record->ppm = ppm;
	} else if (ppm && strlen(name) < sizeof(record->name)) {
		more = need_memory(s->count + 1, sizeof(*more));
		if (s->count)
			memcpy(more, s->records, s->count * sizeof(*more));
		strcpy(more[s->count].name, name);
		more[s->count++].ppm = ppm;
		free(s->records);
		s->records = more;
	}
}

int floor_state_open(struct floor_state *s, const char *directory, bool write)
{
	char path[512], name[48];
	unsigned int ppm, before;
	FILE *file;

	*s = (struct floor_state){ .directory = directory, .lock = -1 };
	if (write && take_lock(s))
		return FAILED;
	snprintf(path, sizeof(path), "%s/state", directory);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT || !write
			       ? SUCCESS
			       : complain(FAILED, "%s: cannot read it: %s", path, strerror(errno));
	while (fscanf(file, "%47s %u %u", name, &ppm, &before) == 3) {
		floor_state_set(s, name, before ? before : ppm);
		floor_state_set(s, name, ppm);
	}
	fclose(file);
	return SUCCESS;
}

bool floor_state_is_ours(const struct floor_state *s, const char *name, unsigned int ppm)
{
	const struct floor_record *record = find(s, name);

	return record && ppm && (record->ppm == ppm || record->before == ppm);
}

int floor_state_save(const struct floor_state *s)
{
	char path[512], temporary[520];
	FILE *file;
	bool written;

	snprintf(path, sizeof(path), "%s/state", s->directory);
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	file = fopen(temporary, "we");
	if (!file)
		return complain(FAILED, "%s: cannot write it: %s", temporary, strerror(errno));
	for (size_t i = 0; i < s->count; i++)
		fprintf(file, "%s %u %u\n", s->records[i].name, s->records[i].ppm,
			s->records[i].before);
	written = !ferror(file);
	if (fclose(file) || !written || rename(temporary, path)) {
		int error = errno;

		unlink(temporary);
		return complain(FAILED, "%s: cannot write it: %s", path, strerror(error));
	}
	return SUCCESS;
}

void floor_state_close(struct floor_state *s)
{
	if (s->lock >= 0)
		close(s->lock);
	free(s->records);
	*s = (struct floor_state){ .lock = -1 };
}
