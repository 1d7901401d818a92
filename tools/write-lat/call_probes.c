// SPDX-License-Identifier: GPL-2.0-only
#include "call_probes.h"

#include <stdio.h>

#include "function_names.h"

/*
 * From 4.17 on the functions of system calls get their arguments in a struct pt_regs, whose layout
 * is ABI (ptrace). Before, they get them as any function does.
 */
#if defined(__x86_64__)
#define WRAPPER "__x64_sys_"
static const char *const in_regs[] = { "+112(%di)", "+104(%di)", "+96(%di)", "+56(%di)" };
static const char *const as_function[] = { "%di", "%si", "%dx", "%cx" };
#elif defined(__aarch64__)
#define WRAPPER "__arm64_sys_"
static const char *const in_regs[] = { "+0(%x0)", "+8(%x0)", "+16(%x0)", "+24(%x0)" };
static const char *const as_function[] = { "%x0", "%x1", "%x2", "%x3" };
#else
#error "write-lat knows the registers of x86-64 and arm64 only"
#endif

bool call_kind_has_position(enum call_kind kind)
{
	return kind == CALL_PWRITE64 || kind == CALL_PWRITEV || kind == CALL_PWRITEV2;
}

bool call_kind_has_length(enum call_kind kind)
{
	return call_kind_writes(kind) || kind == CALL_MSYNC;
}

static void describe_arguments(enum call_kind kind, const char *const *where, char *text,
			       size_t size)
{
	int used = snprintf(text, size, "fd=%s:%s", where[0], kind == CALL_MSYNC ? "u64" : "s32");

	/* msync has the length where others have the buffer. */
	if (call_kind_has_length(kind))
		used += snprintf(text + used, size - used, " len=%s:u64",
				 where[kind == CALL_MSYNC ? 1 : 2]);
	if (call_kind_has_position(kind))
		snprintf(text + used, size - used, " pos=%s:s64", where[3]);
}

bool call_probe_resolve(const char *functions, enum call_kind kind, char *function, char *arguments,
			size_t size)
{
	static const char *const prefixes[] = { WRAPPER, "SyS_", "sys_" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s", prefixes[i], call_kind_name(kind));
		if (!function_resolve(functions, name, function))
			continue;
		describe_arguments(kind, i ? as_function : in_regs, arguments, size);
		return true;
	}
	return false;
}

const char *position_probe_arguments(void)
{
	/* Fourth argument, a pointer: NULL for what cannot seek, then reading it gives no number.
	 */
#if defined(__x86_64__)
	return "pos=+0(%cx):s64 there=%cx:u64";
#else
	return "pos=+0(%x3):s64 there=%x3:u64";
#endif
}
