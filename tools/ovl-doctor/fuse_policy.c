// SPDX-License-Identifier: GPL-2.0-only
/* Writeback of a FUSE filesystem: its bdi, limits and, with our fuse.ko, policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mounts.h"
#include "text.h"

static double ratio_in(const char *path)
{
	char *line = text_line(path), *end;
	double value;

	if (!line)
		return -1;
	value = strtod(line, &end);
	return end == line ? -1 : value;
}

/* "MAJOR:MINOR" before 4.12, then "MAJOR:MINOR-fuse" and "-fuseblk". */
static char *find_bdi(const struct filesystem *fs)
{
	static const char *const endings[] = { "-fuse", "-fuseblk", "-virtiofs", "" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *name = text_format("%u:%u%s", fs->major, fs->minor, endings[i]);

		if (!access(at("/sys/class/bdi/%s", name), F_OK))
			return name;
	}
	return NULL;
}

/* debugfs shows "BdiDirtyThresh:       1234 kB"; root only. */
static long long read_threshold(const char *bdi)
{
	char *text = text_read(at("/sys/kernel/debug/bdi/%s/stats", bdi), NULL), *found;

	found = text ? strstr(text, "BdiDirtyThresh:") : NULL;
	return found ? 1024 * atoll(found + strlen("BdiDirtyThresh:")) : -1;
}

void fuse_read_policy(struct filesystem *fs)
{
	char *strict;

	fs->min_ratio = fs->max_ratio = -1;
	fs->strict_limit = -1;
	fs->threshold = -1;
	fs->bdi = find_bdi(fs);
	if (!fs->bdi)
		return;
	fs->min_ratio = ratio_in(at("/sys/class/bdi/%s/min_ratio", fs->bdi));
	fs->max_ratio = ratio_in(at("/sys/class/bdi/%s/max_ratio", fs->bdi));
	strict = text_line(at("/sys/class/bdi/%s/strict_limit", fs->bdi));
	if (strict && *strict)
		fs->strict_limit = atoi(strict);
	fs->threshold = read_threshold(fs->bdi);
}
