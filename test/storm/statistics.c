// SPDX-License-Identifier: GPL-2.0-only
#include "statistics.h"

#include <stdlib.h>
#include <string.h>

#include "storm.h"

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double *sorted(const double *values, size_t count)
{
	double *copy = need_memory(count, sizeof(*copy));

	memcpy(copy, values, count * sizeof(*copy));
	qsort(copy, count, sizeof(*copy), ascending);
	return copy;
}

static double middle(const double *ordered, size_t count)
{
	if (count & 1)
		return ordered[count / 2];
	return (ordered[count / 2 - 1] + ordered[count / 2]) / 2;
}

double median(const double *values, size_t count)
{
	double *ordered = sorted(values, count);
	double result = middle(ordered, count);

	free(ordered);
	return result;
}

struct summary summarise(const double *values, size_t count)
{
	double *ordered = sorted(values, count);
	struct summary result = {
		.median = middle(ordered, count),
		.min = ordered[0],
		.max = ordered[count - 1],
	};

	free(ordered);
	return result;
}

double fairness(const double *rates, size_t count)
{
	double min = rates[0], max = rates[0];

	for (size_t i = 1; i < count; i++) {
		if (rates[i] < min)
			min = rates[i];
		if (rates[i] > max)
			max = rates[i];
	}
	return max > 0 ? min / max : 1;
}

double paired_ratio(const double *first, const double *second, size_t count)
{
	double *ratios = need_memory(count, sizeof(*ratios));
	double result = -1;
	size_t pairs = 0;

	for (size_t i = 0; i < count; i++) {
		if (second[i] > 0)
			ratios[pairs++] = first[i] / second[i];
	}
	if (pairs)
		result = median(ratios, pairs);
	free(ratios);
	return result;
}
