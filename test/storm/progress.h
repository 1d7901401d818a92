/* SPDX-License-Identifier: GPL-2.0-only */
/* A line on the terminal that shows how far a run is, and leaves no trace. */
#ifndef STORM_PROGRESS_H
#define STORM_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

struct progress {
	FILE *out; /* NULL: show nothing */
	unsigned int steps;
	unsigned int done;
	double started; /* seconds, monotonic clock */
	char what[48];
};

/**
 * progress_begin - show the line, if @out is a terminal
 * @p: filled in
 * @out: standard error, as the result may go to standard output
 * @steps: calls of progress_step() until the end
 */
void progress_begin(struct progress *p, FILE *out, unsigned int steps);

/* progress_what - say what the next steps belong to */
void progress_what(struct progress *p, const char *op, unsigned int tasks);

/* progress_step - one step is done */
void progress_step(struct progress *p);

/* progress_end - remove the line; also before a message is printed and after an interruption */
void progress_end(struct progress *p);

/**
 * progress_line - what the line says
 * @p: as it stands
 * @now: seconds, the clock of p->started
 * @columns: width of the terminal
 * @text: set to the line, at most @columns - 1 characters
 * @size: room in @text
 */
void progress_line(const struct progress *p, double now, unsigned int columns, char *text,
		   size_t size);

#endif
