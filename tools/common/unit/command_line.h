/* SPDX-License-Identifier: GPL-2.0-only */
/* For unit tests of what parses a command line. */
#ifndef COMMON_UNIT_COMMAND_LINE_H
#define COMMON_UNIT_COMMAND_LINE_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_LINE_WORDS 32

struct command_line {
	char text[512];
	char *argv[COMMAND_LINE_WORDS + 1];
	int argc;
};

/* The words of @line, separated by blanks, behind @program. */
static inline struct command_line *command_line(char *program, const char *line)
{
	static struct command_line c;
	char *rest = c.text;

	c.argc = 0;
	c.argv[c.argc++] = program;
	snprintf(c.text, sizeof(c.text), "%s", line);
	while (*c.text && rest && c.argc < COMMAND_LINE_WORDS)
		c.argv[c.argc++] = strsep(&rest, " ");
	c.argv[c.argc] = NULL;
	return &c;
}

/* What is complained about from here on goes nowhere, until messages_back() gets what this returns.
 */
static inline int messages_away(void)
{
	int saved = dup(STDERR_FILENO);

	fflush(stderr);
	if (!freopen("/dev/null", "w", stderr))
		_exit(2);
	return saved;
}

static inline void messages_back(int saved)
{
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
}

#endif
