// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuse-files DIR N [userns [COMMAND]]: mounts N FUSE filesystems on DIR/0, DIR/1 ... and serves
 * them, all in one thread. Each holds one file, "file", that swallows what is written and reads as
 * zeros.
 *
 * With userns the mounts are those of an ordinary user (uid 1000) in a user and mount namespace of
 * its own, where COMMAND is run with sh. Prints "ready" once all are mounted and ends when COMMAND
 * has, with its status, or when all are unmounted. To make the server stop answering, send it
 * SIGSTOP. Speaks the protocol of linux/fuse.h itself, so that mounts are those of mount(2) and
 * nothing else. Exit: 1 when a mount fails, 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_ID	  2
#define FILE_SIZE (1ULL << 30)
#define USER	  1000
#define WRITE_MAX (128 * 1024)
#define MOUNT_MAX 4096

struct unanswered {
	int fd;
	uint64_t unique;
	uint32_t size;
};

static volatile sig_atomic_t silent;
static struct unanswered *unanswered;
static size_t nr_unanswered;

static char request[WRITE_MAX + 8192];
static char zeros[WRITE_MAX];

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "fuse-files: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, ": %s\n", strerror(errno));
	va_end(args);
	exit(1);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("cannot write %s", path);
	close(fd);
}

static void become_user(void)
{
	char map[64];

	if (setgroups(0, NULL) || setresgid(USER, USER, USER) || setresuid(USER, USER, USER))
		die("cannot become uid %d", USER);
	/* else /proc/self stays root's */
	if (prctl(PR_SET_DUMPABLE, 1))
		die("cannot own /proc/self");
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		die("cannot unshare as uid %d (sysctl kernel.unprivileged_userns_clone?)", USER);
	snprintf(map, sizeof(map), "0 %d 1\n", USER);
	put("/proc/self/uid_map", map);
	put("/proc/self/setgroups", "deny");
	put("/proc/self/gid_map", map);
}

static void attributes(struct fuse_attr *attr, uint64_t node)
{
	memset(attr, 0, sizeof(*attr));
	attr->ino = node;
	attr->mode = node == FILE_ID ? S_IFREG | 0666 : S_IFDIR | 0777;
	attr->size = node == FILE_ID ? FILE_SIZE : 0;
	attr->nlink = 1;
	attr->blksize = 4096;
}

static void reply(int fd, uint64_t unique, int error, const void *data, size_t size)
{
	struct fuse_out_header header = {
		.len = sizeof(header) + size,
		.error = -error,
		.unique = unique,
	};
	struct iovec parts[2] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)data, .iov_len = size },
	};

	/* ENOENT: the request was interrupted; ENODEV: unmounted. Both are the kernel's to know. */
	if (writev(fd, parts, size ? 2 : 1) < 0 && errno != ENOENT && errno != ENODEV)
		die("cannot answer");
}

static void answer_write(int fd, uint64_t unique, uint32_t size)
{
	struct fuse_write_out out = { .size = size };

	reply(fd, unique, 0, &out, sizeof(out));
}

static void keep_unanswered(int fd, uint64_t unique, uint32_t size)
{
	unanswered = realloc(unanswered, (nr_unanswered + 1) * sizeof(*unanswered));
	if (!unanswered)
		die("cannot hold %zu writes", nr_unanswered + 1);
	unanswered[nr_unanswered++] = (struct unanswered){ fd, unique, size };
}

static void answer_all(void)
{
	while (nr_unanswered) {
		struct unanswered *u = &unanswered[--nr_unanswered];

		answer_write(u->fd, u->unique, u->size);
	}
}

