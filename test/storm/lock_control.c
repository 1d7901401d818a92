// SPDX-License-Identifier: GPL-2.0-only
#include "lock_control.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

const char *lock_control_verdict(const struct lock_control *result)
{
	if (result->detached < CONTROL_RUNS)
		return "it misses mount_lock where it is taken for certain";
	if (result->attached > 0)
		return "it sees mount_lock where nobody takes it";
	return NULL;
}

/* The path is one name below an open directory, so that no other mount is involved. */
static int count_open_and_close(const struct lock_counter *c, int dir, uint64_t *count)
{
	int counter = lock_counter_task(c);
	int rc, fd;

	if (counter < 0)
		return counter;
	rc = lock_counter_start(counter);
	for (int i = 0; i < CONTROL_RUNS && !rc; i++) {
		fd = openat(dir, "f", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			rc = -errno;
		else
			close(fd);
	}
	if (!rc)
		rc = lock_counter_stop(counter);
	if (!rc)
		rc = lock_counter_read(counter, count);
	close(counter);
	return rc;
}

static int count_both(const struct lock_counter *c, const char *path, struct lock_control *result)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd, rc;

	if (dir < 0)
		return -errno;
	fd = openat(dir, "f", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	rc = fd < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	if (!rc)
		rc = count_open_and_close(c, dir, &result->attached);
	if (!rc && umount2(path, MNT_DETACH))
		rc = -errno;
	if (!rc)
		rc = count_open_and_close(c, dir, &result->detached);
	close(dir);
	return rc;
}

bool lock_control_run(struct lock_counter *c, int scratch, struct lock_control *result)
{
	const char *verdict = NULL;
	char path[64];
	int rc = 0;

	*result = (struct lock_control){ 0, 0 };
	snprintf(path, sizeof(path), "/proc/self/fd/%d/control", scratch);
	if (mkdirat(scratch, "control", 0700) || mount("control", path, "tmpfs", 0, NULL)) {
		rc = -errno;
	} else {
		rc = count_both(c, path, result);
		umount2(path, MNT_DETACH);
	}
	unlinkat(scratch, "control", AT_REMOVEDIR);

	if (!rc)
		verdict = lock_control_verdict(result);
	if (!rc && !verdict)
		return true;
	c->ready = false;
	if (rc)
		snprintf(c->why_not, sizeof(c->why_not), "the control experiment failed: %s",
			 strerror(-rc));
	else
		snprintf(c->why_not, sizeof(c->why_not),
			 "the counter cannot be trusted: %s "
			 "(%" PRIu64 " of at least %d detached, %" PRIu64 " of 0 attached)",
			 verdict, result->detached, CONTROL_RUNS, result->attached);
	return false;
}
