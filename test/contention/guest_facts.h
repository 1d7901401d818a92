/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the running kernel tells about itself: names of addresses, and about the
 * overlay module. Needs root, else the kernel shows no addresses.
 */
#ifndef CONTENTION_GUEST_FACTS_H
#define CONTENTION_GUEST_FACTS_H

#include <stddef.h>

struct json_object;

/*
 * Copy /proc/kallsyms into directory OUT, named after its contents so that the same symbols are
 * kept once. The name is written to NAME. Return 0, or -1 after a message.
 */
int save_symbols(const char *out, char *name, size_t size);

/*
 * Write OUT/percpu: a line "CPU OFFSET" (hexadecimal) for each possible CPU, what has to be
 * added to the address of a per-CPU variable. Return 0, or -1 after a message.
 */
int save_percpu_offsets(const char *out);

/* Announce all interrupt entry points of this kernel. Return their number, -1 after a message. */
int announce_irq_entries(void);

/*
 * Describe the overlay module: "module" ("stock", "ovl-calm" or "built-in"), "module_version"
 * (null when it has none) and "params" (its parameters).
 */
void describe_module(struct json_object *to);

#endif
