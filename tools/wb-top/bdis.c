// SPDX-License-Identifier: GPL-2.0-only
#include "bdis.h"

#include <dirent.h>
#include <libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sources.h"

static int read_ratio(const char *name, const char *attribute)
{
	char text[32];
	int value;

	if (!source_read(text, sizeof(text), "/sys/class/bdi/%s/%s", name, attribute) ||
	    sscanf(text, "%d", &value) != 1)
		return -1;
	return value;
}

static void read_stats(struct bdi *bdi)
{
	char text[4096];

	if (!source_read(text, sizeof(text), "/sys/kernel/debug/bdi/%s/stats", bdi->name))
		return;
	bdi->counted = source_value(text, "BdiReclaimable:", &bdi->dirty) &&
		       source_value(text, "BdiWriteback:", &bdi->writeback) &&
		       source_value(text, "BdiDirtyThresh:", &bdi->threshold);
	source_value(text, "BdiWriteBandwidth:", &bdi->bandwidth);
}

/* Mounts may be in other mount namespaces; the kernel's list of FUSE connections is not. */
static bool is_fuse_connection(const char *name)
{
	unsigned int minor;
	char path[PATH_MAX];
	int end = 0;

	if (sscanf(name, "0:%u%n", &minor, &end) != 1 || name[end])
		return strstr(name, "-fuseblk") != NULL;
	snprintf(path, sizeof(path), "%s/sys/fs/fuse/connections/%u", sources_root, minor);
	return !access(path, F_OK);
}

static void read_bdi(struct bdi *bdi, const char *name)
{
	*bdi = (struct bdi){ .device = "" };
	snprintf(bdi->name, sizeof(bdi->name), "%.39s", name);
	bdi->min_ratio = read_ratio(name, "min_ratio");
	bdi->max_ratio = read_ratio(name, "max_ratio");
	bdi->strict_limit = read_ratio(name, "strict_limit");
	bdi->fuse = is_fuse_connection(name);
	read_stats(bdi);
}

struct bdi *bdis_find(const struct bdi_list *list, const char *name)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (strcmp(list->bdis[i].name, name) == 0)
			return &list->bdis[i];
	}
	return NULL;
}

/*
 * A mount of a partition lies on the bdi of the whole disk, which is the partition's parent
 * directory in sysfs. What has no block device has a bdi of its own number.
 */
static struct bdi *bdi_of(const struct bdi_list *list, dev_t device)
{
	char link[PATH_MAX], path[PATH_MAX], name[64], *last;
	struct bdi *found;
	ssize_t length;

	snprintf(name, sizeof(name), "%u:%u", major(device), minor(device));
	found = bdis_find(list, name);
	if (found)
		return found;
	snprintf(name, sizeof(name), "%u:%u-fuseblk", major(device), minor(device));
	found = bdis_find(list, name);
	if (found)
		return found;
	snprintf(path, sizeof(path), "%s/sys/dev/block/%u:%u/../bdi", sources_root, major(device),
		 minor(device));
	length = readlink(path, link, sizeof(link) - 1);
	if (length <= 0)
		return NULL;
	link[length] = '\0';
	last = strrchr(link, '/');
	return bdis_find(list, last ? last + 1 : link);
}

static void name_device(struct bdi *bdi, dev_t device, const char *type)
{
	char link[PATH_MAX], path[PATH_MAX], *last;
	ssize_t length;

	if (bdi->device[0])
		return;
	snprintf(path, sizeof(path), "%s/sys/dev/block/%u:%u", sources_root, major(device),
		 minor(device));
	length = readlink(path, link, sizeof(link) - 1);
	link[length > 0 ? length : 0] = '\0';
	last = strrchr(link, '/');
	snprintf(bdi->device, sizeof(bdi->device), "%.47s", last ? last + 1 : type);
}

static void add_mount(struct bdi *bdi, const char *target)
{
	size_t used = strlen(bdi->mounts), room = sizeof(bdi->mounts);

	if (used >= 3 && strcmp(bdi->mounts + used - 3, "...") == 0)
		return;
	if (used + strlen(target) + sizeof(",...") >= room)
		snprintf(bdi->mounts + used, room - used, "%s...", used ? "," : "");
	else
		snprintf(bdi->mounts + used, room - used, "%s%s", used ? "," : "", target);
}

static void read_mounts(const struct bdi_list *list)
{
	char path[PATH_MAX];
	struct libmnt_table *table;
	struct libmnt_iter *iter;
	struct libmnt_fs *fs;

	snprintf(path, sizeof(path), "%s/proc/self/mountinfo", sources_root);
	table = mnt_new_table_from_file(path);
	iter = mnt_new_iter(MNT_ITER_FORWARD);
	while (table && iter && !mnt_table_next_fs(table, iter, &fs)) {
		const char *type = mnt_fs_get_fstype(fs), *target = mnt_fs_get_target(fs);
		struct bdi *bdi = bdi_of(list, mnt_fs_get_devno(fs));

		if (!bdi || !type || !target)
			continue;
		if (strncmp(type, "fuse", 4) == 0 && strcmp(type, "fusectl") != 0)
			bdi->fuse = true;
		name_device(bdi, mnt_fs_get_devno(fs), type);
		add_mount(bdi, target);
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
}

static int by_name(const void *a, const void *b)
{
	const struct bdi *first = a, *second = b;

	return strverscmp(first->name, second->name);
}

bool bdis_read(struct bdi_list *list)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *directory;

	*list = (struct bdi_list){ .bdis = calloc(MAX_BDIS, sizeof(*list->bdis)) };
	snprintf(path, sizeof(path), "%s/sys/class/bdi", sources_root);
	directory = list->bdis ? opendir(path) : NULL;
	if (!directory)
		return false;
	while ((entry = readdir(directory)) && list->count < MAX_BDIS) {
		if (entry->d_name[0] == '.')
			continue;
		read_bdi(&list->bdis[list->count], entry->d_name);
		list->debugfs |= list->bdis[list->count].counted;
		list->count++;
	}
	closedir(directory);
	if (list->count)
		qsort(list->bdis, list->count, sizeof(*list->bdis), by_name);
	read_mounts(list);
	return true;
}

void bdis_free(struct bdi_list *list)
{
	free(list->bdis);
	list->bdis = NULL;
	list->count = 0;
}
