// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: what kmemleak finds, in kernels that have it. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

/* kmemleak does not report what is younger than 5 s. */
#define TOO_YOUNG_SECONDS 6
/* For pointers that were in registers only while memory was scanned. */
#define PAUSE_SECONDS 1
/* How much of the reports is worth showing: two backtraces. */
#define SHOWN_LINES 40

static bool command(const char *word)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, word, strlen(word)) == (ssize_t)strlen(word);
	close(fd);
	return ok;
}

/* Does the list hold anything? */
static bool listed(void)
{
	char c;
	int fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, &c, 1);

	if (n < 0)
		fatal("cannot read %s: %s", KMEMLEAK, strerror(errno));
	close(fd);
	return n > 0;
}

/* Counts the reports in @f; shows the first ones. */
unsigned int leaks_read(FILE *f, char *first, size_t size)
{
	unsigned int found = 0, shown = 0;
	char line[512];

	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "unreferenced object", 19) && !found++)
			snprintf(first, size, "%s", line);
		if (shown++ < SHOWN_LINES)
			tap_note("%s", line);
	}
	return found;
}

/* One look at all memory: seconds to minutes in an emulated guest. */
static void scan(void)
{
	if (!command("scan"))
		fatal("kmemleak does not scan: %s", strerror(errno));
}

unsigned int leaks_find(char *first, size_t size)
{
	unsigned int found;
	FILE *f;

	first[0] = '\0';
	if (access(KMEMLEAK, F_OK))
		return 0;
	sleep(TOO_YOUNG_SECONDS);
	/* A scan only notes the checksum of what it meets for the first time: the next one reports
	 * it. */
	scan();
	scan();
	if (!listed())
		return 0;
	/* Only what two reports agree on: the list is of what the last scan found. */
	sleep(PAUSE_SECONDS);
	scan();
	f = fopen(KMEMLEAK, "re");
	if (!f)
		fatal("cannot read %s: %s", KMEMLEAK, strerror(errno));
	found = leaks_read(f, first, size);
	fclose(f);
	if (found && !command("clear"))
		fatal("kmemleak does not forget: %s", strerror(errno));
	return found;
}
