// SPDX-License-Identifier: GPL-2.0-only
#include "environment.h"

#include <libmount.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define OVERLAY_MAGIC 0x794c7630

bool is_overlay(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && (unsigned long)fs.f_type == OVERLAY_MAGIC;
}

struct short_text filesystem_name(int fd)
{
	struct short_text name = { "" };
	struct libmnt_table *mounts;
	struct libmnt_fs *mounted = NULL;
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) || fstat(fd, &st)) {
		strcpy(name.text, "unknown");
		return name;
	}
	mounts = mnt_new_table_from_file("/proc/self/mountinfo");
	if (mounts)
		mounted = mnt_table_find_devno(mounts, st.st_dev, MNT_ITER_BACKWARD);
	if (mounted && mnt_fs_get_fstype(mounted))
		snprintf(name.text, sizeof(name.text), "%s", mnt_fs_get_fstype(mounted));
	else
		snprintf(name.text, sizeof(name.text), "0x%lx", (unsigned long)fs.f_type);
	mnt_unref_table(mounts);
	return name;
}

/* First line of a file, without its end; false when there is none. */
static bool read_line(struct short_text *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool read_line(struct short_text *line, const char *format, ...)
{
	char path[256];
	va_list args;
	FILE *file;
	bool read;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	line->text[0] = '\0';
	file = fopen(path, "re");
	if (!file)
		return false;
	read = fgets(line->text, sizeof(line->text), file) != NULL;
	fclose(file);
	line->text[strcspn(line->text, "\n")] = '\0';
	return read;
}

static void read_module(struct environment *e)
{
	struct short_text state;

	if (read_line(&e->module_version, "/sys/module/overlay/version"))
		;
	else if (read_line(&state, "/sys/module/overlay/initstate"))
		strcpy(e->module_version.text, "stock");
	else if (!access("/sys/module/overlay", F_OK))
		strcpy(e->module_version.text, "built-in");
	else
		strcpy(e->module_version.text, "none");
	read_line(&e->module_srcversion, "/sys/module/overlay/srcversion");
}

/* What one overlay really uses can differ from the parameter, which is read at mount time. */
static void read_setting(struct short_text *value, const char *name, dev_t device)
{
	if (!read_line(value, "/sys/fs/overlay/%u:%u/%s", major(device), minor(device), name))
		read_line(value, "/sys/module/overlay/parameters/%s", name);
}

/* Layers are paths, possibly hundreds; what they do is in the other options. */
static void read_mount_options(struct short_text *line, dev_t device, const char *mountinfo)
{
	struct libmnt_table *mounts = mnt_new_table_from_file(mountinfo);
	struct libmnt_fs *mounted = NULL;
	char *options = NULL, *rest, *option;
	size_t used = 0;

	if (mounts)
		mounted = mnt_table_find_devno(mounts, device, MNT_ITER_BACKWARD);
	if (mounted)
		options = mnt_fs_strdup_options(mounted);
	rest = options;
	while (rest && (option = strsep(&rest, ","))) {
		int length;

		if (strncmp(option, "lowerdir", 8) == 0 || strncmp(option, "upperdir", 8) == 0 ||
		    strncmp(option, "workdir", 7) == 0)
			continue;
		length = snprintf(line->text + used, sizeof(line->text) - used, "%s%s",
				  used ? "," : "", option);
		if (length < 0 || used + length >= sizeof(line->text))
			break;
		used += length;
	}
	free(options);
	mnt_unref_table(mounts);
}

static void read_cpu_model(struct short_text *model)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256], *value;

	while (file && !model->text[0] && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "model name", 10) != 0 || !(value = strchr(line, ':')))
			continue;
		value += strspn(value, ": \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(model->text, sizeof(model->text), "%.100s", value);
	}
	if (file)
		fclose(file);
}

static void read_load(struct short_text *load)
{
	double average[3];

	if (getloadavg(average, 3) == 3)
		snprintf(load->text, sizeof(load->text), "%.2f %.2f %.2f", average[0], average[1],
			 average[2]);
}

static void read_clock(struct short_text *when)
{
	time_t now = time(NULL);
	struct tm utc;

	if (gmtime_r(&now, &utc))
		strftime(when->text, sizeof(when->text), "%Y-%m-%dT%H:%M:%SZ", &utc);
}

void environment_read(struct environment *e, int overlay, int raw, const char *mounts)
{
	struct utsname kernel;
	struct stat st = { 0 };

	memset(e, 0, sizeof(*e));
	if (!uname(&kernel)) {
		snprintf(e->kernel.text, sizeof(e->kernel.text), "%s", kernel.release);
		snprintf(e->machine.text, sizeof(e->machine.text), "%s", kernel.machine);
	}
	fstat(overlay, &st);
	read_module(e);
	read_setting(&e->private_ns, "private_ns", st.st_dev);
	read_setting(&e->cred_shards, "cred_shards", st.st_dev);
	e->layer_fs = filesystem_name(raw);
	read_mount_options(&e->mount_options, st.st_dev, mounts);
	read_cpu_model(&e->cpu_model);
	read_line(&e->governor, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	read_load(&e->load);
	read_clock(&e->when);
}
