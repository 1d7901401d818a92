/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What contended lines would cost on a machine with many cores: a model, not a measurement.
 *
 * A line can be written by one core at a time, and handing it to the next one takes the
 * transfer time. So all cores together can not do more operations per second than one line can
 * be handed over for: cap = 1 / (transfers per operation * transfer time). At best an operation
 * needs a line once; under pressure each of its writes may have to fetch the line again.
 */
#ifndef CONTENTION_SCALING_H
#define CONTENTION_SCALING_H

struct json_object;

/* Assumptions of the model. */
struct scaling {
	double transfer_ns; /* time to move a line from one core to another */
	double op_ns;	    /* time one undisturbed operation takes on one core */
};

/* Most operations per second that one line allows, given transfers per operation; 0: no limit. */
double scaling_cap(const struct scaling *model, double transfers);

/* Operations per second of CORES cores together under CAP (0: no limit). */
double scaling_rate(const struct scaling *model, unsigned int cores, double cap);

/*
 * The transfers per operation of the line in LINES (as in contention.json) that limits most: at
 * best (one per operation that touches it) and at worst (one per write).
 */
void scaling_transfers(struct json_object *lines, double *best, double *worst);

#endif
