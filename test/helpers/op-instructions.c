// SPDX-License-Identifier: GPL-2.0-only
/*
 * op-instructions OPERATION PATH BLOCKS OPERATIONS: what one operation on PATH costs.
 *
 * OPERATION is open (open for reading, and close), stat, or loop (LOOP_INSTRUCTIONS
 * instructions that touch no memory, whatever PATH is). Reads the time-stamp
 * counter around BLOCKS blocks of OPERATIONS operations each, in this one task, and
 * prints the median of the blocks, per operation, with one decimal.
 *
 * Under QEMU with "-icount shift=0" that counter counts executed instructions, of
 * user and kernel; anywhere else it counts time. "loop" tells which it is: it shows
 * LOOP_INSTRUCTIONS and less than 20 more.
 *
 * Exit: 0; 1 when an operation fails; 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <x86intrin.h>

#define LOOP_INSTRUCTIONS 2000

static int open_close(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : close(fd);
}

static int stat_once(const char *path)
{
	struct stat st;

	return stat(path, &st);
}

static int loop(const char *path)
{
	unsigned long left = LOOP_INSTRUCTIONS / 2;

	(void)path;
	__asm__ __volatile__("1: dec %0; jnz 1b" : "+r"(left) : : "cc");
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const char *path);
	} known[] = { { "open", open_close }, { "stat", stat_once }, { "loop", loop } };
	unsigned long blocks = 0, operations = 0, i, j;
	int (*run)(const char *path) = NULL;
	uint64_t *cost;

	if (argc == 5) {
		blocks = strtoul(argv[3], NULL, 10);
		operations = strtoul(argv[4], NULL, 10);
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (strcmp(argv[1], known[i].name) == 0)
				run = known[i].run;
		}
	}
	if (!run || !blocks || !operations) {
		fprintf(stderr, "usage: op-instructions open|stat|loop PATH BLOCKS OPERATIONS\n");
		return 2;
	}
	cost = calloc(blocks, sizeof(*cost));
	if (!cost) {
		fprintf(stderr, "op-instructions: no memory for %lu blocks\n", blocks);
		return 1;
	}

	for (i = 0; i < blocks; i++) {
		uint64_t start = __rdtsc();

		for (j = 0; j < operations; j++) {
			if (run(argv[2]) != 0) {
				fprintf(stderr, "op-instructions: cannot %s %s: %s\n", argv[1],
					argv[2], strerror(errno));
				return 1;
			}
		}
		cost[i] = __rdtsc() - start;
	}
	qsort(cost, blocks, sizeof(*cost), by_number);
	printf("%.1f\n", (double)cost[blocks / 2] / operations);
	free(cost);
	return 0;
}
