/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two places where the operations run: through overlay, and on the filesystem beneath it.
 * Made at the start and removed at the end, by all means.
 */
#ifndef STORM_WORKPLACE_H
#define STORM_WORKPLACE_H

#include <stdbool.h>

#include "options.h"
#include "tree.h"

enum side { SIDE_OVERLAY, SIDE_RAW, SIDE_COUNT };

struct containers;

struct workplace {
	struct tree_shape shape;
	const char *mount_options;
	bool own_overlay;    /* made by us, so it can be mounted anew */
	unsigned int mounts; /* overlays over the same lower layers */
	bool mounted[MAX_MOUNTS];
	int scratch;		/* private tmpfs, or -1 when not root */
	int parent[SIDE_COUNT]; /* directories given by the caller, -1 for none */
	bool made[SIDE_COUNT];	/* our own directory exists in parent[] */
	char name[SIDE_COUNT][32];
	int home; /* with own_overlay: directory of the layers */
	/* Tops of the trees on each side: one for each mount through overlay, one beneath it. */
	int roots[SIDE_COUNT][MAX_MOUNTS];
	unsigned int root_count[SIDE_COUNT];
	struct containers *containers; /* whose files the roots are; NULL: ours */
};

/**
 * workplace_make - make both sides
 * @w: filled in; workplace_remove() is needed even after a failure
 * @o: which overlay, how many layers
 * @tasks: largest number of tasks
 * @lower_files: an operation uses up files of a lower layer
 *
 * As root it enters a private mount namespace first. Ends with / as current directory.
 *
 * Return: SUCCESS, FAILED or BAD_INPUT, the latter two after one line of complaint.
 */
int workplace_make(struct workplace *w, const struct options *o, unsigned int tasks,
		   bool lower_files);

/**
 * workplace_renew - mount our overlays anew over empty upper layers
 *
 * Nobody may have a file open or a current directory in them.
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int workplace_renew(struct workplace *w);

/**
 * workplace_unmount - unmount our overlays; the layers stay
 *
 * Return: as workplace_renew().
 */
int workplace_unmount(struct workplace *w);

/**
 * workplace_remove - unmount and remove everything
 *
 * Return: SUCCESS, or FAILED after one line of complaint for each thing left behind.
 */
int workplace_remove(struct workplace *w);

#endif
