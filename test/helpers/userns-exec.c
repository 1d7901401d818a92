// SPDX-License-Identifier: GPL-2.0-only
/*
 * userns-exec FIRST COUNT COMMAND [ARGUMENT]...: runs COMMAND as root of a new
 * user namespace and a new mount namespace.
 *
 * Maps the user and group ids 0 to COUNT - 1 in there to FIRST and up out here,
 * which needs CAP_SETUID and CAP_SETGID.
 *
 * Exit: that of COMMAND; 126 when the namespaces or the command cannot be had;
 * 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "userns-exec: cannot %s: %s\n", what, strerror(errno));
	exit(126);
}

static void write_map(pid_t pid, const char *name, const char *map)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, map, strlen(map)) != (ssize_t)strlen(map))
		die("map user ids");
	close(fd);
}

int main(int argc, char **argv)
{
	int ready[2], mapped[2], status;
	char map[64], byte = 0;
	pid_t child;

	if (argc < 4 || strtoul(argv[2], NULL, 10) == 0) {
		fprintf(stderr, "usage: userns-exec FIRST COUNT COMMAND [ARGUMENT]...\n");
		return 2;
	}
	snprintf(map, sizeof(map), "0 %lu %lu\n", strtoul(argv[1], NULL, 10),
		 strtoul(argv[2], NULL, 10));
	if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(mapped, O_CLOEXEC) != 0)
		die("make a pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		close(ready[0]);
		close(mapped[1]);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
			die("make namespaces");
		if (write(ready[1], &byte, 1) != 1 || read(mapped[0], &byte, 1) != 1)
			_exit(126);
		if (setgroups(0, NULL) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)
			die("become root in there");
		if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0)
			die("keep mounts to ourselves");
		execvp(argv[3], argv + 3);
		die(argv[3]);
	}
	close(ready[1]);
	close(mapped[0]);
	if (read(ready[0], &byte, 1) == 1) {
		write_map(child, "uid_map", map);
		write_map(child, "gid_map", map);
		if (write(mapped[1], &byte, 1) != 1)
			die("tell the child");
	}
	if (waitpid(child, &status, 0) != child)
		die("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
