/* SPDX-License-Identifier: GPL-2.0-only */
/* The command that is traced: started, but not let loose before the probes are in place. */
#ifndef WRITE_LAT_COMMAND_H
#define WRITE_LAT_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

struct command {
	pid_t pid;	/* 0: none */
	int go, failed; /* pipes */
	int status;	/* of waitpid(), when it has ended */
};

/**
 * command_start - fork; the child waits for command_go()
 *
 * Return: 0 or -errno.
 */
int command_start(struct command *c, char **arguments);

/**
 * command_go - let it run
 *
 * Return: 0, or -errno when the program cannot be executed.
 */
int command_go(struct command *c);

/**
 * command_ended - whether it has; never waits
 */
bool command_ended(struct command *c);

/**
 * command_end - wait for it when it was let loose, else end it
 */
void command_end(struct command *c);

#endif
