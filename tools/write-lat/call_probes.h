/* SPDX-License-Identifier: GPL-2.0-only */
/* The system calls as kprobes see them: functions, and where their arguments are. */
#ifndef WRITE_LAT_CALL_PROBES_H
#define WRITE_LAT_CALL_PROBES_H

#include <stdbool.h>
#include <stddef.h>

#include "causes.h"

/**
 * call_probe_resolve - how to probe one system call
 * @functions: text of available_filter_functions
 * @function: of MAX_FUNCTION_NAME bytes: the function to probe
 * @arguments: for kprobe_events: fd (msync: the address), len and pos of those that have them
 *
 * Return: false when this kernel has no such function.
 */
bool call_probe_resolve(const char *functions, enum call_kind kind, char *function, char *arguments,
			size_t size);

/**
 * position_probe_arguments - what vfs_write() works at: pos, and whether there is a position
 */
const char *position_probe_arguments(void);

/**
 * call_kind_has_position - whether the call names the offset itself
 */
bool call_kind_has_position(enum call_kind kind);

/**
 * call_kind_has_length - whether the call names a length or number of vectors
 */
bool call_kind_has_length(enum call_kind kind);

#endif
