/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that keeps a device busy with writeback while something else is measured. */
#ifndef FUSE_STALL_COMPETING_WRITER_H
#define FUSE_STALL_COMPETING_WRITER_H

#include <stdint.h>
#include <sys/types.h>

struct competing_writer {
	pid_t process;		    /* or 0 */
	volatile uint64_t *written; /* bytes so far, shared with the process */
};

/**
 * competing_writer_start - write a file over and over, and start its writeback all the time
 * @directory: where its file goes; the file has no name and vanishes with the process
 * @head_start: return so many seconds later
 *
 * Return: SUCCESS, FAILED or BAD_INPUT, the latter two after one line of complaint.
 */
int competing_writer_start(struct competing_writer *w, const char *directory, double head_start);

/* competing_writer_bytes - bytes written so far; 0 when there is none */
uint64_t competing_writer_bytes(const struct competing_writer *w);

/* competing_writer_stop - end it; safe to repeat, also when it was never started */
void competing_writer_stop(struct competing_writer *w);

#endif
