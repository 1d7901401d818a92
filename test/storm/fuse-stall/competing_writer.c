// SPDX-License-Identifier: GPL-2.0-only
#include "competing_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

#define CHUNK	  (1 << 20)
#define FILE_SIZE (64 << 20) /* written over and over */

/*
 * Writeback of each chunk starts at once, as for a log or a database, and the next but one waits
 * for it. So pages reach the device all the time, whatever the host's dirty limits are.
 */
static void write_for_ever(int fd, volatile uint64_t *written)
{
	static char chunk[CHUNK];
	const unsigned int wait =
		SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
	off_t at = 0, previous = 0;

	memset(chunk, 'x', sizeof(chunk));
	while (pwrite(fd, chunk, CHUNK, at) == CHUNK) {
		sync_file_range(fd, at, CHUNK, SYNC_FILE_RANGE_WRITE);
		sync_file_range(fd, previous, CHUNK, wait);
		*written += CHUNK;
		previous = at;
		at = (at + CHUNK) % FILE_SIZE;
	}
	_exit(complain(FAILED, "the competing writer cannot write: %s", strerror(errno)));
}

static int open_nameless(const char *directory)
{
	char name[4096];
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	snprintf(name, sizeof(name), "%s/fuse-stall.XXXXXX", directory);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

int competing_writer_start(struct competing_writer *w, const char *directory, double head_start)
{
	struct timespec rest = { .tv_sec = (time_t)head_start };
	int fd = open_nameless(directory);

	*w = (struct competing_writer){ 0, NULL };
	if (fd < 0)
		return complain(BAD_INPUT, "--competing %s: cannot write there: %s", directory,
				strerror(errno));
	w->written = mmap(NULL, sizeof(*w->written), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->written == MAP_FAILED) {
		w->written = NULL;
		close(fd);
		return complain(FAILED, "no shared memory: %s", strerror(errno));
	}
	fflush(NULL);
	w->process = fork();
	if (!w->process) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_for_ever(fd, w->written);
	}
	close(fd);
	if (w->process < 0) {
		w->process = 0;
		return complain(FAILED, "cannot start the competing writer: %s", strerror(errno));
	}
	rest.tv_nsec = (long)(fmod(head_start, 1) * 1e9);
	while (!stop_signal && nanosleep(&rest, &rest) && errno == EINTR)
		;
	return stop_signal ? FAILED : SUCCESS;
}

uint64_t competing_writer_bytes(const struct competing_writer *w)
{
	return w->written ? *w->written : 0;
}

void competing_writer_stop(struct competing_writer *w)
{
	if (w->process) {
		kill(w->process, SIGKILL);
		waitpid(w->process, NULL, 0);
	}
	if (w->written)
		munmap((void *)w->written, sizeof(*w->written));
	*w = (struct competing_writer){ 0, NULL };
}
