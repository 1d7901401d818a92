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

/* From 6.2 on there is a file in parts per million, in which less than one percent shows. */
static double percent_of(const char *bdi, const char *name)
{
	double fine = ratio_in(at("/sys/class/bdi/%s/%s_fine", bdi, name));

	return fine >= 0 ? fine / 10000 : ratio_in(at("/sys/class/bdi/%s/%s", bdi, name));
}

/* "MAJOR:MINOR", with "-fuseblk" after it where there is a block device. */
static char *find_bdi(const struct filesystem *fs)
{
	static const char *const endings[] = { "", "-fuseblk" };

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
	fs->min_ratio = percent_of(fs->bdi, "min_ratio");
	fs->max_ratio = percent_of(fs->bdi, "max_ratio");
	strict = text_line(at("/sys/class/bdi/%s/strict_limit", fs->bdi));
	if (strict && *strict)
		fs->strict_limit = atoi(strict);
	fs->threshold = read_threshold(fs->bdi);
	fs->policy = text_line(at("/sys/fs/fuse/writeback/%u:%u/policy", fs->major, fs->minor));
	fs->watchdog = text_line(at("/sys/fs/fuse/writeback/%u:%u/watchdog", fs->major, fs->minor));
}
