// SPDX-License-Identifier: GPL-2.0-only
#include "trace_session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace_leftovers.h"

/* The kernel lets go of a killed owner's files a little after his death. */
#define GUARD_TRIES    50
#define GUARD_PAUSE_US 100000

static int cannot(struct trace_session *s, int rc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int cannot(struct trace_session *s, int rc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->why_not, sizeof(s->why_not), format, args);
	va_end(args);
	return rc;
}

/* libtracefs knows where it is mounted, and newer ones mount it. */
static int find_tracefs(struct trace_session *s)
{
	const char *directory;

	if (geteuid())
		return cannot(s, -EPERM, "needs root: kernel tracing is closed to other users");
	directory = tracefs_tracing_dir();
	if (!directory || access(directory, F_OK))
		return cannot(s, -ENOENT,
			      "tracefs is not mounted: mount -t tracefs tracefs "
			      "/sys/kernel/tracing (before 4.1: debugfs on /sys/kernel/debug)");
	if ((size_t)snprintf(s->directory, sizeof(s->directory), "%s", directory) >=
	    sizeof(s->directory))
		return cannot(s, -ENAMETOOLONG, "tracefs is mounted at too long a path: %s",
			      directory);
	return 0;
}

int trace_session_remove_stale(struct trace_session *s, const char *program)
{
	int rc = find_tracefs(s);

	if (rc)
		return rc;
	rc = trace_leftovers_remove_dead(s->directory, program);
	if (rc < 0)
		cannot(s, rc, "cannot remove what an earlier %s left in %s: %s", program,
		       s->directory, strerror(-rc));
	return rc;
}

static void guard(const struct trace_session *s, int pipe_end)
{
	char orderly;

	/* Not with the owner's terminal, nor by a signal to his whole group. */
	setsid();
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_IGN);
	if (read(pipe_end, &orderly, 1) == 1)
		_exit(0);
	for (int try = 0; try < GUARD_TRIES; try++) {
		if (trace_leftovers_remove_group(s->directory, s->group) >= 0)
			break;
		usleep(GUARD_PAUSE_US);
	}
	_exit(0);
}

/* Closing one by one would be slow where the limit of open files is large. */
static void close_all_but(int keep)
{
	int last = (int)sysconf(_SC_OPEN_MAX);

#ifdef SYS_close_range
	if ((!keep || !syscall(SYS_close_range, 0, keep - 1, 0)) &&
	    !syscall(SYS_close_range, keep + 1, ~0U, 0))
		return;
#endif
	for (int fd = 0; fd < last && fd < 65536; fd++) {
		if (fd != keep)
			close(fd);
	}
}

static int start_guard(struct trace_session *s)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	s->guard = fork();
	if (s->guard < 0) {
		int rc = -errno;

		close(ends[0]);
		close(ends[1]);
		s->guard = 0;
		return rc;
	}
	if (!s->guard) {
		close_all_but(ends[0]);
		guard(s, ends[0]);
	}
	close(ends[0]);
	s->guard_pipe = ends[1];
	return 0;
}

static void end_guard(struct trace_session *s)
{
	const char orderly = 'o';

	if (!s->guard)
		return;
	/* Should it not arrive, the guard finds nothing to remove. */
	if (write(s->guard_pipe, &orderly, 1) != 1)
		errno = 0;
	close(s->guard_pipe);
	while (waitpid(s->guard, NULL, 0) < 0 && errno == EINTR)
		;
	s->guard = 0;
}

int trace_session_open(struct trace_session *s, const char *program)
{
	struct trace_owner self;
	int rc;

	*s = (struct trace_session){ .guard_pipe = -1 };
	/* What another left is his problem to report, not a reason not to work. */
	rc = trace_session_remove_stale(s, program);
	if (rc < 0 && !s->directory[0])
		return rc;
	if (!trace_owner_read("self", &self))
		return cannot(s, -ENOENT, "/proc/self cannot be read: mount proc on /proc");
	if (!trace_owner_name(program, &self, s->group))
		return cannot(s, -ENAMETOOLONG, "%s: too long a name for a group of kprobe events",
			      program);
	s->owner = self.pid;
	rc = start_guard(s);
	if (rc)
		return cannot(s, rc, "cannot start the guard process: %s", strerror(-rc));
	return 0;
}

