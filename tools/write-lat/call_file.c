// SPDX-License-Identifier: GPL-2.0-only
#include "call_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A later thread and descriptor of the same slot takes the place of the earlier. */
#define SLOTS 1024

struct remembered {
	pid_t tid;
	int64_t fd;
	char *file;
};

struct file_memory {
	struct remembered slots[SLOTS];
};

struct file_memory *file_memory_new(void)
{
	return calloc(1, sizeof(struct file_memory));
}

static char *file_of_descriptor(pid_t tid, int64_t fd)
{
	char path[64], name[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, (int)fd);
	length = readlink(path, name, sizeof(name) - 1);
	return length > 0 ? strndup(name, length) : NULL;
}

static char *file_of_address(pid_t tid, uint64_t address)
{
	char path[64], line[PATH_MAX + 256], *file = NULL;
	unsigned long long start, end;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
	maps = fopen(path, "re");
	while (maps && !file && fgets(line, sizeof(line), maps)) {
		char *name = strchr(line, '/');

		if (name && sscanf(line, "%llx-%llx", &start, &end) == 2 && address >= start &&
		    address < end)
			file = strndup(name, strcspn(name, "\n"));
	}
	if (maps)
		fclose(maps);
	return file;
}

void call_file_find(struct file_memory *memory, struct call *call, bool cheap)
{
	struct remembered *slot;
	bool known;

	if (call->file)
		return;
	slot = &memory->slots[((uint64_t)call->tid * 31 + call->fd_or_address) % SLOTS];
	known = slot->file && slot->tid == call->tid && slot->fd == call->fd_or_address;
	if (cheap && known) {
		call->file = strdup(slot->file);
		return;
	}
	if (call->kind == CALL_MSYNC)
		call->file = file_of_address(call->tid, call->fd_or_address);
	else
		call->file = file_of_descriptor(call->tid, call->fd_or_address);
	if (call->file) {
		free(slot->file);
		*slot = (struct remembered){ call->tid, call->fd_or_address, strdup(call->file) };
	} else if (known) {
		call->file = strdup(slot->file);
	}
}

void file_memory_free(struct file_memory *memory)
{
	for (int i = 0; memory && i < SLOTS; i++)
		free(memory->slots[i].file);
	free(memory);
}
