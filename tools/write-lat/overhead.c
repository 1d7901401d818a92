// SPDX-License-Identifier: GPL-2.0-only
#include "overhead.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCHES 8
#define CALLS	64

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* The fastest batch: what disturbs only ever adds. */
static double round_of_calls(int fd)
{
	double best = 0;

	for (int batch = 0; batch < BATCHES; batch++) {
		uint64_t start = now();
		double each;

		for (int i = 0; i < CALLS; i++) {
			if (pwrite(fd, "x", 1, 0) != 1)
				return 0;
		}
		each = (double)(now() - start) / CALLS;
		if (!batch || each < best)
			best = each;
	}
	return best;
}

static void child(int in, int out)
{
	int fd = memfd_create("write-lat", MFD_CLOEXEC);
	char go;

	/* Not by the interrupt key that ends write-lat. */
	setsid();
	while (read(in, &go, 1) == 1) {
		double each = fd < 0 ? 0 : round_of_calls(fd);

		if (write(out, &each, sizeof(each)) != sizeof(each))
			break;
	}
	_exit(0);
}

int overhead_begin(struct overhead *o)
{
	int to[2], from[2];

	*o = (struct overhead){ .to_child = -1, .from_child = -1 };
	if (pipe2(to, O_CLOEXEC))
		return -errno;
	if (pipe2(from, O_CLOEXEC)) {
		int rc = -errno;

		close(to[0]);
		close(to[1]);
		return rc;
	}
	o->child = fork();
	if (!o->child) {
		close(to[1]);
		close(from[0]);
		child(to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	o->to_child = to[1];
	o->from_child = from[0];
	return o->child < 0 ? -errno : 0;
}

void overhead_measure(struct overhead *o, bool traced)
{
	double each = 0;

	if (o->child <= 0 || write(o->to_child, "g", 1) != 1 ||
	    read(o->from_child, &each, sizeof(each)) != sizeof(each))
		return;
	if (traced && o->traced_count < 2)
		o->traced[o->traced_count++] = each;
	else if (!traced && o->untraced_count < 2)
		o->untraced[o->untraced_count++] = each;
}

double overhead_of_call(const struct overhead *o, bool traced)
{
	const double *each = traced ? o->traced : o->untraced;
	unsigned int count = traced ? o->traced_count : o->untraced_count;
	double sum = 0;

	for (unsigned int i = 0; i < count; i++)
		sum += each[i];
	return count ? sum / count : 0;
}

double overhead_per_call(const struct overhead *o)
{
	double with = overhead_of_call(o, true), without = overhead_of_call(o, false);

	if (!o->traced_count || !o->untraced_count)
		return -1;
	return with > without ? with - without : 0;
}

void overhead_end(struct overhead *o)
{
	if (o->to_child >= 0)
		close(o->to_child);
	if (o->from_child >= 0)
		close(o->from_child);
	o->to_child = o->from_child = -1;
	if (o->child > 0)
		waitpid(o->child, NULL, 0);
	o->child = 0;
}
