// SPDX-License-Identifier: GPL-2.0-only
/*
 * idmapped-bind SOURCE TARGET FIRST: binds the directory SOURCE to TARGET so that its owner 0 is
 * seen as FIRST, 1 as FIRST + 1 and so on, 65536 of them. Exit status 2 where the kernel or the
 * filesystem has no idmapped mounts.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The same on every architecture; the headers of Debian 11 lack the last one. */
#define NR_OPEN_TREE	 428
#define NR_MOVE_MOUNT	 429
#define NR_MOUNT_SETATTR 442

#define TREE_CLONE	1
#define MOVE_FROM_EMPTY 4
#define ATTRIBUTE_IDMAP 0x00100000
#define IDS		65536

struct mount_attributes {
	uint64_t set, clear, propagation, userns_fd;
};

static void write_map(pid_t pid, const char *name, unsigned long first)
{
	char path[64], map[64];
	int fd, len;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	len = snprintf(map, sizeof(map), "0 %lu %d", first, IDS);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, map, len) != len)
		err(1, "cannot write '%s' to %s", map, path);
	close(fd);
}

/* A user namespace lives as long as this descriptor; the process that made it need not. */
static int user_namespace(unsigned long first)
{
	char path[64], byte;
	int ready[2], fd;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		if (unshare(CLONE_NEWUSER))
			err(1, "cannot make a user namespace");
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		exit(1);
	write_map(pid, "uid_map", first);
	write_map(pid, "gid_map", first);
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "cannot open %s", path);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return fd;
}

int main(int argc, char **argv)
{
	struct mount_attributes attributes = { .set = ATTRIBUTE_IDMAP };
	unsigned long first;
	char *end;
	int tree;

	if (argc != 4) {
		fprintf(stderr, "usage: idmapped-bind SOURCE TARGET FIRST\n");
		return 1;
	}
	first = strtoul(argv[3], &end, 10);
	if (*end || end == argv[3])
		errx(1, "FIRST is a number, not '%s'", argv[3]);
	tree = syscall(NR_OPEN_TREE, AT_FDCWD, argv[1], TREE_CLONE | O_CLOEXEC);
	if (tree < 0)
		err(errno == ENOSYS ? 2 : 1, "cannot clone the mount of %s", argv[1]);
	attributes.userns_fd = user_namespace(first);
	if (syscall(NR_MOUNT_SETATTR, tree, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)))
		err(errno == ENOSYS || errno == EINVAL ? 2 : 1, "cannot map the owners of %s",
		    argv[1]);
	if (syscall(NR_MOVE_MOUNT, tree, "", AT_FDCWD, argv[2], MOVE_FROM_EMPTY))
		err(1, "cannot mount it on %s", argv[2]);
	return 0;
}
