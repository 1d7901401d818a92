/* SPDX-License-Identifier: GPL-2.0-only */
/* ovl-storm compare: two results, told apart. */
#ifndef STORM_COMPARE_H
#define STORM_COMPARE_H

#include "result_file.h"

enum change {
	CHANGE_NONE,   /* the samples overlap, or differ by less than the tolerance */
	CHANGE_FASTER, /* all samples of the second are above all of the first */
	CHANGE_SLOWER,
};

/* Exit status when --fail-if-slower found something. */
#define COMPARE_SLOWER 3

/**
 * compare_rows - did overlay's share of the raw rate change?
 * @before: of the first result
 * @after: of the second
 * @tolerance: changes below this share are none, e.g. 0.02
 *
 * Shares are compared, not rates: each rate was measured beside the raw one, so the machine's own
 * speed cancels out.
 */
enum change compare_rows(const struct row *before, const struct row *after, double tolerance);

/**
 * compare_main - the subcommand
 * @argc: from "compare" on
 *
 * Return: exit status: SUCCESS, FAILED, BAD_INPUT or COMPARE_SLOWER.
 */
int compare_main(int argc, char **argv);

#endif
