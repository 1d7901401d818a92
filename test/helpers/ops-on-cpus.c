// SPDX-License-Identifier: GPL-2.0-only
/*
 * ops-on-cpus DIR ROUNDS|until-sigterm: file operations in DIR on one CPU after the other.
 *
 * In each round goes to every CPU that takes the task, and there makes, writes,
 * reads, changes and removes a file of its own, opens DIR/file for reading and
 * checks what stat(2) says: owner, mode, size. A CPU may go offline at any time.
 * With until-sigterm, the last round is a whole one that begins after the signal.
 * Prints the CPUs that operations ran on, in ascending order.
 *
 * Exit: 0; 1 when an operation fails or shows something else; 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool used[CPU_SETSIZE];
static volatile sig_atomic_t told_to_end;

static void end_soon(int sig)
{
	(void)sig;
	told_to_end = 1;
}

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "ops-on-cpus: CPU %d: cannot %s: %s\n", sched_getcpu(), what,
		strerror(errno));
	exit(1);
}

static void operate(const char *dir)
{
	char own[256], common[256], byte = 0;
	struct stat st;
	int fd;

	snprintf(own, sizeof(own), "%s/of-%d", dir, getpid());
	snprintf(common, sizeof(common), "%s/file", dir);
	fd = open(own, O_CREAT | O_EXCL | O_RDWR, 0600);
	need(fd >= 0 && write(fd, "x", 1) == 1, "make a file");
	need(pread(fd, &byte, 1, 0) == 1 && byte == 'x', "read what was written");
	need(fchmod(fd, 0640) == 0 && close(fd) == 0, "change its mode");
	need(stat(own, &st) == 0 && st.st_uid == geteuid() && st.st_gid == getegid() &&
		     (st.st_mode & 07777) == 0640 && st.st_size == 1,
	     "see the owner, mode and size that it has");
	need(unlink(own) == 0 && access(own, F_OK) != 0, "remove it");
	fd = open(common, O_RDONLY);
	need(fd >= 0 && read(fd, &byte, 1) == 1 && close(fd) == 0, "read the common file");
}

int main(int argc, char **argv)
{
	bool until_sigterm = argc == 3 && !strcmp(argv[2], "until-sigterm");
	unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct sigaction end = { .sa_handler = end_soon, .sa_flags = SA_RESTART };
	const char *separator = "";
	sig_atomic_t last;
	cpu_set_t cpus;
	int cpu;

	if (!rounds && !until_sigterm) {
		fprintf(stderr, "usage: ops-on-cpus DIR ROUNDS|until-sigterm\n");
		return 2;
	}
	if (until_sigterm)
		need(sigaction(SIGTERM, &end, NULL) == 0, "be told to end");
	do {
		last = told_to_end;
		for (cpu = 0; cpu < CPU_SETSIZE && cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
			CPU_ZERO(&cpus);
			CPU_SET(cpu, &cpus);
			if (sched_setaffinity(0, sizeof(cpus), &cpus) != 0)
				continue; /* offline */
			used[sched_getcpu()] = true;
			operate(argv[1]);
		}
	} while (until_sigterm ? !last : --rounds > 0);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (used[cpu]) {
			printf("%s%d", separator, cpu);
			separator = ",";
		}
	}
	printf("\n");
	return 0;
}
