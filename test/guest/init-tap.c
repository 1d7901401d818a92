// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: the report. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

static int port = -1;
static unsigned int number;

static void put(const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(port, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			fatal("cannot report over the TAP port: %s", strerror(errno));
		text += n;
		len -= n;
	}
}

/* One line in one write, so that a reader never sees half of one for long. */
static void put_line(const char *prefix, const char *fmt, va_list ap)
{
	char line[4096];
	size_t len;

	len = snprintf(line, sizeof(line), "%s", prefix);
	vsnprintf(line + len, sizeof(line) - len - 1, fmt, ap);
	len = strlen(line);
	line[len++] = '\n';
	put(line, len);
}

void tap_open(int fd)
{
	if (fd < 0)
		fatal("no virtio-serial port 'ovl.tap'");
	port = fd;
}

void tap_result(bool ok, const char *fmt, ...)
{
	char prefix[32];
	va_list ap;

	snprintf(prefix, sizeof(prefix), "%sok %u - ", ok ? "" : "not ", ++number);
	va_start(ap, fmt);
	put_line(prefix, fmt, ap);
	va_end(ap);
}

void tap_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("# ", fmt, ap);
	va_end(ap);
}

void tap_verdict(unsigned int cases)
{
	char line[128];

	snprintf(line, sizeof(line), "1..%u\n# verdict: complete, %u cases\n", number, cases);
	put(line, strlen(line));
}
