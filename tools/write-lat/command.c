// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int command_start(struct command *c, char **arguments)
{
	int go[2], failed[2];
	char byte;

	*c = (struct command){ .go = -1, .failed = -1 };
	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(failed, O_CLOEXEC)) {
		int rc = -errno;

		close(go[0]);
		close(go[1]);
		return rc;
	}
	c->pid = fork();
	if (!c->pid) {
		int rc;

		close(go[1]);
		if (read(go[0], &byte, 1) != 1)
			_exit(125);
		execvp(arguments[0], arguments);
		rc = errno;
		if (write(failed[1], &rc, sizeof(rc)) != sizeof(rc))
			_exit(126);
		_exit(127);
	}
	close(go[0]);
	close(failed[1]);
	c->go = go[1];
	c->failed = failed[0];
	return c->pid < 0 ? -errno : 0;
}

int command_go(struct command *c)
{
	int rc = 0;

	if (write(c->go, "g", 1) != 1)
		return -errno;
	close(c->go);
	c->go = -1;
	/* Closed by a successful exec. */
	if (read(c->failed, &rc, sizeof(rc)) != sizeof(rc))
		rc = 0;
	return -rc;
}

bool command_ended(struct command *c)
{
	if (c->pid > 0 && waitpid(c->pid, &c->status, WNOHANG) == c->pid)
		c->pid = 0;
	return !c->pid;
}

void command_end(struct command *c)
{
	bool loose = c->go < 0;

	if (c->go >= 0)
		close(c->go);
	if (c->failed >= 0)
		close(c->failed);
	c->go = c->failed = -1;
	/* One that runs on after --duration belongs to whoever asked for it. */
	if (c->pid > 0 && !loose)
		waitpid(c->pid, &c->status, 0);
}
