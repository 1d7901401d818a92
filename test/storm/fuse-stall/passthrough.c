// SPDX-License-Identifier: GPL-2.0-only
#define FUSE_USE_VERSION 31
#include "passthrough.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <fuse_lowlevel.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

/* One server in a process. */
static int root = -1;
static struct timespec write_delay;
static bool want_writeback_cache;

/* libfuse's paths begin with a slash; the directory itself is "/". */
static const char *below(const char *path)
{
	return path[1] ? path + 1 : ".";
}

static int result(int rc)
{
	return rc < 0 ? -errno : 0;
}

static void *pt_init(struct fuse_conn_info *connection, struct fuse_config *config)
{
	config->use_ino = 1;
	config->nullpath_ok = 0;
	if (want_writeback_cache)
		connection->want |= connection->capable & FUSE_CAP_WRITEBACK_CACHE;
	return NULL;
}

static int pt_getattr(const char *path, struct stat *st, struct fuse_file_info *file)
{
	if (file)
		return result(fstat(file->fh, st));
	return result(fstatat(root, below(path), st, AT_SYMLINK_NOFOLLOW));
}

static int open_as(const char *path, struct fuse_file_info *file, int flags, mode_t mode)
{
	int fd;

	/* With the writeback cache the kernel reads what it fills up, and appends by itself. */
	if (want_writeback_cache) {
		if ((flags & O_ACCMODE) == O_WRONLY)
			flags = (flags & ~O_ACCMODE) | O_RDWR;
		flags &= ~O_APPEND;
	}
	fd = openat(root, below(path), flags | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;
	file->fh = fd;
	return 0;
}

static int pt_open(const char *path, struct fuse_file_info *file)
{
	return open_as(path, file, file->flags, 0);
}

static int pt_create(const char *path, mode_t mode, struct fuse_file_info *file)
{
	return open_as(path, file, file->flags | O_CREAT, mode);
}

static int pt_release(const char *path, struct fuse_file_info *file)
{
	(void)path;
	close(file->fh);
	return 0;
}

static int pt_read(const char *path, char *data, size_t size, off_t offset,
		   struct fuse_file_info *file)
{
	ssize_t done = pread(file->fh, data, size, offset);

	(void)path;
	return done < 0 ? -errno : (int)done;
}

static int pt_write(const char *path, const char *data, size_t size, off_t offset,
		    struct fuse_file_info *file)
{
	struct timespec rest = write_delay;
	ssize_t done;

	(void)path;
	while ((rest.tv_sec || rest.tv_nsec) && nanosleep(&rest, &rest) && errno == EINTR)
		;
	done = pwrite(file->fh, data, size, offset);
	return done < 0 ? -errno : (int)done;
}

static int pt_truncate(const char *path, off_t size, struct fuse_file_info *file)
{
	int fd, rc;

	if (file)
		return result(ftruncate(file->fh, size));
	fd = openat(root, below(path), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	rc = result(ftruncate(fd, size));
	close(fd);
	return rc;
}

static int pt_fsync(const char *path, int data_only, struct fuse_file_info *file)
{
	(void)path;
	return result(data_only ? fdatasync(file->fh) : fsync(file->fh));
}

static int pt_unlink(const char *path)
{
	return result(unlinkat(root, below(path), 0));
}

static int pt_mkdir(const char *path, mode_t mode)
{
	return result(mkdirat(root, below(path), mode));
}

static int pt_rmdir(const char *path)
{
	return result(unlinkat(root, below(path), AT_REMOVEDIR));
}

static int pt_rename(const char *from, const char *to, unsigned int flags)
{
	if (flags)
		return -EINVAL;
	return result(renameat(root, below(from), root, below(to)));
}

static int pt_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *file)
{
	if (file)
		return result(futimens(file->fh, times));
	return result(utimensat(root, below(path), times, AT_SYMLINK_NOFOLLOW));
}

static int pt_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
		      struct fuse_file_info *file, enum fuse_readdir_flags flags)
{
	struct dirent *entry;
	DIR *directory;
	int fd;

