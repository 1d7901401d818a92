/* SPDX-License-Identifier: GPL-2.0-only */
/* The few figures that sum up a series of samples. */
#ifndef STORM_STATISTICS_H
#define STORM_STATISTICS_H

#include <stddef.h>

struct summary {
	double median;
	double min;
	double max;
};

/**
 * median - the middle value, or the mean of the two middle ones
 * @values: at least one value, in any order; left as they are
 * @count: number of values, at least 1
 */
double median(const double *values, size_t count);

/**
 * summarise - median, smallest and largest value
 * @values: at least one value, in any order; left as they are
 * @count: number of values, at least 1
 */
struct summary summarise(const double *values, size_t count);

/**
 * fairness - the slowest task's rate as a share of the fastest task's
 * @rates: rate of each task
 * @count: number of tasks, at least 1
 *
 * Return: 0 (one task got nothing) to 1 (all got the same); 1 when no task did anything.
 */
double fairness(const double *rates, size_t count);

/**
 * paired_ratio - median of first[i] / second[i]
 *
 * Neighbours in time are divided, so that a slow drift of the machine cancels out.
 * Pairs whose second value is not positive are left out.
 *
 * Return: the ratio, or -1 when no pair is left.
 */
double paired_ratio(const double *first, const double *second, size_t count);

#endif
