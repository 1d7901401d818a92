/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of addresses, from a saved /proc/kallsyms and the guest's per-CPU offsets.
 */
#ifndef CONTENTION_SYMBOLS_H
#define CONTENTION_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct symbol {
	uint64_t address;
	char type; /* as in kallsyms: t, d, b, r, ... */
	const char *name;
	const char *module; /* NULL: the kernel itself */
};

struct symbols {
	struct symbol *all; /* by address */
	size_t n;
	uint64_t text, end;	     /* first and last address of the kernel image */
	uint64_t percpu, percpu_end; /* where its per-CPU variables nominally are */
	uint64_t *offsets;	     /* of each CPU's copy of them */
	size_t n_cpus;
	char *strings;
};

/*
 * Read the text of a kallsyms file from KALLSYMS and, when not NULL, lines "CPU OFFSET" from
 * PERCPU. Return 0, or -1 when memory ran out or there is no usable symbol.
 */
int symbols_read(struct symbols *symbols, FILE *kallsyms, FILE *percpu);

void symbols_free(struct symbols *symbols);

/*
 * Name of the function at PC, with " [module]" for modules, or the address when it is unknown.
 */
void symbols_code(const struct symbols *symbols, uint64_t pc, char *name, size_t size);

/*
 * Name of the data at ADDRESS: "variable", "variable+0x40", "variable [module]",
 * "percpu:variable/3" (the copy of CPU 3), "user:address", or "heap:address" for everything
 * that was allocated.
 */
void symbols_data(const struct symbols *symbols, uint64_t address, char *name, size_t size);

#endif
