/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file the plugin writes and contention-report reads: one block of text per phase.
 *
 *	phase NUMBER vcpus V ops N busy B irqs I lost L
 *	line PADDR VADDR TOUCHED WRITTEN WRITES VCPUS WRITERS PC/OPS[w] PC/OPS[w] ...
 *	end NUMBER
 *
 * TOUCHED and WRITTEN count operations, WRITES accesses.
 * Addresses are hexadecimal, PADDR is that of the line's first byte. Only contended lines are
 * written, and of those only what at least one operation in RECORD_SHARE touched. A trailing w
 * says that the instruction wrote. A block without its end line is incomplete.
 */
#ifndef CONTENTION_RECORDS_H
#define CONTENTION_RECORDS_H

#include <stdio.h>

#include "line_table.h"

#define RECORD_SHARE 8

struct record_phase {
	uint64_t phase;
	uint64_t ops;	    /* operations, all vCPUs together */
	uint64_t irqs;	    /* interrupts left out of them */
	uint64_t lost;	    /* accesses that could not be counted: must be 0 */
	unsigned int vcpus; /* vCPUs that executed operations */
	unsigned int busy;  /* vCPUs still inside an operation at the end: must be 0 */
};

struct record {
	struct record_phase head;
	struct line *lines; /* most touched first, then by address */
	size_t n_lines;
};

/* Append one block to OUT. Return 0, or -1 with errno set. */
int record_write(FILE *out, const struct record_phase *head, const struct line_table *lines);

/*
 * Read the next block from IN. Return 1 when there is one (free it with record_free()), 0 at the
 * end of the file, -1 when the file is damaged; *LINE_NUMBER counts the lines read so far.
 */
int record_read(FILE *in, struct record *record, unsigned long *line_number);

void record_free(struct record *record);

#endif