static void answer(int fd, const struct fuse_in_header *in, const void *arg)
{
	union {
		struct fuse_init_out init;
		struct fuse_entry_out entry;
		struct fuse_attr_out attr;
		struct fuse_open_out open;
		struct fuse_statfs_out statfs;
	} out;

	memset(&out, 0, sizeof(out));
	switch (in->opcode) {
	case FUSE_INIT:
		out.init.major = FUSE_KERNEL_VERSION;
		out.init.minor = 23;
		out.init.max_readahead = WRITE_MAX;
		out.init.flags = FUSE_BIG_WRITES;
		out.init.max_write = WRITE_MAX;
		out.init.max_background = 12;
		out.init.congestion_threshold = 9;
		reply(fd, in->unique, 0, &out.init, sizeof(out.init));
		return;
	case FUSE_LOOKUP:
		if (strcmp(arg, "file")) {
			reply(fd, in->unique, ENOENT, NULL, 0);
			return;
		}
		out.entry.nodeid = FILE_ID;
		out.entry.entry_valid = out.entry.attr_valid = 3600;
		attributes(&out.entry.attr, FILE_ID);
		reply(fd, in->unique, 0, &out.entry, sizeof(out.entry));
		return;
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		out.attr.attr_valid = 3600;
		attributes(&out.attr.attr, in->nodeid);
		reply(fd, in->unique, 0, &out.attr, sizeof(out.attr));
		return;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		reply(fd, in->unique, 0, &out.open, sizeof(out.open));
		return;
	case FUSE_READ:
		reply(fd, in->unique, 0, zeros, ((const struct fuse_read_in *)arg)->size);
		return;
	case FUSE_WRITE:
		(silent ? keep_unanswered
			: answer_write)(fd, in->unique, ((const struct fuse_write_in *)arg)->size);
		return;
	case FUSE_STATFS:
		reply(fd, in->unique, 0, &out.statfs, sizeof(out.statfs));
		return;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FSYNC:
	case FUSE_DESTROY:
	case FUSE_ACCESS:
		reply(fd, in->unique, 0, NULL, 0);
		return;
	default:
		reply(fd, in->unique, ENOSYS, NULL, 0);
	}
}

/* False once the filesystem is unmounted. */
static int serve(int fd)
{
	ssize_t n = read(fd, request, sizeof(request));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENOENT;
	answer(fd, (struct fuse_in_header *)request, request + sizeof(struct fuse_in_header));
	return 1;
}

static void on_signal(int sig)
{
	/* also: poll() returns */
	if (sig != SIGCHLD)
		silent = sig == SIGUSR1;
}

static void run(const char *command)
{
	pid_t child = fork();

	if (child < 0)
		die("cannot fork for %s", command);
	if (!child) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
}

/* Ends the program with the command's status once that has ended. */
static void command_ended(void)
{
	int status;

	if (waitpid(-1, &status, WNOHANG) > 0)
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv)
{
	unsigned long n, i, alive;
	struct sigaction action = { .sa_handler = on_signal };
	struct pollfd *fds;
	char path[4096], options[128];
	int user;

	if (argc < 3 || argc > 5 || (argc > 3 && strcmp(argv[3], "userns")) ||
	    !(n = strtoul(argv[2], NULL, 10)) || n > MOUNT_MAX) {
		fprintf(stderr, "usage: fuse-files DIR N [userns [COMMAND]]   (N up to %d)\n",
			MOUNT_MAX);
		return 2;
	}
	user = argc > 3;
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%lu", argv[1], i);
		if (mkdir(path, 0777) && errno != EEXIST)
			die("cannot make %s", path);
	}
	if (user)
		become_user();
	fds = calloc(n, sizeof(*fds));
	if (!fds)
		die("cannot hold %lu mounts", n);
	for (i = 0; i < n; i++) {
		fds[i].fd = open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC);
		fds[i].events = POLLIN;
		if (fds[i].fd < 0)
			die("cannot open /dev/fuse");
		snprintf(path, sizeof(path), "%s/%lu", argv[1], i);
		snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0",
			 fds[i].fd);
		if (mount("fuse-files", path, "fuse", MS_NOSUID | MS_NODEV, options))
			die("cannot mount %s", path);
	}
	sigaction(SIGCHLD, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	printf("ready\n");
	fflush(stdout);
	if (argc == 5)
		run(argv[4]);
	for (alive = n; alive;) {
		/* not for ever: the command may end just before poll() */
		if (poll(fds, n, 200) < 0 && errno != EINTR)
			die("cannot poll");
		command_ended();
		if (!silent)
			answer_all();
		for (i = 0; i < n; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			if (!serve(fds[i].fd)) {
				close(fds[i].fd);
				fds[i].fd = -1;
				alive--;
			}
		}
	}
	return 0;
}
