// SPDX-License-Identifier: GPL-2.0-only
/* Per-vCPU accounting of touched cache lines; see line_table.h. */
#include <stdlib.h>
#include <string.h>

#include "line_table.h"

#define FIRST_SLOTS 4096

void line_table_clear(struct line_table *table)
{
	if (table->slots)
		memset(table->slots, 0, table->n_slots * sizeof(*table->slots));
	table->used = 0;
	table->lost = 0;
}

void line_table_free(struct line_table *table)
{
	free(table->slots);
	memset(table, 0, sizeof(*table));
}

/* The slot of NUMBER, or the free one where it belongs. The table must have a free slot. */
static struct line *find_slot(const struct line_table *table, uint64_t number)
{
	/* Fibonacci hashing: neighbouring lines spread over the whole table. */
	size_t i = (number * 0x9e3779b97f4a7c15ull) >> 20;

	for (;; i++) {
		struct line *line = &table->slots[i & (table->n_slots - 1)];

		if (!line->touch_ops || line->number == number)
			return line;
	}
}

static int grow(struct line_table *table)
{
	struct line_table bigger = {
		.n_slots = table->n_slots ? table->n_slots * 2 : FIRST_SLOTS,
		.used = table->used,
		.lost = table->lost,
	};

	bigger.slots = calloc(bigger.n_slots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -1;
	for (size_t i = 0; i < table->n_slots; i++)
		if (table->slots[i].touch_ops)
			*find_slot(&bigger, table->slots[i].number) = table->slots[i];
	free(table->slots);
	*table = bigger;
	return 0;
}

/* Find or make the entry of NUMBER; NULL when memory ran out. */
static struct line *get_line(struct line_table *table, uint64_t number, uint64_t vaddr)
{
	struct line *line;

	if (table->used * 2 >= table->n_slots && grow(table))
		return NULL;
	line = find_slot(table, number);
	if (!line->touch_ops) {
		line->number = number;
		line->vaddr = vaddr;
		table->used++;
	} else if (vaddr < line->vaddr) {
		line->vaddr = vaddr;
	}
	return line;
}

/* The entry of PC in LINE; when all are taken, the least used one makes room. */
static struct line_pc *get_pc(struct line *line, uint64_t pc)
{
	struct line_pc *least = &line->pcs[0];

	for (unsigned int i = 0; i < line->n_pcs; i++) {
		if (line->pcs[i].pc == pc)
			return &line->pcs[i];
		if (line->pcs[i].ops < least->ops)
			least = &line->pcs[i];
	}
	if (line->n_pcs < LINE_PCS)
		least = &line->pcs[line->n_pcs++];
	*least = (struct line_pc){ .pc = pc };
	return least;
}

void line_table_touch(struct line_table *table, uint32_t op, uint64_t number, uint64_t vaddr,
		      uint64_t pc, bool write)
{
	struct line *line = get_line(table, number, vaddr);
	struct line_pc *by;

	if (!line) {
		table->lost++;
		return;
	}
	line->vcpus = 1;
	if (line->last_touch != op) {
		line->last_touch = op;
		line->touch_ops++;
	}
	if (write) {
		line->writers = 1;
		line->writes++;
		if (line->last_write != op) {
			line->last_write = op;
			line->write_ops++;
		}
	}
	by = get_pc(line, pc);
	by->wrote |= write;
	if (by->last_op != op) {
		by->last_op = op;
		by->ops++;
	}
}

static int compare_pcs(const void *a, const void *b)
{
	const struct line_pc *x = a, *y = b;

	if (x->ops != y->ops)
		return x->ops < y->ops ? 1 : -1;
	return x->pc < y->pc ? -1 : x->pc > y->pc;
}

static int join_line(struct line_table *into, const struct line *from)
{
	struct line *line = get_line(into, from->number, from->vaddr);

	if (!line)
		return -1;
	line->touch_ops += from->touch_ops;
	line->write_ops += from->write_ops;
	line->writes += from->writes;
	line->vcpus += from->vcpus;
	line->writers += from->writers;
	for (unsigned int i = 0; i < from->n_pcs; i++) {
		struct line_pc *by = get_pc(line, from->pcs[i].pc);

		by->ops += from->pcs[i].ops;
		by->wrote |= from->pcs[i].wrote;
	}
	return 0;
}

int line_table_join(struct line_table *into, const struct line_table *tables, size_t n)
{
	for (size_t t = 0; t < n; t++) {
		for (size_t i = 0; i < tables[t].n_slots; i++)
			if (tables[t].slots[i].touch_ops && join_line(into, &tables[t].slots[i]))
				return -1;
		into->lost += tables[t].lost;
	}
	for (size_t i = 0; i < into->n_slots; i++)
		qsort(into->slots[i].pcs, into->slots[i].n_pcs, sizeof(struct line_pc),
		      compare_pcs);
	return 0;
}
