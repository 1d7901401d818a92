// SPDX-License-Identifier: GPL-2.0-only
/* Mounts a small overlay where nobody sees it, and watches what it does. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock_control.h"
#include "lock_counter.h"
#include "overlay_mount.h"
#include "storm.h"
#include "storms.h"
#include "text.h"

#define RUNS   64
#define LAYERS 2

/* Overlay number 0 of overlay_mount(). */
#define UPPER  OVERLAY_UPPER "0"
#define WORK   OVERLAY_WORK "0"
#define MERGED OVERLAY_MERGED "0"

/* What the process that mounts tells the one that asked. */
struct told {
	uint64_t count;
	char why_not[320]; /* "" when count is valid */
};

static int fail(struct told *told, const char *what)
{
	snprintf(told->why_not, sizeof(told->why_not), "%s: %s", what, strerror(errno));
	return -1;
}

static int make_overlay(struct told *told, const char *scratch)
{
	static const char *const names[] = { "0", "1", UPPER, WORK, MERGED };

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return fail(told, "no mount namespace of its own");
	if (mount("ovl-doctor", scratch, "tmpfs", 0, "mode=0700") || chdir(scratch))
		return fail(told, "no tmpfs");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (mkdir(names[i], 0755))
			return fail(told, names[i]);
	}
	if (overlay_mount(LAYERS, 0, NULL))
		return fail(told, "no overlay");
	return 0;
}

static int count_opendir(struct told *told, const struct lock_counter *locks)
{
	int counter = lock_counter_task(locks), rc;

	if (counter < 0) {
		errno = -counter;
		return fail(told, "no counter");
	}
	rc = lock_counter_start(counter);
	for (int i = 0; i < RUNS && !rc; i++) {
		int fd = open(MERGED, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			rc = -errno;
		else
			close(fd);
	}
	if (!rc)
		rc = lock_counter_stop(counter);
	if (!rc)
		rc = lock_counter_read(counter, &told->count);
	close(counter);
	errno = -rc;
	return rc ? fail(told, "counting failed") : 0;
}

static void probe_here(struct told *told, const char *scratch)
{
	struct lock_counter locks = { .directory = -1 };
	struct lock_control control;
	int here;

	if (make_overlay(told, scratch))
		return;
	here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock_counter_open(&locks, here) && lock_control_run(&locks, here, &control))
		count_opendir(told, &locks);
	else
		snprintf(told->why_not, sizeof(told->why_not), "mount_lock cannot be counted: %s",
			 locks.why_not);
	lock_counter_close(&locks);
	overlay_unmount(0);
}

void probe_run(struct probe *probe, const struct module *overlay)
{
	struct told told = { .why_not = "the probe ended early" };
	char scratch[] = "/tmp/ovl-doctor.XXXXXX";
	int ends[2];
	pid_t pid;

	*probe = (struct probe){ .done = false };
	if (*machine_root || geteuid() != 0 || overlay->state == MODULE_ABSENT) {
		probe->why_not = *machine_root	  ? "not with --root"
				 : geteuid() != 0 ? "needs root"
						  : "no overlay module is loaded";
		return;
	}
	if (pipe2(ends, O_CLOEXEC) || !mkdtemp(scratch)) {
		probe->why_not = text_format("no scratch directory: %s", strerror(errno));
		return;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		told.why_not[0] = '\0';
		probe_here(&told, scratch);
		_exit(write(ends[1], &told, sizeof(told)) != sizeof(told));
	}
	close(ends[1]);
	if (pid > 0) {
		struct told heard;

		if (read(ends[0], &heard, sizeof(heard)) == (ssize_t)sizeof(heard))
			told = heard;
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
	rmdir(scratch);
	probe->done = !told.why_not[0];
	if (probe->done)
		probe->mount_lock_per_opendir = (double)told.count / RUNS;
	else
		probe->why_not = text_format("%s", told.why_not);
}
