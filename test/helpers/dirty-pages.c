// SPDX-License-Identifier: GPL-2.0-only
/*
 * dirty-pages FILE MIB SECONDS [msync|msync=PAGES [SERVER]]: maps FILE, makes it MIB MiB long and
 * dirties it page by page, for at most SECONDS.
 *
 * Each page begins with its number, so that what arrives in the end can be told from what was
 * there. With msync, the pages are then written back; with msync=PAGES they are whenever so many
 * more are dirty. Only what msync() acknowledged counts as synced. In the end the process SERVER,
 * which serves the file, is killed while the file is still mapped: unmapping writes back, too.
 *
 * Prints one line: "dirtied PAGES of PAGES ms TIME longest_ms PAUSE pauses PAUSES_OVER_20_MS synced
 * PAGES before_pause PAGES", the last being those dirtied before the first pause over 20 ms. The
 * writer is a child that can be killed where the kernel makes it wait. Exit: 0 also when the time
 * was over, 1 when a call failed, 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

/* What is between the two page numbers is in the file. */
static void sync_pages(unsigned char *map, unsigned long from, unsigned long to, struct progress *p)
{
	if (msync(map + from * PAGE, (to - from) * PAGE, MS_SYNC))
		die("cannot", "msync");
	p->synced = to;
}

/* every: pages to be dirtied between two msync(), 0 for none. */
static void dirty(const char *file, unsigned long pages, unsigned long every, struct progress *p)
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
		if (every && (i + 1) % every == 0)
			sync_pages(map, i + 1 - every, i + 1, p);
		before = now_ms();
	}
	p->done = 1;
	if (!p->pauses)
		p->before_pause = pages;
	if (every && pages % every)
		sync_pages(map, pages - pages % every, pages, p);
}

/* From now on it answers nothing: a killed process does not return to user mode. */
static void kill_server(pid_t server)
{
	if (server && kill(server, SIGKILL))
		die("cannot kill", "the server");
}

/* The pages between two msync(): 0 for none, all for "msync", ULONG_MAX for what is no such word.
 */
static unsigned long msync_every(const char *word, unsigned long all)
{
	unsigned long every;
	char *end;

	if (!word)
		return 0;
	if (!strcmp(word, "msync"))
		return all;
	if (strncmp(word, "msync=", 6))
		return ULONG_MAX;
	every = strtoul(word + 6, &end, 10);
	return *end || !every ? ULONG_MAX : every;
}

/* True once the child has ended, false when that takes longer than so many milliseconds. */
static int ends_within(pid_t child, double ms, int *status)
{
	double end = now_ms() + ms, left;
	struct timespec timeout;
	sigset_t ended;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	while (waitpid(child, status, WNOHANG) == 0) {
		left = end - now_ms();
		if (left <= 0)
			return 0;
		timeout.tv_sec = left / 1e3;
		timeout.tv_nsec = (left - timeout.tv_sec * 1e3) * 1e6;
		sigtimedwait(&ended, NULL, &timeout);
	}
	return 1;
}

int main(int argc, char **argv)
{
	unsigned long mib, every;
	double seconds;
	struct progress *p;
	sigset_t ended;
	int status = 0;
	pid_t child, server;

	server = argc > 5 ? strtol(argv[5], NULL, 10) : 0;
	if (argc < 4 || argc > 6 || (argc > 5 && server <= 1) ||
	    !(mib = strtoul(argv[2], NULL, 10)) || (seconds = strtod(argv[3], NULL)) <= 0 ||
	    (every = msync_every(argv[4], mib << 8)) == ULONG_MAX) {
		fprintf(stderr,
			"usage: dirty-pages FILE MIB SECONDS [msync|msync=PAGES [SERVER]]\n");
		return 2;
	}
	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		die("cannot map", "shared memory");
	/* blocked, so that it can be waited for */
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, NULL);
	child = fork();
	if (child < 0)
		die("cannot fork for", argv[1]);
	if (!child) {
		/* killed with us, wherever the kernel makes it wait */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* One that cannot die would keep whoever reads our line waiting for more. */
		close(STDOUT_FILENO);
		dirty(argv[1], mib << 8, every, p);
		kill_server(server);
		_exit(0);
	}
	if (!ends_within(child, seconds * 1e3, &status)) {
		kill_server(server);
		kill(child, SIGKILL);
		/* A page fault that the server never answers may not even die: do not wait for
		 * long. */
		ends_within(child, 3e3, &status);
	} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		return 1;
	}
	printf("dirtied %lu of %lu ms %.0f longest_ms %.1f pauses %lu synced %lu before_pause "
	       "%lu\n",
	       p->dirtied, mib << 8, p->done ? p->total_ms : seconds * 1e3, p->longest_ms,
	       p->pauses, p->synced, p->before_pause);
	return 0;
}
