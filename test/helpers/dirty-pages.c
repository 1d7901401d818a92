// SPDX-License-Identifier: GPL-2.0-only
/*
 * dirty-pages FILE MIB SECONDS [msync]: maps FILE, makes it MIB MiB long and dirties it page by
 * page, for at most SECONDS.
 *
 * Each page begins with its number, so that what arrives in the end can be told from what was
 * there. With msync, the pages are then written back, and only what msync() acknowledged counts as
 * synced.
 *
 * Prints one line: "dirtied PAGES of PAGES ms TIME longest_ms PAUSE pauses PAUSES_OVER_20_MS synced
 * PAGES before_pause PAGES", the last being those dirtied before the first pause over 20 ms. The
 * writer is a child that can be killed where the kernel makes it wait. Exit: 0 also when the time
 * was over, 1 when a call failed, 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE	4096UL
#define LONG_MS 20.0

struct progress {
	volatile unsigned long dirtied;
	volatile unsigned long synced;
	volatile unsigned long pauses;
	volatile unsigned long before_pause;
	volatile double longest_ms;
	volatile double total_ms;
	volatile int done;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void die(const char *what, const char *object)
{
	fprintf(stderr, "dirty-pages: %s %s: %s\n", what, object, strerror(errno));
	exit(1);
}

static void dirty(const char *file, unsigned long pages, int sync, struct progress *p)
{
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	double start, before, after;
	unsigned char *map;
	unsigned long i;

	if (fd < 0)
		die("cannot open", file);
	if (ftruncate(fd, (off_t)(pages * PAGE)))
		die("cannot resize", file);
	map = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("cannot map", file);

	start = before = now_ms();
	for (i = 0; i < pages; i++) {
		*(volatile uint64_t *)(map + i * PAGE) = i + 1;
		after = now_ms();
		if (after - before > LONG_MS && i && !p->pauses++)
			p->before_pause = i;
		if (after - before > p->longest_ms)
			p->longest_ms = after - before;
		p->dirtied = i + 1;
		p->total_ms = after - start;
		before = after;
	}
	p->done = 1;
	if (!p->pauses)
		p->before_pause = pages;
	if (sync) {
		if (msync(map, pages * PAGE, MS_SYNC))
			die("cannot msync", file);
		p->synced = pages;
	}
}

int main(int argc, char **argv)
{
	double seconds, end;
	unsigned long mib;
	struct progress *p;
	int status = 0;
	int sync;
	pid_t child, got;

	if (argc < 4 || argc > 5 || (argc == 5 && strcmp(argv[4], "msync")) ||
	    !(mib = strtoul(argv[2], NULL, 10)) || (seconds = strtod(argv[3], NULL)) <= 0) {
		fprintf(stderr, "usage: dirty-pages FILE MIB SECONDS [msync]\n");
		return 2;
	}
	sync = argc == 5;
	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		die("cannot map", "shared memory");
	child = fork();
	if (child < 0)
		die("cannot fork for", argv[1]);
	if (!child) {
		dirty(argv[1], mib << 8, sync, p);
		_exit(0);
	}
	end = now_ms() + seconds * 1e3;
	while ((got = waitpid(child, &status, WNOHANG)) == 0 && now_ms() < end)
		usleep(5000);
	if (got == 0) {
		kill(child, SIGKILL);
		/* A page fault that the server never answers may not even die: do not wait for
		 * long. */
		for (end = now_ms() + 3e3; waitpid(child, NULL, WNOHANG) == 0 && now_ms() < end;)
			usleep(5000);
	} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		return 1;
	}
	printf("dirtied %lu of %lu ms %.0f longest_ms %.1f pauses %lu synced %lu before_pause "
	       "%lu\n",
	       p->dirtied, mib << 8, p->done ? p->total_ms : seconds * 1e3, p->longest_ms,
	       p->pauses, p->synced, p->before_pause);
	return 0;
}
