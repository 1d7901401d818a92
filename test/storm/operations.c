// SPDX-License-Identifier: GPL-2.0-only
#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void operation_name(char *name, unsigned long number)
{
	static const char digits[] = "0123456789abcdef";
	char *end = name + strlen(name);

	for (int i = 0; i < 6; i++) {
		*--end = digits[number & 15];
		number >>= 4;
	}
}

static int close_checked(int fd)
{
	return close(fd) ? -errno : 0;
}

static int open_and_close(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	return fd < 0 ? -errno : close_checked(fd);
}

static int keep_open(struct op_context *ctx, int flags)
{
	ctx->fd = open(ctx->file, flags | O_CLOEXEC);
	return ctx->fd < 0 ? -errno : 0;
}

static int whole_page(ssize_t done)
{
	if (done == OP_FILE_SIZE)
		return 0;
	return done < 0 ? -errno : -EIO;
}

static int run_open(struct op_context *ctx)
{
	return open_and_close(ctx->file, O_RDONLY);
}

static int run_dir(struct op_context *ctx)
{
	return open_and_close(ctx->directory, O_RDONLY | O_DIRECTORY);
}

/* The system call itself: opendir(3) allocates and fstats, which is not what is measured. */
static int run_readdir(struct op_context *ctx)
{
	int fd = open(ctx->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long got;
	int rc = 0;

	if (fd < 0)
		return -errno;
	do {
		got = syscall(SYS_getdents64, fd, ctx->buffer, OP_BUFFER_SIZE);
	} while (got > 0);
	if (got < 0)
		rc = -errno;
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}

static int run_stat(struct op_context *ctx)
{
	struct stat st;

	return stat(ctx->file, &st) ? -errno : 0;
}

static int run_access(struct op_context *ctx)
{
	return access(ctx->file, R_OK) ? -errno : 0;
}

static int run_readlink(struct op_context *ctx)
{
	return readlink(ctx->symlink, ctx->buffer, OP_BUFFER_SIZE) < 0 ? -errno : 0;
}

static int begin_read(struct op_context *ctx)
{
	return keep_open(ctx, O_RDONLY);
}

static int run_read(struct op_context *ctx)
{
	return whole_page(pread(ctx->fd, ctx->buffer, OP_FILE_SIZE, 0));
}

/* Opening for write copies the file up, so that it does not happen in the timed part. */
static int begin_write(struct op_context *ctx)
{
	return keep_open(ctx, O_RDWR);
}

static int run_write(struct op_context *ctx)
{
	return whole_page(pwrite(ctx->fd, ctx->buffer, OP_FILE_SIZE, 0));
}

static int run_mmap(struct op_context *ctx)
{
	volatile const char *page;
	void *map = mmap(NULL, OP_FILE_SIZE, PROT_READ, MAP_SHARED, ctx->fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	page = map;
	(void)page[0];
	return munmap(map, OP_FILE_SIZE) ? -errno : 0;
}

static int run_exec(struct op_context *ctx)
{
	char *const argv[] = { ctx->program, NULL };
	char *const envp[] = { NULL };
	int status;
	pid_t pid = vfork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		execve(ctx->program, argv, envp);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ENOEXEC;
}

static int run_copyup(struct op_context *ctx)
{
	operation_name(ctx->lower, ctx->next++);
	return open_and_close(ctx->lower, O_WRONLY);
}

/* The first open of a name: it is looked up in all layers. */
static int run_openlower(struct op_context *ctx)
{
	operation_name(ctx->lower, ctx->next++);
	return open_and_close(ctx->lower, O_RDONLY);
}

static int prepare_openlower(struct op_context *ctx, unsigned long count)
{
	(void)count;
	ctx->next = 0;
	return 0;
}

static int make_empty(const char *path)
{
	return open_and_close(path, O_WRONLY | O_CREAT);
}

/* Another operation may have left a file or a directory of that name. */
static int remove_if_there(const char *path)
{
	if (!unlink(path) || errno == ENOENT)
		return 0;
	if (errno == EISDIR && !rmdir(path))
		return 0;
	return -errno;
}

/*
 * Making and removing one name first copies the directory itself up, which happens once and is
 * not what these operations measure.
 */
static int copy_directory_up(struct op_context *ctx, char *name)
{
	int rc;

	operation_name(name, 0xffffff);
	rc = make_empty(name);
	if (!rc)
		rc = remove_if_there(name);
	ctx->next = 0;
	return rc;
}

static int prepare_free_names(struct op_context *ctx, unsigned long count)
{
	int rc = copy_directory_up(ctx, ctx->scratch);

	for (unsigned long i = 0; i < count && !rc; i++) {
		operation_name(ctx->scratch, i);
		rc = remove_if_there(ctx->scratch);
	}
	return rc;
}

static int run_create(struct op_context *ctx)
{
	operation_name(ctx->scratch, ctx->next++);
	return open_and_close(ctx->scratch, O_WRONLY | O_CREAT | O_EXCL);
}

static int prepare_unlink(struct op_context *ctx, unsigned long count)
{
	int rc = copy_directory_up(ctx, ctx->scratch);

	for (unsigned long i = 0; i < count && !rc; i++) {
		operation_name(ctx->scratch, i);
		rc = remove_if_there(ctx->scratch);
		if (!rc)
			rc = make_empty(ctx->scratch);
	}
	return rc;
}

static int run_unlink(struct op_context *ctx)
{
	operation_name(ctx->scratch, ctx->next++);
	return unlink(ctx->scratch) ? -errno : 0;
}

static int run_mkdir(struct op_context *ctx)
{
	operation_name(ctx->scratch, ctx->next++);
	return mkdir(ctx->scratch, 0755) ? -errno : 0;
}

static int prepare_copyup(struct op_context *ctx, unsigned long count)
{
	(void)count;
	return copy_directory_up(ctx, ctx->lower);
}

/* Through overlay the files are there again after a new mount; beneath it they are made again. */
static int prepare_whiteout(struct op_context *ctx, unsigned long count)
{
	int rc = copy_directory_up(ctx, ctx->lower);

	for (unsigned long i = 0; i < count && !rc; i++) {
		operation_name(ctx->lower, i);
		if (access(ctx->lower, F_OK))
			rc = make_empty(ctx->lower);
	}
	return rc;
}

static int run_whiteout(struct op_context *ctx)
{
	operation_name(ctx->lower, ctx->next++);
	return unlink(ctx->lower) ? -errno : 0;
}

static int begin_rename(struct op_context *ctx)
{
	int rc;

	operation_name(ctx->scratch, 0);
	strcpy(ctx->other, ctx->scratch);
	operation_name(ctx->other, 1);
	rc = remove_if_there(ctx->other);
	if (!rc)
		rc = remove_if_there(ctx->scratch);
	return rc ? rc : make_empty(ctx->scratch);
}

static int run_rename(struct op_context *ctx)
{
	bool back = ctx->next++ & 1;

	if (rename(back ? ctx->other : ctx->scratch, back ? ctx->scratch : ctx->other))
		return -errno;
	return 0;
}

static const struct operation table[] = {
	{ "open", "open and close a regular file", 0, NULL, NULL, run_open },
	{ "dir", "open and close a directory without reading it", 0, NULL, NULL, run_dir },
	{ "readdir", "open, read to the end and close a directory merged over all layers", 0, NULL,
	  NULL, run_readdir },
	{ "stat", "stat a regular file by its path", 0, NULL, NULL, run_stat },
	{ "access", "access a regular file by its path", 0, NULL, NULL, run_access },
	{ "readlink", "read a symbolic link", 0, NULL, NULL, run_readlink },
	{ "read", "read a page of an open file", 0, begin_read, NULL, run_read },
	{ "write", "write a page of an open file", 0, begin_write, NULL, run_write },
	{ "mmap", "map, touch and unmap a page of an open file", 0, begin_read, NULL, run_mmap },
	{ "exec", "start a small program and wait for its end", 0, NULL, NULL, run_exec },
	{ "rename", "rename a file within its directory", 0, begin_rename, NULL, run_rename },
	{ "create", "create and close a new file", OP_CONSUMES, NULL, prepare_free_names,
	  run_create },
	{ "unlink", "unlink a file of the upper layer", OP_CONSUMES, NULL, prepare_unlink,
	  run_unlink },
	{ "mkdir", "make a directory", OP_CONSUMES, NULL, prepare_free_names, run_mkdir },
	{ "openlower", "open for reading and close a file of a lower layer for the first time",
	  OP_CONSUMES | OP_LOWER_FILES, NULL, prepare_openlower, run_openlower },
	{ "copyup", "open for write and close a file of a lower layer",
	  OP_CONSUMES | OP_LOWER_FILES, NULL, prepare_copyup, run_copyup },
	{ "whiteout", "unlink a file of a lower layer", OP_CONSUMES | OP_LOWER_FILES, NULL,
	  prepare_whiteout, run_whiteout },
};

const struct operation *operations(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct operation *operation_find(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	}
	return NULL;
}

int operation_begin(const struct operation *op, struct op_context *ctx, unsigned int task,
		    bool shared)
{
	unsigned int dir = shared ? 0 : task;

	memset(ctx, 0, sizeof(*ctx));
	ctx->task = task;
	ctx->dir = dir;
	ctx->fd = -1;
	snprintf(ctx->directory, sizeof(ctx->directory), "t%u/d", dir);
	snprintf(ctx->file, sizeof(ctx->file), "t%u/d/f", dir);
	snprintf(ctx->symlink, sizeof(ctx->symlink), "t%u/d/s", dir);
	snprintf(ctx->program, sizeof(ctx->program), "t%u/d/x", dir);
	snprintf(ctx->scratch, sizeof(ctx->scratch), "t%u/c/%u-000000", dir, task);
	snprintf(ctx->lower, sizeof(ctx->lower), "t%u/l/%u-000000", dir, task);
	ctx->buffer = calloc(1, OP_BUFFER_SIZE);
	if (!ctx->buffer)
		return -ENOMEM;
	return op->begin ? op->begin(ctx) : 0;
}

int operation_prepare(const struct operation *op, struct op_context *ctx, unsigned long count)
{
	return op->prepare ? op->prepare(ctx, count) : 0;
}

void operation_end(struct op_context *ctx)
{
	if (ctx->fd >= 0)
		close(ctx->fd);
	free(ctx->buffer);
	ctx->fd = -1;
	ctx->buffer = NULL;
}
