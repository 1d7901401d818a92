// SPDX-License-Identifier: GPL-2.0-only
/*
 * mount-then TARGET OPTIONS [CHANGE]... [-- COMMAND [ARGUMENT]...]
 *
 * Mounts an overlay with mount(2), whoever calls; then this very task changes
 * its credentials, in the order given, and becomes COMMAND:
 *
 *   groups     no supplementary groups
 *   uid=N      user and group N, for good; capabilities go with root
 *   nocaps     no capabilities, neither by becoming COMMAND as root
 *   keyring    a new, empty session keyring
 *
 * Exit: 0 or that of COMMAND; 1 when a step failed (the mount then is undone);
 * 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (getuid() == 0 && prctl(PR_SET_SECUREBITS, SECBIT_NOROOT, 0, 0, 0) != 0)
		return -1;
	return syscall(SYS_capset, &header, none);
}

static int become(unsigned int id)
{
	return setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0;
}

/* 0, or non-zero with errno set. */
static int change(const char *what)
{
	if (strcmp(what, "groups") == 0)
		return setgroups(0, NULL);
	if (strncmp(what, "uid=", 4) == 0)
		return become(strtoul(what + 4, NULL, 10));
	if (strcmp(what, "nocaps") == 0)
		return drop_capabilities();
	if (strcmp(what, "keyring") == 0)
		return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0;
	errno = EINVAL;
	return -1;
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3) {
		fprintf(stderr, "usage: mount-then TARGET OPTIONS [CHANGE]... [-- COMMAND...]\n");
		return 2;
	}
	if (mount("overlay", argv[1], "overlay", 0, argv[2]) != 0) {
		fprintf(stderr, "mount-then: cannot mount %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (i = 3; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (change(argv[i]) != 0) {
			fprintf(stderr, "mount-then: cannot do %s: %s\n", argv[i], strerror(errno));
			umount2(argv[1], MNT_DETACH);
			return 1;
		}
	}
	if (i + 1 >= argc)
		return 0;
	execvp(argv[i + 1], argv + i + 1);
	fprintf(stderr, "mount-then: cannot execute %s: %s\n", argv[i + 1], strerror(errno));
	return 1;
}
