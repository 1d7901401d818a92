// SPDX-License-Identifier: GPL-2.0-only
#include "fuse_bdis.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "shares.h"
#include "storm.h"

/* A kernel's device number as fusectl prints it, in the kernel's own packing. */
static unsigned int packed(unsigned int major, unsigned int minor)
{
	return major << 20 | minor;
}

static bool parse_name(const char *name, unsigned int *major, unsigned int *minor)
{
	int end = 0;

	if (sscanf(name, "%u:%u%n", major, minor, &end) != 2)
		return false;
	return *major ? strcmp(name + end, "-fuseblk") == 0 : !name[end];
}

bool fuse_bdi_is_name(const char *name)
{
	unsigned int major, minor;

	return parse_name(name, &major, &minor);
}

static bool read_number(const struct floor_host *host, const char *name, const char *attribute,
			unsigned int *value)
{
	char path[512];
	FILE *file;
	bool read;

	snprintf(path, sizeof(path), "%s/%s/%s", host->bdi, name, attribute);
	file = fopen(path, "re");
	if (!file)
		return false;
	read = fscanf(file, "%u", value) == 1;
	fclose(file);
	return read;
}

/* In ppm, from the finest attribute there is. */
static bool read_ratio(const struct floor_host *host, const char *name, const char *attribute,
		       const char *fine, unsigned int *ppm, unsigned int *unit)
{
	if (read_number(host, name, fine, ppm)) {
		*unit = 1;
		return true;
	}
	*unit = PPM_PER_PERCENT;
	if (!read_number(host, name, attribute, ppm))
		return false;
	*ppm *= PPM_PER_PERCENT;
	return true;
}

/* virtiofs has no connection in fusectl; only root of the host can mount it. */
static bool find_owner(const struct floor_host *host, struct fuse_bdi *bdi, unsigned int number)
{
	char path[512];
	struct stat st;

	bdi->owner = 0;
	if (strcmp(bdi->type, "virtiofs") == 0)
		return true;
	snprintf(path, sizeof(path), "%s/%u", host->connections, number);
	if (stat(path, &st))
		return false;
	bdi->owner = st.st_uid;
	return true;
}

static void find_mount(struct libmnt_table *mounts, struct fuse_bdi *bdi, unsigned int major,
		       unsigned int minor)
{
	struct libmnt_fs *fs =
		mounts ? mnt_table_find_devno(mounts, makedev(major, minor), MNT_ITER_FORWARD)
		       : NULL;

	if (!fs)
		return;
	snprintf(bdi->type, sizeof(bdi->type), "%s", mnt_fs_get_fstype(fs));
	snprintf(bdi->target, sizeof(bdi->target), "%s", mnt_fs_get_target(fs));
}

static void keep(struct fuse_bdis *b, const struct fuse_bdi *bdi)
{
	struct fuse_bdi *more = need_memory(b->count + 1, sizeof(*more));

	if (b->count)
		memcpy(more, b->bdis, b->count * sizeof(*more));
	more[b->count++] = *bdi;
	free(b->bdis);
	b->bdis = more;
}

/* What vanishes while it is read is no error. */
static void read_one(struct fuse_bdis *b, const struct floor_host *host,
		     struct libmnt_table *mounts, const char *name)
{
	unsigned int major, minor, min, unit, value;
	struct fuse_bdi bdi = { .strict_limit = -1 };

	if (!read_ratio(host, name, "min_ratio", "min_ratio_fine", &min, &unit))
		return;
	b->unit = unit;
	if (parse_name(name, &major, &minor) && strlen(name) < sizeof(bdi.name)) {
		strcpy(bdi.name, name);
		bdi.min = min;
		find_mount(mounts, &bdi, major, minor);
		if (find_owner(host, &bdi, packed(major, minor)) &&
		    read_ratio(host, name, "max_ratio", "max_ratio_fine", &bdi.max, &unit)) {
			if (read_number(host, name, "strict_limit", &value))
				bdi.strict_limit = value;
			keep(b, &bdi);
			return;
		}
	}
	b->others += min;
}

static int by_number(const void *a, const void *b)
{
	const struct fuse_bdi *first = a, *second = b;
	unsigned int major[2] = { 0 }, minor[2] = { 0 };

	parse_name(first->name, &major[0], &minor[0]);
	parse_name(second->name, &major[1], &minor[1]);
	if (major[0] != major[1])
		return major[0] < major[1] ? -1 : 1;
	return (minor[0] > minor[1]) - (minor[0] < minor[1]);
}

int fuse_bdis_read(struct fuse_bdis *b, const struct floor_host *host)
{
	struct libmnt_table *mounts;
	struct dirent *entry;
	DIR *directory;

	*b = (struct fuse_bdis){ .unit = PPM_PER_PERCENT };
	directory = opendir(host->bdi);
	if (!directory)
		return complain(
			FAILED,
			"%s: cannot list the kernel's backing devices: %s; is sysfs mounted?",
			host->bdi, strerror(errno));
	mounts = mnt_new_table_from_file(host->mountinfo);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] != '.')
			read_one(b, host, mounts, entry->d_name);
	}
	mnt_unref_table(mounts);
	closedir(directory);
	if (b->count)
		qsort(b->bdis, b->count, sizeof(*b->bdis), by_number);
	return SUCCESS;
}

void fuse_bdis_free(struct fuse_bdis *b)
{
	free(b->bdis);
	*b = (struct fuse_bdis){ .bdis = NULL };
}

struct fuse_bdi *fuse_bdis_find(const struct fuse_bdis *b, const char *name)
{
	for (size_t i = 0; i < b->count; i++) {
		if (strcmp(b->bdis[i].name, name) == 0)
			return &b->bdis[i];
	}
	return NULL;
}

int fuse_bdi_set_min(struct fuse_bdi *bdi, const struct floor_host *host, unsigned int unit,
		     unsigned int ppm)
{
	char path[512], value[16];
	int fd, length, error = 0;

	snprintf(path, sizeof(path), "%s/%s/%s", host->bdi, bdi->name,
		 unit > 1 ? "min_ratio" : "min_ratio_fine");
	length = snprintf(value, sizeof(value), "%u", ppm / unit);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
	if (fd < 0) {
		error = errno;
	} else {
		if (write(fd, value, length) != length)
			error = errno;
		close(fd);
	}
	if (error == ENOENT || error == ENODEV) /* unmounted meanwhile */
		return SUCCESS;
	if (error)
		return complain(FAILED, "%s: the kernel refuses %s: %s%s", path, value,
				strerror(error), error == EACCES ? "; run as root" : "");
	bdi->min = ppm;
	return SUCCESS;
}
