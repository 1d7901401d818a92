// SPDX-License-Identifier: GPL-2.0-only
/* The texts that the lock counter gives to the kernel and reads from it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lock_counter.h"

/* One cache line: mount_lock has one for itself, and the next symbol ends it sooner. */
#define LOCK_SIZE_LIMIT 64

int lock_filter(const struct symbol_range *lock, char *text, size_t size)
{
	int length = snprintf(text, size, "lock >= 0x%" PRIx64 " && lock < 0x%" PRIx64, lock->start,
			      lock->end);

	return length < 0 || (size_t)length >= size ? -1 : 0;
}

bool lock_symbol(const char *kallsyms, struct symbol_range *lock, char *why_not, size_t size)
{
	struct symbol_range old;

	switch (kernel_symbol_find(kallsyms, "mount_lock", LOCK_SIZE_LIMIT, lock)) {
	case SYMBOL_FOUND:
		return true;
	case SYMBOL_HIDDEN:
		snprintf(why_not, size,
			 "/proc/kallsyms hides addresses (run as root, "
			 "kernel.kptr_restrict below 2)");
		break;
	case SYMBOL_AMBIGUOUS:
		snprintf(why_not, size, "/proc/kallsyms lists several symbols mount_lock");
		break;
	case SYMBOL_MISSING:
		if (kernel_symbol_find(kallsyms, "vfsmount_lock", 1, &old) != SYMBOL_MISSING ||
		    kernel_symbol_find(kallsyms, "vfsmount_lock_lock", 1, &old) != SYMBOL_MISSING)
			snprintf(why_not, size,
				 "this kernel has vfsmount_lock, a lock per CPU, "
				 "in place of mount_lock");
		else
			snprintf(why_not, size,
				 "/proc/kallsyms does not list mount_lock "
				 "(kernel without CONFIG_KALLSYMS_ALL?)");
		break;
	}
	return false;
}
