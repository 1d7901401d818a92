// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: the kernel log and the taint flags. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

#define MARK "ovl-test: "

static int log_fd = -1;

/*
 * Parts of lines that no healthy kernel prints. Broad on purpose: a false alarm is looked at once,
 * a missed one hides a bug.
 */
static const char *const suspicious[] = {
	"WARNING:",
	"BUG:",
	"BUG ",
	"kernel BUG at",
	"Oops",
	"Kernel panic",
	"Call Trace:",
	"general protection",
	"invalid opcode",
	"double fault",
	"divide error",
	"unable to handle",
	"Unable to handle",
	"stack-protector",
	"stack guard page",
	"soft lockup",
	"hard LOCKUP",
	"workqueue lockup",
	"blocked for more than",
	"detected stall",
	"self-detected stall",
	"rcu_sched kthread starved",
	"refcount_t:",
	"list_add corruption",
	"list_del corruption",
	"list_add double add",
	/* Leaks themselves are read from its file, after a second scan. */
	"kmemleak: Cannot",
	"kmemleak: Memory pool empty",
	"kmemleak: Kernel memory leak detector disabled",
	"ODEBUG",
	"CRED: Invalid",
	"pagealloc:",
	"KASAN",
	"UBSAN",
	"kfence",
	"KFENCE",
	"suspicious RCU usage",
	"possible circular locking",
	"inconsistent lock state",
	"possible recursive locking",
	"non-static key",
	"turning off the locking correctness validator",
	"sleeping function called",
	"scheduling while atomic",
	"exited with preempt_count",
	"exited with irqs disabled",
	"tried to init an initialized object",
	"cannot create duplicate filename",
	"Bad page state",
	"Bad rss-counter",
	"nobody cared",
	"page allocation failure",
	"Busy inodes after unmount",
	"EXT4-fs error",
	"XFS: Internal error",
	"Object padding",
	"Objects remaining in",
	"still has objects",
	"unregister_netdevice: waiting",
};

void kmsg_open(void)
{
	/* From the oldest line that is still there: the boot is part of the test. */
	log_fd = open("/dev/kmsg", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0)
		fatal("cannot read the kernel log: %s", strerror(errno));
}

int kmsg_fd(void)
{
	return log_fd;
}

void kmsg_mark(const char *fmt, ...)
{
	char text[256] = "<6>" MARK;
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + len, sizeof(text) - len - 1, fmt, ap);
	va_end(ap);
	/* Readers do not get a line before its end: the kernel waits for the rest of it. */
	strcat(text, "\n");
	/* Not dprintf(): it seeks, which this file refuses. */
	if (write(log_fd, text, strlen(text)) < 0)
		tap_note("cannot write to the kernel log: %s", strerror(errno));
}

/*
 * A kernel that looks for data races finds them everywhere. Not ours are those between two
 * functions of which none is in a module that we build.
 */
static bool race_of_others(const char *text)
{
	static const char *const ours[] = { "[overlay]", "[fuse]", "[cuse]", "[virtiofs]",
					    "[fuse_idle_bandwidth]" };
	size_t i;

	if (!strstr(text, "BUG: KCSAN: data-race in "))
		return false;
	for (i = 0; i < ARRAY_SIZE(ours); i++)
		if (strstr(text, ours[i]))
			return false;
	return true;
}

/* An allocation that was made to fail may say in a call trace whose it was. */
static bool trace_of_forced_failure(const char *text)
{
	static unsigned int forced;

	if (strstr(text, "FAULT_INJECTION: forcing a failure"))
		forced++;
	else if (forced && !strncmp(text, "Call Trace:", strlen("Call Trace:")))
		return forced--;
	return false;
}

bool kmsg_suspicious(const char *text)
{
	size_t i;

	if (!strncmp(text, MARK, strlen(MARK)) || race_of_others(text) ||
	    trace_of_forced_failure(text))
		return false;
	for (i = 0; i < ARRAY_SIZE(suspicious); i++)
		if (strstr(text, suspicious[i]))
			return true;
	return false;
}

static bool allowed(const char *text, char *const *allow)
{
	for (; allow && *allow; allow++)
		if (strstr(text, *allow))
			return true;
	return false;
}

/*
 * One record: "<prio>,<seq>,<time>,<flags>;text\n KEY=value...". True when one was read; its text
 * is left in @buf.
 */
static bool next_record(struct kmsg_report *report, char *buf, size_t size, const char **text)
{
	for (;;) {
		ssize_t n = read(log_fd, buf, size - 1);
		char *p;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE) { /* overwritten before we came */
			report->overran = true;
			continue;
		}
		if (n <= 0)
			return false;
		buf[n] = '\0';
		p = strchr(buf, ';');
		p = p ? p + 1 : buf;
		p[strcspn(p, "\n")] = '\0';
		*text = p;
		return true;
	}
}

static void judge(struct kmsg_report *report, const char *text, char *const *allow)
{
	if (!kmsg_suspicious(text) || allowed(text, allow))
		return;
	if (!report->bad++)
		snprintf(report->first, sizeof(report->first), "%s", text);
}

void kmsg_drain(struct kmsg_report *report, char *const *allow)
{
	char buf[9000]; /* the kernel refuses readers with less than a record's worth */
	const char *text;

	while (next_record(report, buf, sizeof(buf), &text))
		judge(report, text, allow);
}

void kmsg_drain_all(struct kmsg_report *report, char *const *allow)
{
	static unsigned int serial;
	char buf[9000], mark[64];
	const char *text;
	int i;

	snprintf(mark, sizeof(mark), "drained %u", ++serial);
	kmsg_mark("%s", mark);
	for (i = 0; i < 100; i++) {
		struct pollfd p = { .fd = log_fd, .events = POLLIN };

		while (next_record(report, buf, sizeof(buf), &text)) {
			if (!strncmp(text, MARK, strlen(MARK)) &&
			    !strcmp(text + strlen(MARK), mark))
				return;
			judge(report, text, allow);
		}
		poll(&p, 1, 100);
	}
	report->overran = true; /* our own marker is missing: so may be others */
}

unsigned long taint_read(void)
{
	unsigned long flags = 0;
	FILE *f = fopen("/proc/sys/kernel/tainted", "re");

	if (!f || fscanf(f, "%lu", &flags) != 1)
		fatal("cannot read /proc/sys/kernel/tainted");
	fclose(f);
	return flags;
}

/* Documentation/admin-guide/tainted-kernels.rst, by bit number. */
static const char taint_names[] = "PFSRMBUDAWCIOELKXTNJ";
#define TAINT_OUT_OF_TREE (1UL << 12)
#define TAINT_UNSIGNED	  (1UL << 13)

unsigned long taint_new(unsigned long before, unsigned long now)
{
	return now & ~before & ~(TAINT_OUT_OF_TREE | TAINT_UNSIGNED);
}

void taint_letters(unsigned long flags, char *buf, size_t size)
{
	size_t bit, len = 0;

	for (bit = 0; bit < 8 * sizeof(flags) && len + 1 < size; bit++)
		if (flags & (1UL << bit))
			buf[len++] = bit < sizeof(taint_names) - 1 ? taint_names[bit] : '?';
	buf[len] = '\0';
}
