/* SPDX-License-Identifier: GPL-2.0-only */
/* What cmocka wants included before itself. */
#ifndef CONTENTION_UNIT_H
#define CONTENTION_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* TEXT as a file open for reading. */
static inline FILE *text_file(const char *text)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(file);
	return file;
}

#endif
