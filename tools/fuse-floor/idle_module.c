// SPDX-License-Identifier: GPL-2.0-only
#include "idle_module.h"

#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

#define NAME "fuse_idle_bandwidth"

extern char **environ;

static int modprobe(char *const *argv)
{
	pid_t child;
	int status, error = posix_spawn(&child, "/sbin/modprobe", NULL, NULL, argv, environ);

	if (error)
		return complain(FAILED, "/sbin/modprobe: %s", strerror(error));
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status))
		return FAILED;
	return SUCCESS;
}

bool idle_module_is_loaded(void)
{
	return !access("/sys/module/" NAME, F_OK);
}

void idle_module_load(void)
{
	/* Only what is a module has such a file. */
	if (idle_module_is_loaded() || !access("/sys/module/fuse/initstate", F_OK))
		return;
	modprobe((char *[]){ "modprobe", "-q", NAME, NULL });
}

int idle_module_unload(void)
{
	if (!idle_module_is_loaded())
		return SUCCESS;
	if (modprobe((char *[]){ "modprobe", "-r", NAME, NULL }))
		return complain(FAILED, NAME ": modprobe -r does not remove it");
	return SUCCESS;
}
