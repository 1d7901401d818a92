// SPDX-License-Identifier: GPL-2.0-only
/*
 * children-of-user UID LIMIT FILE: how many processes may a user have?
 *
 * Sets RLIMIT_NPROC to LIMIT, becomes user and group UID without capabilities,
 * and forks children until the kernel refuses; each opens FILE and keeps it
 * open. Prints "N children, ERROR" (at most 1000). All children are gone when
 * the program ends.
 *
 * Exit: 0; 1 when a step other than the last fork failed; 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_CHILDREN 1000

int main(int argc, char **argv)
{
	static pid_t children[MAX_CHILDREN];
	struct rlimit limit;
	unsigned int n = 0;
	int opened[2], id;
	char byte = 0;
	pid_t pid = 0;

	if (argc != 4 || strtoul(argv[2], NULL, 10) == 0) {
		fprintf(stderr, "usage: children-of-user UID LIMIT FILE\n");
		return 2;
	}
	id = atoi(argv[1]);
	limit.rlim_cur = limit.rlim_max = strtoul(argv[2], NULL, 10);
	if (setrlimit(RLIMIT_NPROC, &limit) != 0 || setgroups(0, NULL) != 0 ||
	    setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0 || pipe(opened) != 0) {
		fprintf(stderr, "children-of-user: cannot become user %d: %s\n", id,
			strerror(errno));
		return 1;
	}
	while (n < MAX_CHILDREN && (pid = fork()) > 0) {
		children[n] = pid;
		if (read(opened[0], &byte, 1) != 1 || byte) {
			fprintf(stderr, "children-of-user: child %u cannot open %s\n", n, argv[3]);
			return 1;
		}
		n++;
	}
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		byte = open(argv[3], O_RDONLY) < 0;
		if (write(opened[1], &byte, 1) == 1 && getppid() != 1)
			pause();
		_exit(0);
	}
	printf("%u children, %s\n", n, strerror(errno));
	/* The next to count must not see ours. */
	while (n > 0) {
		kill(children[--n], SIGKILL);
		waitpid(children[n], NULL, 0);
	}
	return 0;
}
