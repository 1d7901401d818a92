/* SPDX-License-Identifier: GPL-2.0-only */
/* A complete program that exits with 0 at once, for the operation "exec". */
#ifndef STORM_EXIT_PROGRAM_H
#define STORM_EXIT_PROGRAM_H

/* The bytes of an executable file, from exit_program up to exit_program_end. */
extern const char exit_program[];
extern const char exit_program_end[];

#endif
