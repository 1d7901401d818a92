// SPDX-License-Identifier: GPL-2.0-only
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

#define MAX_TEXT 65536

static _Noreturn void become(char *const argv[], int input, int output, int complaints)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	signal(SIGPIPE, SIG_DFL);
	dup2(input < 0 ? nothing : input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(complaints < 0 ? nothing : complaints, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static int start(struct child *c, char *const argv[], int input, bool with_complaints)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	c->pid = fork();
	if (c->pid == 0)
		become(argv, input, ends[1], with_complaints ? ends[1] : -1);
	close(ends[1]);
	if (c->pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	c->output = fdopen(ends[0], "r");
	if (!c->output)
		exit(complain(FAILED, "out of memory"));
	return 0;
}

int child_start(struct child *c, char *const argv[], int input)
{
	return start(c, argv, input, false);
}

int child_end(struct child *c)
{
	int status = 0;

	fclose(c->output);
	while (waitpid(c->pid, &status, 0) < 0) {
		if (errno != EINTR)
			return 127;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

char *child_text(char *const argv[], int *status)
{
	char *text = need_memory(MAX_TEXT + 1, 1);
	struct child c;
	size_t got;

	if (start(&c, argv, -1, true)) {
		*status = 127;
		return text;
	}
	got = fread(text, 1, MAX_TEXT, c.output);
	text[got] = '\0';
	*status = child_end(&c);
	return text;
}
