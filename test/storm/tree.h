/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files and directories that the operations work on.
 *
 * Below the top of a tree, for each task N (only 0 when shared):
 *   tN/d/        a directory that exists in every layer
 *   tN/d/f       a regular file of OP_FILE_SIZE bytes
 *   tN/d/s       a symbolic link to f
 *   tN/d/x       a program that exits with 0 at once
 *   tN/d/eL-K    entries number K of layer L
 *   tN/c/        a directory to create names in
 *   tN/l/T-x     regular files of task T, x in six hexadecimal digits (on demand)
 */
#ifndef STORM_TREE_H
#define STORM_TREE_H

#include <stdbool.h>

struct tree_shape {
	unsigned int tasks;
	bool shared;
	unsigned int layers;
	unsigned int entries;	  /* per layer */
	unsigned int lower_files; /* per task; 0: no tN/l/ */
};

/**
 * tree_make_layer - fill a directory with what one layer holds
 * @top: open directory, empty
 * @shape: the whole tree
 * @layer: number of the layer, from 0, the topmost; all but the topmost hold tN/d/eL-K only
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int tree_make_layer(int top, const struct tree_shape *shape, unsigned int layer);

/**
 * tree_make_whole - fill a directory with what all layers together show
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int tree_make_whole(int top, const struct tree_shape *shape);

/**
 * tree_remove - remove a directory and all it holds, without leaving its filesystem
 * @parent: open directory it lies in
 * @name: its name
 *
 * Return: SUCCESS (also when there is none), or FAILED after one line of complaint.
 */
int tree_remove(int parent, const char *name);

#endif
