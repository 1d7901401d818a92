// SPDX-License-Identifier: GPL-2.0-only
#include "lock_counter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "storm.h"
#include "whole_text.h"

#define EVENT "lock"
/* As whose an event is known. */
#define PROGRAM "ovl_storm"

/* Where the probed function finds its first argument. */
#if defined(__x86_64__)
#define FIRST_ARGUMENT "%di"
#elif defined(__aarch64__)
#define FIRST_ARGUMENT "%x0"
#else
#define FIRST_ARGUMENT ""
#endif

static bool cannot(struct lock_counter *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool cannot(struct lock_counter *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->why_not, sizeof(c->why_not), format, args);
	va_end(args);
	c->ready = false;
	return false;
}

/* Open events directory of tracefs: where it is mounted already, or mounted where nobody sees it.
 */
static int open_tracefs(int scratch)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	char path[64];
	int fd;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		fd = open(places[i], flags);
		if (fd >= 0 && !faccessat(fd, "events", F_OK, 0))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	if (scratch < 0 || (mkdirat(scratch, "tracefs", 0700) && errno != EEXIST))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d/tracefs", scratch);
	if (!mount("tracefs", path, "tracefs", 0, NULL))
		return open(path, flags);
	if (!mount("debugfs", path, "debugfs", 0, NULL)) {
		strcat(path, "/tracing");
		return open(path, flags);
	}
	return -1;
}

/* Without O_APPEND, opening kprobe_events for writing would remove everybody's events. */
static int write_kprobe_events(int directory, const char *command)
{
	int fd = openat(directory, "kprobe_events", O_WRONLY | O_APPEND | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, command, strlen(command)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int remove_event(int directory, const char *group)
{
	char command[128];

	snprintf(command, sizeof(command), "-:%s/" EVENT "\n", group);
	return write_kprobe_events(directory, command);
}

/* Processes of another pid namespace cannot be looked up from here, so theirs are left alone. */
static void remove_stale_events(int directory)
{
	int fd = openat(directory, "kprobe_events", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char *stale = NULL, *name, *next;
	struct trace_owner owner;
	char line[512];
	size_t size = 0;
	FILE *list;

	if (!file)
		return;
	list = open_memstream(&stale, &size);
	while (list && fgets(line, sizeof(line), file)) {
		name = strchr(line, ':');
		if (name && trace_owner_parse(PROGRAM, name + 1, &owner) &&
		    trace_owner_state(&owner) == TRACE_OWNER_DEAD)
			fprintf(list, "%.*s\n", (int)strcspn(name + 1, "/"), name + 1);
	}
	fclose(file);
	if (list)
		fclose(list);
	for (name = next = stale; next && (name = strsep(&next, "\n")) && *name;)
		remove_event(directory, name);
	free(stale);
}

static bool find_lock(struct lock_counter *c, const char **function)
{
	char *kallsyms = whole_text_of("/proc/kallsyms");
	struct symbol_range rt;
	bool found;

	*function = "_raw_spin_lock";
	if (!kallsyms)
		return cannot(c, "/proc/kallsyms: %s", strerror(errno));
	found = lock_symbol(kallsyms, &c->lock, c->why_not, sizeof(c->why_not));
	/* With PREEMPT_RT a spinlock is a mutex, taken by another function. */
	if (found && kernel_symbol_find(kallsyms, "rt_spin_lock", 1, &rt) == SYMBOL_FOUND)
		*function = "rt_spin_lock";
	free(kallsyms);
	return found;
}

static bool make_event(struct lock_counter *c, const char *function)
{
	struct trace_owner self = { .started = 0 };
	char text[256];
	FILE *file;
	int fd, rc;

	if (!trace_owner_read("self", &self) || !trace_owner_name(PROGRAM, &self, c->group))
		return cannot(c, "/proc/self: cannot read it");
	remove_stale_events(c->directory);
	snprintf(text, sizeof(text), "p:%s/" EVENT " %s lock=%s:u64\n", c->group, function,
		 FIRST_ARGUMENT);
	c->owner = getpid();
	rc = write_kprobe_events(c->directory, text);
	if (rc == -ENOENT && faccessat(c->directory, "kprobe_events", F_OK, 0))
		return cannot(c, "this kernel has no kprobe events (CONFIG_KPROBE_EVENTS)");
	if (rc)
		return cannot(c, "cannot make a kprobe event on %s: %s", function, strerror(-rc));

	snprintf(text, sizeof(text), "events/%s/" EVENT "/id", c->group);
	fd = openat(c->directory, text, O_RDONLY | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file || fscanf(file, "%ld", &c->id) != 1)
		c->id = -1;
	if (file)
		fclose(file);
	if (c->id < 0)
		return cannot(c, "cannot read the number of the kprobe event");
	return true;
}

bool lock_counter_open(struct lock_counter *c, int scratch)
{
	const char *function;
	int fd;

	*c = (struct lock_counter){ .directory = -1 };
	if (!*FIRST_ARGUMENT)
		return cannot(c, "not written for this architecture");
	if (geteuid() != 0)
		return cannot(c, "needs root");
	if (!find_lock(c, &function))
		return false;
	c->directory = open_tracefs(scratch);
	if (c->directory < 0)
		return cannot(c, "tracefs is not mounted and cannot be mounted: %s",
			      strerror(errno));
	if (!make_event(c, function))
		return false;
	fd = lock_counter_task(c);
	if (fd < 0)
		return cannot(c, "cannot open a perf counter: %s", strerror(-fd));
	close(fd);
	c->ready = true;
	return true;
}

int lock_counter_close(struct lock_counter *c)
{
	int rc = 0;

	if (c->owner && c->owner == getpid()) {
		rc = remove_event(c->directory, c->group);
		c->owner = 0;
	}
	if (c->directory >= 0)
		close(c->directory);
	c->directory = -1;
	c->ready = false;
	/* No such event: it was never made, which lock_counter_open() told already. */
	if (rc && rc != -ENOENT && rc != -EINVAL)
		return complain(FAILED, "cannot remove kprobe event %s/" EVENT ": %s", c->group,
				strerror(-rc));
	return SUCCESS;
}

int lock_counter_task(const struct lock_counter *c)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = c->id,
		.disabled = 1,
		.inherit = 1,
	};
	char filter[128];
	int fd, rc;

	if (lock_filter(&c->lock, filter, sizeof(filter)))
		return -ENAMETOOLONG;
	fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter)) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

int lock_counter_start(int fd)
{
	return ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) ? -errno : 0;
}

int lock_counter_stop(int fd)
{
	return ioctl(fd, PERF_EVENT_IOC_DISABLE, 0) ? -errno : 0;
}

int lock_counter_read(int fd, uint64_t *count)
{
	ssize_t got = read(fd, count, sizeof(*count));

	if (got == (ssize_t)sizeof(*count))
		return 0;
	return got < 0 ? -errno : -EIO;
}
