// SPDX-License-Identifier: GPL-2.0-only
#include "fuse_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "passthrough.h"
#include "storm.h"
#include "tree.h"

#define FUSE_MAGIC    0x65735546
#define MOUNT_SECONDS 60 /* an emulated machine may take its time */
#define END_SECONDS   30

static void sleep_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int open_directory(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int make_directory(const struct fuse_mount *m, const char *name)
{
	if (mkdirat(m->home, name, 0755))
		return complain(FAILED, "cannot make directory %s/%s: %s", m->name, name,
				strerror(errno));
	return SUCCESS;
}

static int make_directories(struct fuse_mount *m, const struct stall_options *o)
{
	char base[3072];
	int rc;

	m->parent = open_directory(AT_FDCWD, o->base);
	if (m->parent < 0 || !realpath(o->base, base))
		return complain(BAD_INPUT, "--base %s: cannot open this directory: %s", o->base,
				strerror(errno));
	snprintf(m->name, sizeof(m->name), "fuse-stall.%d", getpid());
	if (mkdirat(m->parent, m->name, 0755)) {
		rc = complain(BAD_INPUT, "--base %s: cannot make a directory there: %s", o->base,
			      strerror(errno));
		m->name[0] = '\0';
		return rc;
	}
	snprintf(m->path, sizeof(m->path), "%s/%s/mnt", base, m->name);
	m->home = open_directory(m->parent, m->name);
	rc = make_directory(m, "mnt");
	if (!rc)
		rc = make_directory(m, "backing");
	if (!rc && o->server == SERVER_FUSE_OVERLAYFS)
		rc = make_directory(m, "lower");
	if (!rc && o->server == SERVER_FUSE_OVERLAYFS)
		rc = make_directory(m, "work");
	m->backing = open_directory(m->home, "backing");
	snprintf(m->backing_fs, sizeof(m->backing_fs), "%s", filesystem_name(m->backing).text);
	return rc;
}

static int serve_ourselves(const struct stall_options *o)
{
	return passthrough_serve(&(struct passthrough){
		.directory = "backing",
		.mountpoint = "mnt",
		.delay = o->delay,
		.threads = o->threads,
		.writeback_cache = o->writeback_cache,
	});
}

static int execute(const char *const *words)
{
	execvp(words[0], (char *const *)words);
	return complain(FAILED, "cannot start %s: %s; is its package installed?", words[0],
			strerror(errno));
}

/* In the child. It ends with us, also when we are killed. */
static int serve(const struct fuse_mount *m, const struct stall_options *o)
{
	static const char *const bindfs[] = { "bindfs", "-f", "backing", "mnt", NULL };
	static const char *const overlayfs[] = { "fuse-overlayfs",
						 "-f",
						 "-o",
						 "lowerdir=lower,upperdir=backing,workdir=work",
						 "mnt",
						 NULL };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* libfuse ends on a signal only where nobody handles it yet. */
	signal(SIGTERM, SIG_DFL);
	if (fchdir(m->home))
		return complain(FAILED, "cannot enter %s: %s", m->name, strerror(errno));
	switch (o->server) {
	case SERVER_BINDFS:
		return execute(bindfs);
	case SERVER_FUSE_OVERLAYFS:
		return execute(overlayfs);
	case SERVER_OWN:
		break;
	}
	return serve_ourselves(o);
}

static int start_server(struct fuse_mount *m, const struct stall_options *o)
{
	fflush(NULL);
	m->server = fork();
	if (m->server < 0) {
		m->server = 0;
		return complain(FAILED, "cannot start the server: %s", strerror(errno));
	}
	if (!m->server)
		_exit(serve(m, o));
	return SUCCESS;
}

static bool is_mounted(struct fuse_mount *m)
{
	struct statfs fs;
	struct stat st;
	int top = open_directory(AT_FDCWD, m->path);

	if (top < 0)
		return false;
	if (fstatfs(top, &fs) || (unsigned long)fs.f_type != FUSE_MAGIC || fstat(top, &st)) {
		close(top);
		return false;
	}
	m->top = top;
	snprintf(m->bdi, sizeof(m->bdi), "%u:%u", major(st.st_dev), minor(st.st_dev));
	return true;
}

static int wait_for_mount(struct fuse_mount *m, const struct stall_options *o)
{
	double end = now() + MOUNT_SECONDS;

	while (now() < end && !stop_signal) {
		if (is_mounted(m))
			return SUCCESS;
		if (waitpid(m->server, NULL, WNOHANG) == m->server) {
			m->server = 0;
			return complain(FAILED,
					"the server (%s) ended before it was mounted; what it said "
					"is above",
					server_name(o->server));
		}
		sleep_a_little();
	}
	if (stop_signal)
		return FAILED;
	return complain(FAILED, "the server (%s) did not mount within %d s", server_name(o->server),
			MOUNT_SECONDS);
}

static int enter_private_namespace(void)
{
	if (geteuid() != 0)
		return SUCCESS;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return complain(FAILED, "cannot make a private mount namespace: %s",
				strerror(errno));
	return SUCCESS;
}

int fuse_mount_make(struct fuse_mount *m, const struct stall_options *o)
{
	int rc;

	*m = (struct fuse_mount){ .parent = -1, .home = -1, .backing = -1, .top = -1 };
	rc = enter_private_namespace();
	if (!rc)
		rc = make_directories(m, o);
	if (!rc)
		rc = start_server(m, o);
	if (!rc)
		rc = wait_for_mount(m, o);
	return rc;
}

/* Servers unmount by themselves when told to end. */
static void end_server(struct fuse_mount *m)
{
	double end = now() + END_SECONDS;

	if (!m->server)
		return;
	kill(m->server, SIGTERM);
	while (waitpid(m->server, NULL, WNOHANG) != m->server) {
		if (now() > end) {
			complain(FAILED, "the server did not end within %d s: killed", END_SECONDS);
			kill(m->server, SIGKILL);
			waitpid(m->server, NULL, 0);
			break;
		}
		sleep_a_little();
	}
	m->server = 0;
}

static void close_directory(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int fuse_mount_remove(struct fuse_mount *m)
{
	int rc = SUCCESS;

	close_directory(&m->top);
	end_server(m);
	if (m->path[0])
		umount2(m->path, MNT_DETACH);
	close_directory(&m->backing);
	close_directory(&m->home);
	if (m->name[0] && tree_remove(m->parent, m->name))
		rc = FAILED;
	m->name[0] = '\0';
	close_directory(&m->parent);
	return rc;
}

long long fuse_mount_attribute(const struct fuse_mount *m, const char *name)
{
	long long value = -1;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/bdi/%s/%s", m->bdi, name);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%lld", &value) != 1)
		value = -1;
	fclose(file);
	return value;
}
