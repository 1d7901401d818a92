/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses of the kernel's own symbols, from the text of /proc/kallsyms. */
#ifndef STORM_KERNEL_SYMBOLS_H
#define STORM_KERNEL_SYMBOLS_H

#include <stdint.h>

struct symbol_range {
	uint64_t start; /* address of the symbol */
	uint64_t end;	/* address after its last byte: where the next symbol starts */
};

enum symbol_status {
	SYMBOL_FOUND,
	SYMBOL_MISSING,
	SYMBOL_HIDDEN,	  /* listed with address 0: kptr_restrict, or not root */
	SYMBOL_AMBIGUOUS, /* several of that name at different addresses */
};

/**
 * kernel_symbol_find - find a symbol of the kernel image (not of a module)
 * @kallsyms: text in the form of /proc/kallsyms
 * @name: the symbol's name
 * @limit: largest size in bytes to assume, when the next symbol is further away
 * @range: set when found
 */
enum symbol_status kernel_symbol_find(const char *kallsyms, const char *name, uint64_t limit,
				      struct symbol_range *range);

#endif
