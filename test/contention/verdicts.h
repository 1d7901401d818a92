/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judgements over results, as TAP on OUT. Each returns the number of failed tests and adds the
 * number of tests to *N, which is also the number of the last one printed.
 */
#ifndef CONTENTION_VERDICTS_H
#define CONTENTION_VERDICTS_H

#include <stdio.h>

struct json_object;
struct measurement;

/* Did each pattern of the self-test show the number of lines it must show? None is a failure. */
int verdict_self_test(struct measurement *m, FILE *out, int *n);

/*
 * Do results that differ at most in the number of vCPUs, and repetitions, say the same? Looks at
 * the operations named in OPS (separated by commas; NULL: all). A result without a partner is a
 * failure, because then nothing was compared.
 */
int verdict_same(struct json_object *results, const char *ops, FILE *out, int *n);

/*
 * Does module variant VARIANT add at most what BUDGET ("stat=0,create=2") allows? An operation of
 * the budget without a result is a failure.
 */
int verdict_budget(struct json_object *results, const char *variant, const char *budget, FILE *out,
		   int *n);

/* The same, but VARIANT adds exactly what COUNTS says: less is a failure too. */
int verdict_exactly(struct json_object *results, const char *variant, const char *counts, FILE *out,
		    int *n);

/*
 * Does variant ONE add to each of OPS (as in verdict_same()) what variant OTHER adds in the same
 * setting? A result of ONE that OTHER has no match for is a failure.
 */
int verdict_equal(struct json_object *results, const char *one, const char *other, const char *ops,
		  FILE *out, int *n);

#endif