	(void)offset;
	(void)file;
	(void)flags;
	fd = openat(root, below(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory)
		return -errno;
	while ((entry = readdir(directory))) {
		if (fill(buffer, entry->d_name, NULL, 0, 0))
			break;
	}
	closedir(directory);
	return 0;
}

static int pt_statfs(const char *path, struct statvfs *st)
{
	(void)path;
	return result(fstatvfs(root, st));
}

static const struct fuse_operations operations = {
	.init = pt_init,
	.getattr = pt_getattr,
	.open = pt_open,
	.create = pt_create,
	.release = pt_release,
	.read = pt_read,
	.write = pt_write,
	.truncate = pt_truncate,
	.fsync = pt_fsync,
	.unlink = pt_unlink,
	.mkdir = pt_mkdir,
	.rmdir = pt_rmdir,
	.rename = pt_rename,
	.utimens = pt_utimens,
	.readdir = pt_readdir,
	.statfs = pt_statfs,
};

/* libfuse's own loops take a number of threads in an interface that changed with 3.12. */
static void *serve(void *argument)
{
	struct fuse_session *session = argument;
	struct fuse_buf request = { .mem = NULL };

	while (!fuse_session_exited(session)) {
		int size = fuse_session_receive_buf(session, &request);

		if (size == -EINTR)
			continue;
		if (size <= 0)
			break;
		fuse_session_process_buf(session, &request);
	}
	fuse_session_exit(session);
	free(request.mem);
	return NULL;
}

/*
 * Threads beside this one may sleep in read(2) of the device as long as somebody has a file open;
 * they end with the process.
 */
static int serve_with_threads(struct fuse_session *session, unsigned int threads)
{
	sigset_t signals, before;
	pthread_t other;
	int rc = SUCCESS;

	sigfillset(&signals);
	pthread_sigmask(SIG_BLOCK, &signals, &before);
	for (unsigned int i = 1; i < threads && !rc; i++) {
		int error = pthread_create(&other, NULL, serve, session);

		if (error)
			rc = complain(FAILED, "cannot start server thread %u: %s", i,
				      strerror(error));
		else
			pthread_detach(other);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!rc)
		serve(session);
	fuse_session_exit(session);
	return rc;
}

static int mount_and_serve(struct fuse *fuse, const struct passthrough *p)
{
	struct fuse_session *session = fuse_get_session(fuse);
	int rc;

	if (fuse_set_signal_handlers(session))
		return complain(FAILED, "cannot handle signals");
	if (fuse_mount(fuse, p->mountpoint)) {
		fuse_remove_signal_handlers(session);
		return complain(FAILED, "cannot mount FUSE on %s; see above", p->mountpoint);
	}
	rc = serve_with_threads(session, p->threads);
	fuse_remove_signal_handlers(session);
	fuse_unmount(fuse);
	return rc;
}

int passthrough_serve(const struct passthrough *p)
{
	char *words[] = { "fuse-stall", "-o", "fsname=fuse-stall,subtype=fuse-stall", NULL };
	struct fuse_args arguments = FUSE_ARGS_INIT(3, words);
	struct fuse *fuse;
	int rc;

	root = open(p->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return complain(BAD_INPUT, "%s: cannot open this directory: %s", p->directory,
				strerror(errno));
	write_delay.tv_sec = (time_t)p->delay;
	write_delay.tv_nsec = (long)((p->delay - (double)write_delay.tv_sec) * 1e9);
	want_writeback_cache = p->writeback_cache;
	umask(0);
	fuse = fuse_new(&arguments, &operations, sizeof(operations), NULL);
	rc = fuse ? mount_and_serve(fuse, p)
		  : complain(FAILED, "libfuse refuses our server; see above");
	fuse_opt_free_args(&arguments);
	return rc;
}
