// SPDX-License-Identifier: GPL-2.0-only
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_program.h"
#include "operations.h"
#include "storm.h"

static int make_file(int top, const char *path, const void *content, size_t size, mode_t mode)
{
	int fd = openat(top, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int rc = SUCCESS;

	if (fd < 0)
		return complain(FAILED, "cannot create %s: %s", path, strerror(errno));
	if (size && write(fd, content, size) != (ssize_t)size)
		rc = complain(FAILED, "cannot write %s: %s", path,
			      errno ? strerror(errno) : "short write");
	if (close(fd) && !rc)
		rc = complain(FAILED, "cannot write %s: %s", path, strerror(errno));
	return rc;
}

static int make_directory(int top, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int make_directory(int top, const char *format, ...)
{
	char path[64];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (mkdirat(top, path, 0755))
		return complain(FAILED, "cannot make directory %s: %s", path, strerror(errno));
	return SUCCESS;
}

static int make_entries(int top, const struct tree_shape *shape, unsigned int dir,
			unsigned int layer)
{
	char path[64];
	int rc = SUCCESS;

	for (unsigned int i = 0; i < shape->entries && !rc; i++) {
		snprintf(path, sizeof(path), "t%u/d/e%u-%u", dir, layer, i);
		rc = make_file(top, path, NULL, 0, 0644);
	}
	return rc;
}

static int make_own_files(int top, unsigned int dir)
{
	static const char page[OP_FILE_SIZE] = "ovl-storm";
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "t%u/d/f", dir);
	rc = make_file(top, path, page, sizeof(page), 0644);
	if (rc)
		return rc;
	snprintf(path, sizeof(path), "t%u/d/x", dir);
	rc = make_file(top, path, exit_program, exit_program_end - exit_program, 0755);
	if (rc)
		return rc;
	snprintf(path, sizeof(path), "t%u/d/s", dir);
	if (symlinkat("f", top, path))
		return complain(FAILED, "cannot make link %s: %s", path, strerror(errno));
	return make_directory(top, "t%u/c", dir);
}

static int make_lower_files(int top, unsigned int dir, unsigned int task, unsigned int count)
{
	char path[64];
	int rc = SUCCESS;

	snprintf(path, sizeof(path), "t%u/l/%u-000000", dir, task);
	for (unsigned int i = 0; i < count && !rc; i++) {
		operation_name(path, i);
		rc = make_file(top, path, "x", 1, 0644);
	}
	return rc;
}

static int make_part(int top, const struct tree_shape *shape, unsigned int first_layer,
		     unsigned int end_layer)
{
	unsigned int dirs = shape->shared ? 1 : shape->tasks;
	int rc = SUCCESS;

	for (unsigned int dir = 0; dir < dirs && !rc; dir++) {
		rc = make_directory(top, "t%u", dir);
		if (!rc)
			rc = make_directory(top, "t%u/d", dir);
		for (unsigned int i = first_layer; i < end_layer && !rc; i++)
			rc = make_entries(top, shape, dir, i);
		if (first_layer || rc)
			continue;
		rc = make_own_files(top, dir);
		if (!rc && shape->lower_files)
			rc = make_directory(top, "t%u/l", dir);
	}
	for (unsigned int task = 0; !first_layer && task < shape->tasks && !rc; task++) {
		if (stop_signal)
			rc = FAILED;
		else
			rc = make_lower_files(top, shape->shared ? 0 : task, task,
					      shape->lower_files);
	}
	return rc;
}

int tree_make_layer(int top, const struct tree_shape *shape, unsigned int layer)
{
	return make_part(top, shape, layer, layer + 1);
}

int tree_make_whole(int top, const struct tree_shape *shape)
{
	return make_part(top, shape, 0, shape->layers);
}

/* Empties an open directory; takes @fd over. Directories on another filesystem are left alone. */
static int remove_content(int fd, dev_t device)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	struct stat st;
	int rc = SUCCESS;

	if (!dir) {
		rc = complain(FAILED, "cannot read a directory: %s", strerror(errno));
		close(fd);
		return rc;
	}
	while (!rc && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) || st.st_dev != device ||
		    !S_ISDIR(st.st_mode)) {
			if (unlinkat(fd, entry->d_name, 0))
				rc = complain(FAILED, "cannot remove %s: %s", entry->d_name,
					      strerror(errno));
			continue;
		}
		rc = tree_remove(fd, entry->d_name);
	}
	closedir(dir);
	return rc;
}

int tree_remove(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int rc;

	if (fd < 0 && errno == ENOENT)
		return SUCCESS;
	if (fd < 0 || fstat(fd, &st)) {
		rc = complain(FAILED, "cannot remove %s: %s", name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	rc = remove_content(fd, st.st_dev);
	if (!rc && unlinkat(parent, name, AT_REMOVEDIR))
		rc = complain(FAILED, "cannot remove %s: %s", name, strerror(errno));
	return rc;
}