struct trace_instance *trace_session_instance(struct trace_session *s, const char *suffix,
					      unsigned int kib_per_cpu)
{
	struct trace_instance *instance = &s->instances[s->instance_count];
	char name[TRACE_OWNER_NAME + 32];
	int rc;

	if (s->instance_count == TRACE_SESSION_INSTANCES) {
		cannot(s, -ENOSPC, "more than %d trace instances", TRACE_SESSION_INSTANCES);
		return NULL;
	}
	snprintf(name, sizeof(name), "%s%s%s", s->group, *suffix ? "_" : "", suffix);
	rc = trace_instance_open_named(instance, name, kib_per_cpu);
	if (rc) {
		cannot(s, rc,
		       "cannot make the trace instance %s/instances/%s of %u KiB per CPU: %s",
		       s->directory, name, kib_per_cpu, strerror(-rc));
		return NULL;
	}
	s->instance_count++;
	return instance;
}

void trace_session_event_name(const struct trace_session *s, const char *probe, char *name,
			      size_t size)
{
	snprintf(name, size, "%s_%d", probe, (int)s->owner);
}

int trace_session_kprobe(struct trace_session *s, const struct trace_probe *probe)
{
	char command[512], active[16] = "", name[64];
	int rc, length;

	trace_session_event_name(s, probe->name, name, sizeof(name));
	if (probe->at_return && probe->maxactive)
		snprintf(active, sizeof(active), "%u", probe->maxactive);
	for (;;) {
		length = snprintf(command, sizeof(command), "%c%s:%s/%s %s %s\n",
				  probe->at_return ? 'r' : 'p', active, s->group, name,
				  probe->place, probe->arguments);
		if (length < 0 || (size_t)length >= sizeof(command))
			return -E2BIG;
		rc = trace_kprobe_events_write(s->directory, command);
		/* Before 4.12 the number is not understood. */
		if (rc != -EINVAL || !active[0])
			return rc;
		active[0] = '\0';
	}
}

int trace_session_enable(struct trace_session *s, const struct trace_instance *instance,
			 const char *system, const char *event)
{
	char file[256], name[64];

	snprintf(name, sizeof(name), "%s", event);
	if (!system)
		trace_session_event_name(s, event, name, sizeof(name));
	snprintf(file, sizeof(file), "events/%s/%s/enable", system ? system : s->group, name);
	return trace_instance_set(instance, file, "1");
}

int64_t trace_session_missed(const struct trace_session *s)
{
	char path[128], line[512], name[256], suffix[16];
	unsigned long long hits, missed;
	int64_t sum = 0;
	size_t length;
	FILE *file;

	length = snprintf(suffix, sizeof(suffix), "_%d", (int)s->owner);
	snprintf(path, sizeof(path), "%s/kprobe_profile", s->directory);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%255s %llu %llu", name, &hits, &missed) == 3 &&
		    strlen(name) > length && !strcmp(name + strlen(name) - length, suffix))
			sum += missed;
	}
	fclose(file);
	return sum;
}

int trace_session_close(struct trace_session *s)
{
	int rc = 0, one;

	for (unsigned int i = 0; i < s->instance_count; i++) {
		one = trace_instance_close(&s->instances[i]);
		if (one)
			rc = one;
	}
	s->instance_count = 0;
	if (s->group[0] && s->guard) {
		one = trace_leftovers_remove_group(s->directory, s->group);
		rc = one < 0 ? one : 0;
	}
	if (rc)
		cannot(s, rc, "cannot remove the trace instance or kprobe events %s in %s: %s",
		       s->group, s->directory, strerror(-rc));
	end_guard(s);
	return rc;
}
