// SPDX-License-Identifier: GPL-2.0-only
/* What the files taken from test/storm expect of the program they are part of. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../storm/storm.h"

volatile sig_atomic_t stop_signal;

int complain(int outcome, const char *format, ...)
{
	va_list args;

	fputs("contention-workload: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return outcome;
}

void *need_memory(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		exit(complain(FAILED, "out of memory"));
	return memory;
}
