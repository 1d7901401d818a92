// SPDX-License-Identifier: GPL-2.0-only
#include "dirty_mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

#define PAGE 4096 /* the step; a larger page of the machine is dirtied by its first touch */

static sigjmp_buf lost_page;

static void page_is_lost(int number)
{
	(void)number;
	siglongjmp(lost_page, 1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A word that is different in each page and never zero. */
static uint64_t mark(size_t page)
{
	return 0x9e3779b97f4a7c15 * (page + 1);
}

/* Into the page cache, so that a touch waits for the throttle and not for the server to read. */
static void read_all(const char *mapping, const struct dirtying *d)
{
	for (size_t i = 0; i < d->pages && !stop_signal; i++)
		(void)*(const volatile char *)(mapping + i * PAGE);
}

static void touch_all(char *mapping, struct dirtying *d, double limit)
{
	uint64_t start = now(), end = start + (uint64_t)(limit * 1e9), last = start;

	while (d->done < d->pages && last < end && !stop_signal) {
		*(volatile uint64_t *)(mapping + d->done * PAGE) = mark(d->done);
		d->touches[d->done].start = last;
		d->touches[d->done].length = now() - last;
		last += d->touches[d->done].length;
		d->done++;
	}
	d->seconds = (double)(last - start) * 1e-9;
}

/* A server that ends turns a touch into SIGBUS. */
static int touch_guarded(char *mapping, struct dirtying *d, const char *name, double limit)
{
	if (sigsetjmp(lost_page, 1))
		return complain(FAILED, "%s: a page could not be read; did the server end?", name);
	read_all(mapping, d);
	touch_all(mapping, d, limit);
	return stop_signal ? FAILED : SUCCESS;
}

static int touch_and_sync(char *mapping, struct dirtying *d, const char *name, double limit)
{
	struct sigaction action = { .sa_handler = page_is_lost }, before;
	uint64_t start;
	int rc;

	sigaction(SIGBUS, &action, &before);
	rc = touch_guarded(mapping, d, name, limit);
	sigaction(SIGBUS, &before, NULL);
	if (rc || d->done < d->pages)
		return rc;
	start = now();
	if (msync(mapping, d->pages * PAGE, MS_SYNC))
		return complain(FAILED, "%s: msync: %s", name, strerror(errno));
	d->sync_seconds = (double)(now() - start) * 1e-9;
	return SUCCESS;
}

int dirty_mapping(int directory, const char *name, unsigned int mb, double limit,
		  struct dirtying *d)
{
	size_t size = (size_t)mb << 20;
	void *mapping = MAP_FAILED;
	int fd, rc;

	*d = (struct dirtying){ .pages = size / PAGE, .sync_seconds = -1 };
	d->touches = need_memory(d->pages, sizeof(*d->touches));
	/* Its pages are there before the clock runs. */
	memset(d->touches, 0xff, d->pages * sizeof(*d->touches));
	fd = openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return complain(FAILED, "%s: cannot make this file: %s", name, strerror(errno));
	if (!ftruncate(fd, (off_t)size))
		mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapping == MAP_FAILED) {
		rc = complain(FAILED, "%s: cannot map %u MiB of it: %s", name, mb, strerror(errno));
	} else {
		rc = touch_and_sync(mapping, d, name, limit);
		munmap(mapping, size);
	}
	if (close(fd) && !rc)
		rc = complain(FAILED, "%s: cannot write it: %s", name, strerror(errno));
	return rc;
}

int dirty_mapping_verify(int directory, const char *name, size_t pages)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC), rc = SUCCESS;
	uint64_t word;

	if (fd < 0)
		return complain(FAILED, "%s: cannot read it back: %s", name, strerror(errno));
	for (size_t i = 0; i < pages && !rc; i++) {
		if (pread(fd, &word, sizeof(word), (off_t)i * PAGE) != sizeof(word) ||
		    word != mark(i))
			rc = complain(FAILED, "%s: page %zu of %zu does not hold what was written",
				      name, i, pages);
	}
	close(fd);
	return rc;
}

void dirtying_free(struct dirtying *d)
{
	free(d->touches);
	d->touches = NULL;
}
