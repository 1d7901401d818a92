/* SPDX-License-Identifier: GPL-2.0-only */
/* What tracing costs a call: a child of ours writes with and without it. */
#ifndef WRITE_LAT_OVERHEAD_H
#define WRITE_LAT_OVERHEAD_H

#include <stdbool.h>
#include <sys/types.h>

struct overhead {
	pid_t child; /* trace it, and ignore its calls */
	int to_child, from_child;
	double untraced[2], traced[2]; /* ns for each call, before and after; 0: not measured */
	unsigned int untraced_count, traced_count;
};

/**
 * overhead_begin - start the child; Return: 0 or -errno
 */
int overhead_begin(struct overhead *o);

/**
 * overhead_measure - one round of pwrite(2) of a byte to memory; twice each, A B B A
 */
void overhead_measure(struct overhead *o, bool traced);

/**
 * overhead_of_call - ns of one such call, the mean of the rounds; 0: not measured
 */
double overhead_of_call(const struct overhead *o, bool traced);

/**
 * overhead_per_call - ns that tracing adds to a call, never below 0; -1: not measured
 */
double overhead_per_call(const struct overhead *o);

void overhead_end(struct overhead *o);

#endif
