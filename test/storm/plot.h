/* SPDX-License-Identifier: GPL-2.0-only */
/* Pictures of results, drawn by gnuplot. */
#ifndef STORM_PLOT_H
#define STORM_PLOT_H

#include "result_file.h"

/**
 * plot_rates - operations per second over the number of tasks
 * @files: the results; each gives a line for overlay and one for raw
 * @count: number of results
 * @op: operation to draw
 * @setting: of the rows to draw
 *
 * Return: an <svg> element, released with free(), or NULL after one line of complaint.
 */
char *plot_rates(const struct result_file *files, unsigned int count, const char *op,
		 const char *setting);

/**
 * plot_latency - time of single operations by percentile, at the largest number of tasks
 *
 * Return: as plot_rates().
 */
char *plot_latency(const struct result_file *files, unsigned int count, const char *op,
		   const char *setting);

#endif
