// SPDX-License-Identifier: GPL-2.0-only
/* Also part of contention-workload, so messages begin with the name of the program. */
#include "storm.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int complain(int outcome, const char *format, ...)
{
	va_list args;

	/* On a terminal the progress bar may stand where the message goes. */
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	fprintf(stderr, "%s: ", program_invocation_short_name);
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
		exit(complain(FAILED, "out of memory (%zu objects of %zu bytes)", count, size));
	return memory;
}
