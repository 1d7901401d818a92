/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contention.json as people and gnuplot want it.
 */
#ifndef CONTENTION_VIEWS_H
#define CONTENTION_VIEWS_H

#include <stdio.h>

struct json_object;
struct scaling;

/* A table per setting: operations down, modules across, "raw overlay added" in each cell. */
void view_table(struct json_object *results, FILE *out);

/* The contended lines themselves, with data, code and how often. */
void view_lines(struct json_object *results, FILE *out);

/* What the model predicts for 8 to 256 cores, labelled as such. */
void view_scaling(struct json_object *results, const struct scaling *model, FILE *out);

/*
 * Data for the picture: for each kernel a block "# KERNEL", then lines "OP STOCK CALM" with the
 * added lines (own files, one layer, tmpfs, most vCPUs; "-" when not measured), two empty lines
 * after each block as gnuplot's index wants it.
 */
void view_plot_data(struct json_object *results, FILE *out);

#endif
