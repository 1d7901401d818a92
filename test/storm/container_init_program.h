/* SPDX-License-Identifier: GPL-2.0-only */
/* The program that our containers run: writes a line, then waits for the end of its standard input.
 */
#ifndef STORM_CONTAINER_INIT_PROGRAM_H
#define STORM_CONTAINER_INIT_PROGRAM_H

/* The bytes of an executable file, from container_init_program up to container_init_program_end. */
extern const char container_init_program[];
extern const char container_init_program_end[];

#endif
