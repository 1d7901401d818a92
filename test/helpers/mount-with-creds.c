// SPDX-License-Identifier: GPL-2.0-only
/*
 * mount-with-creds TARGET LOWER UPPER WORK UID [no]
 *
 * Mounts an overlay through fsopen(2) that acts with the credentials of another
 * task: one of user and group UID, with no capabilities but CAP_SYS_ADMIN and
 * CAP_DAC_OVERRIDE (overlayfs needs it in the work directory), sets the option
 * override_creds. With `no` this task takes it back afterwards
 * (nooverride_creds), so the overlay acts as its mounter after all.
 *
 * Exit: 0; 1 when a step failed, named with its error and what the kernel logged
 * in the context; 2 usage; 77 when the kernel does not know the option.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Values of the system call interface; older C libraries lack the names. */
#define NR_MOVE_MOUNT	  429
#define NR_FSOPEN	  430
#define NR_FSCONFIG	  431
#define NR_FSMOUNT	  432
#define SET_FLAG	  0
#define SET_STRING	  1
#define CMD_CREATE	  6
#define MOVE_F_EMPTY_PATH 4

#define NOT_KNOWN 77

static void die(int context, const char *what)
{
	char text[512];
	ssize_t n;

	fprintf(stderr, "mount-with-creds: cannot %s: %s\n", what, strerror(errno));
	while (context >= 0 && (n = read(context, text, sizeof(text))) > 0)
		fprintf(stderr, "%.*s\n", (int)n, text);
	exit(1);
}

static void set(int context, const char *key, const char *value)
{
	if (syscall(NR_FSCONFIG, context, SET_STRING, key, value, 0) != 0)
		die(context, key);
}

/* The other task's part. Its exit status says how it went. */
static void set_override(int context, unsigned int id)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	caps[0].effective = 1U << CAP_SYS_ADMIN | 1U << CAP_DAC_OVERRIDE;
	caps[0].permitted = caps[0].effective;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgroups(0, NULL) != 0 ||
	    setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0 ||
	    syscall(SYS_capset, &header, caps) != 0)
		die(-1, "become the other user");
	if (syscall(NR_FSCONFIG, context, SET_FLAG, "override_creds", NULL, 0) != 0) {
		if (errno == EINVAL)
			_exit(NOT_KNOWN);
		die(context, "set override_creds");
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	int context, tree, status;
	pid_t child;

	if (argc < 6 || argc > 7 || (argc == 7 && strcmp(argv[6], "no") != 0)) {
		fprintf(stderr, "usage: mount-with-creds TARGET LOWER UPPER WORK UID [no]\n");
		return 2;
	}
	context = syscall(NR_FSOPEN, "overlay", 0);
	if (context < 0)
		die(-1, "open a context for overlay");
	child = fork();
	if (child < 0)
		die(-1, "fork");
	if (child == 0)
		set_override(context, strtoul(argv[5], NULL, 10));
	if (waitpid(child, &status, 0) != child)
		die(-1, "wait");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	if (argc == 7 && syscall(NR_FSCONFIG, context, SET_FLAG, "nooverride_creds", NULL, 0) != 0)
		die(context, "set nooverride_creds");
	set(context, "lowerdir", argv[2]);
	set(context, "upperdir", argv[3]);
	set(context, "workdir", argv[4]);
	if (syscall(NR_FSCONFIG, context, CMD_CREATE, NULL, NULL, 0) != 0)
		die(context, "create the overlay");
	tree = syscall(NR_FSMOUNT, context, 0, 0);
	if (tree < 0)
		die(context, "get a mount of it");
	if (syscall(NR_MOVE_MOUNT, tree, "", AT_FDCWD, argv[1], MOVE_F_EMPTY_PATH) != 0)
		die(-1, "put the mount in place");
	return 0;
}
