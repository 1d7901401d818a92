/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file operations that can be repeated and measured.
 *
 * Each operation is one entry of a table. It works below the current directory, which is the top
 * of the tree under measurement (see tree.h for what that tree holds), so that one and the same
 * code runs through overlay and on the filesystem beneath it.
 */
#ifndef STORM_OPERATIONS_H
#define STORM_OPERATIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Contents of the task's own file: one page, so that mmap and a whole read touch all of it. */
#define OP_FILE_SIZE 4096

enum operation_flags {
	/* Each run uses up one of a limited number of names, see operation_prepare(). */
	OP_CONSUMES = 1 << 0,
	/* Needs files that exist in a lower layer only, fresh for each batch. */
	OP_LOWER_FILES = 1 << 1,
};

/*
 * What one task needs to run one operation. Filled in by operation_begin().
 * Names end in hexadecimal digits that are overwritten in place, because a snprintf() per run
 * would cost as much as a stat().
 */
struct op_context {
	unsigned int task;  /* number of the task, from 0 */
	unsigned int dir;   /* number of the directory it works in; 0 for all when shared */
	unsigned long next; /* next name to use up, from 0 */
	int fd;		    /* kept open by operations on an open file, else -1 */
	char file[32];	    /* tN/d/f: a regular file of OP_FILE_SIZE bytes */
	char other[48];	    /* tN/c/T-000001: the other name when renaming */
	char directory[32]; /* tN/d: merged over all lower layers */
	char symlink[32];   /* tN/d/s: a symbolic link to f */
	char program[32];   /* tN/d/x: a program that exits with 0 at once */
	char scratch[48];   /* tN/c/T-xxxxxx: a name that does not exist */
	char lower[48];	    /* tN/l/T-xxxxxx: a file in the lower layer */
	char *buffer;	    /* OP_BUFFER_SIZE bytes */
};

#define OP_BUFFER_SIZE 32768

struct operation {
	const char *name;
	const char *help;
	unsigned int flags;
	/* Called once before the first run, e.g. to open a file. NULL: nothing to do. */
	int (*begin)(struct op_context *ctx);
	/* Called before each batch of up to @count runs, outside of the timed part. */
	int (*prepare)(struct op_context *ctx, unsigned long count);
	/* The operation itself, once. */
	int (*run)(struct op_context *ctx);
};

/**
 * operations - the table of all operations
 * @count: set to the number of entries
 */
const struct operation *operations(size_t *count);

/**
 * operation_find - look up an operation by its name
 *
 * Return: the operation, or NULL when there is none of that name.
 */
const struct operation *operation_find(const char *name);

/**
 * operation_begin - make a task ready to run an operation below the current directory
 * @op: the operation
 * @ctx: filled in; release with operation_end()
 * @task: number of the task
 * @shared: use the files of task 0 instead of the task's own
 *
 * Return: 0, or a negative errno value.
 */
int operation_begin(const struct operation *op, struct op_context *ctx, unsigned int task,
		    bool shared);

/**
 * operation_prepare - make the next @count runs possible
 *
 * For an operation that consumes names this brings the names 0 to @count - 1 into the state the
 * operation starts from. Files of a lower layer that are used up are not restored: a new mount
 * over an empty upper layer does that.
 *
 * Return: 0, or a negative errno value.
 */
int operation_prepare(const struct operation *op, struct op_context *ctx, unsigned long count);

/**
 * operation_end - close and free what operation_begin() opened
 */
void operation_end(struct op_context *ctx);

/**
 * operation_name - write the number of a name into its last six hexadecimal digits
 * @name: a name that ends in six digits
 * @number: below 1 << 24
 */
void operation_name(char *name, unsigned long number);

#endif
