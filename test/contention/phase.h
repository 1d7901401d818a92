/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One phase: N pinned tasks perform the same operation, in step, between marks.
 */
#ifndef CONTENTION_PHASE_H
#define CONTENTION_PHASE_H

#include <stdbool.h>
#include <stdint.h>

#include "../storm/operations.h"

struct phase {
	uint32_t number; /* names the phase in the plugin's record; not 0 */
	const struct operation *op;
	int root;		 /* open directory to work in */
	unsigned int tasks;	 /* one per CPU, from CPU 0 on; at most the number of CPUs */
	unsigned int warmup;	 /* operations per task that are not counted */
	unsigned int iterations; /* operations per task that are */
	bool group;		 /* the operation starts tasks of its own: count them */
	bool shared;		 /* all tasks use the files of task 0 */
};

/* Tell the plugin to instrument memory accesses from now on, and wait until it does. */
void session_begin(void);

/* Tell the plugin that an interrupt handler starts at ADDRESS. */
void announce_irq_entry(uint64_t address);

/*
 * Run one phase. Return 0, or -1 after a message on stderr; then no task is left behind.
 */
int phase_run(const struct phase *phase);

#endif
