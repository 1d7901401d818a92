// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: what a case leaves behind, namely processes, mounts and the module. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

#define MAX_MOUNTS 16384

static int known[64]; /* mount ids of the guest itself */
static size_t nr_known;

bool cleanup_processes(void)
{
	int i;

	/* Everything in user space descends from us, so nothing is left once wait finds no child.
	 */
	for (i = 0; i < 200; i++) {
		pid_t pid;

		kill(-1, SIGKILL);
		do {
			pid = waitpid(-1, NULL, WNOHANG);
		} while (pid > 0);
		if (pid < 0 && errno == ECHILD)
			return true;
		usleep(i < 20 ? 5000 : 100000);
	}
	return false;
}

struct mount_entry {
	int id;
	bool overlay;
	char point[512];
};

/* mountinfo writes blanks and backslashes as \ooo. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; to++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] && s[3]) {
			*to = (s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0');
			s += 4;
		} else {
			*to = *s++;
		}
	}
	*to = '\0';
}

static size_t read_mounts(struct mount_entry *list, size_t max)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0, n = 0;

	if (!f)
		fatal("cannot read /proc/self/mountinfo: %s", strerror(errno));
	/* Lines of overlay mounts hold the layer list and can be a page long. */
	while (n < max && getline(&line, &size, f) > 0) {
		char *sep = strstr(line, " - ");

		if (sscanf(line, "%d %*d %*s %*s %511s", &list[n].id, list[n].point) != 2)
			continue;
		unescape(list[n].point);
		list[n].overlay = sep && !strncmp(sep + 3, "overlay ", 8);
		n++;
	}
	free(line);
	fclose(f);
	return n;
}

static struct mount_entry *mount_table(void)
{
	static struct mount_entry *table;

	if (!table)
		table = calloc(MAX_MOUNTS, sizeof(*table));
	if (!table)
		fatal("out of memory");
	return table;
}

static bool is_known(int id)
{
	size_t i;

	for (i = 0; i < nr_known; i++)
		if (known[i] == id)
			return true;
	return false;
}

void cleanup_remember_mounts(void)
{
	struct mount_entry *table = mount_table();
	size_t i, n = read_mounts(table, ARRAY_SIZE(known));

	for (i = 0; i < n; i++)
		known[i] = table[i].id;
	nr_known = n;
}

unsigned int cleanup_mounts(char *where, size_t size)
{
	struct mount_entry *table = mount_table();
	size_t i = read_mounts(table, MAX_MOUNTS);
	unsigned int overlays = 0;

	/* The newest first: they may be mounted on older ones. */
	while (i--) {
		if (is_known(table[i].id))
			continue;
		if (table[i].overlay) {
			overlays++;
			snprintf(where, size, "%s", table[i].point);
		}
		if (umount2(table[i].point, UMOUNT_NOFOLLOW) &&
		    umount2(table[i].point, UMOUNT_NOFOLLOW | MNT_DETACH))
			tap_note("cannot unmount %s: %s", table[i].point, strerror(errno));
	}
	return overlays;
}

bool cleanup_module(const char *name)
{
	int i;

	/* Files of killed processes are put asynchronously. */
	for (i = 0; i < 150; i++) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return true;
		if (errno == ENOENT)
			return true;
		usleep(100000);
	}
	return false;
}
