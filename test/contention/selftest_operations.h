/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations whose number of contended lines is known beforehand, to test the instrument.
 */
#ifndef CONTENTION_SELFTEST_OPERATIONS_H
#define CONTENTION_SELFTEST_OPERATIONS_H

#include <stddef.h>

#include "../storm/operations.h"

struct selftest {
	struct operation op;
	unsigned int expected; /* contended lines per operation */
};

const struct selftest *selftests(size_t *count);

/* Allocate what the tasks share. Before any fork(). Return 0 or -1 with errno set. */
int selftest_prepare(void);

#endif
