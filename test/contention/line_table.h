/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which cache lines did the operations of one vCPU touch, and what do all vCPUs share?
 *
 * A table belongs to one vCPU and is filled without any lock. Each line counts once per
 * operation, however often it is accessed. line_summary_*() joins the tables of all vCPUs after
 * a phase, when nobody writes to them any more.
 */
#ifndef CONTENTION_LINE_TABLE_H
#define CONTENTION_LINE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_SHIFT 6 /* 64 byte lines */
#define LINE_PCS   8 /* distinct instructions remembered per line */

/* One instruction that accessed a line. */
struct line_pc {
	uint64_t pc;	  /* virtual address of the instruction */
	uint32_t ops;	  /* operations in which it accessed the line */
	uint32_t last_op; /* the operation counted last */
	bool wrote;
};

/* One line as one vCPU saw it, or as all of them did (then last_* mean nothing). */
struct line {
	uint64_t number;    /* physical address >> LINE_SHIFT */
	uint64_t vaddr;	    /* a virtual address it was accessed through, the lowest */
	uint32_t touch_ops; /* operations that accessed it */
	uint32_t write_ops; /* operations that wrote it */
	uint64_t writes;    /* accesses that wrote it, all of them */
	uint32_t last_touch;
	uint32_t last_write;
	uint16_t vcpus;	  /* vCPUs that touched it (1 in a vCPU's own table) */
	uint16_t writers; /* vCPUs that wrote it */
	uint16_t n_pcs;
	struct line_pc pcs[LINE_PCS];
};

struct line_table {
	struct line *slots; /* open addressing; touch_ops == 0 means free */
	size_t n_slots;	    /* a power of two */
	size_t used;
	uint64_t lost; /* accesses dropped because memory ran out */
};

/* Forget everything but keep the memory. A table of zeroes is a valid, empty table. */
void line_table_clear(struct line_table *table);

void line_table_free(struct line_table *table);

/*
 * Record an access to physical line NUMBER by the instruction at PC during operation OP.
 * OP must be greater than zero and never decrease between two calls to line_table_clear().
 */
void line_table_touch(struct line_table *table, uint32_t op, uint64_t number, uint64_t vaddr,
		      uint64_t pc, bool write);

/*
 * Join N tables into INTO (empty before). Return 0, or -1 when memory ran out.
 * The pcs of each line are ordered by how many operations they took part in, then by address.
 */
int line_table_join(struct line_table *into, const struct line_table *tables, size_t n);

/* Is this a line that vCPUs take from each other: touched by two or more, written by one? */
static inline bool line_is_contended(const struct line *line)
{
	return line->vcpus >= 2 && line->writers >= 1;
}

/*
 * Does a contended line count against an operation that was done OPS times? At least half of
 * the operations must have touched it. And at least one in 32 must have written it: what is
 * written less often (a random seed that expires, statistics that a worker folds once in a
 * while) stays in everybody's cache, and whether it happens during a phase is chance.
 */
#define LINE_TOUCH_SHARE 2
#define LINE_WRITE_SHARE 32

static inline bool line_counts(const struct line *line, uint64_t ops)
{
	return line_is_contended(line) && (uint64_t)line->touch_ops * LINE_TOUCH_SHARE >= ops &&
	       (uint64_t)line->write_ops * LINE_WRITE_SHARE >= ops;
}

#endif
