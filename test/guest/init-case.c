// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: one case, from its start to the kernel's state after it. */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

#define MAX_ALLOW 16

/* What a case says about itself in comments at its top. */
struct wishes {
	unsigned int timeout;	    /* "# timeout: SECONDS" */
	char *allow[MAX_ALLOW + 1]; /* "# allow-log: PART OF A LINE" */
	bool last;		    /* "# last: WHY", after all others */
};

struct stream {
	int fd;
	bool tap; /* standard output; the other one is all diagnostics */
	size_t len;
	char buf[4000];
};

struct verdict {
	const char *name;
	unsigned int lines; /* test lines seen */
	long plan;	    /* "1..N" of the case itself, -1 without */
	bool bailed;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void read_wishes(const char *path, struct wishes *w, unsigned int timeout)
{
	char line[512];
	size_t nr = 0;
	FILE *f;
	int i;

	memset(w, 0, sizeof(*w));
	w->timeout = timeout;
	f = fopen(path, "re");
	if (!f)
		return;
	for (i = 0; i < 40 && fgets(line, sizeof(line), f); i++) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "# timeout: ", 11) && atoi(line + 11) > 0)
			w->timeout = atoi(line + 11);
		else if (!strncmp(line, "# allow-log: ", 13) && nr < MAX_ALLOW && line[13])
			w->allow[nr++] = strdup(line + 13);
		else if (!strncmp(line, "# last: ", 8))
			w->last = true;
	}
	fclose(f);
}

static void forget_wishes(struct wishes *w)
{
	size_t i;

	for (i = 0; w->allow[i]; i++)
		free(w->allow[i]);
}

/* "ok 3 - text", "ok - text" and "ok text" all mean text. */
static const char *test_text(const char *line)
{
	line += strspn(line, " ");
	line += strspn(line, "0123456789");
	line += strspn(line, " ");
	if (line[0] == '-' && (line[1] == ' ' || !line[1]))
		line++;
	return line + strspn(line, " ");
}

static bool starts_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(line, word, len) && (line[len] == ' ' || !line[len]);
}

static void take_line(struct verdict *v, bool tap, const char *line)
{
	if (!tap) {
		tap_note("%s", line);
	} else if (starts_word(line, "ok")) {
		v->lines++;
		tap_result(true, "%s: %s", v->name, test_text(line + 2));
	} else if (starts_word(line, "not ok")) {
		v->lines++;
		tap_result(false, "%s: %s", v->name, test_text(line + 6));
	} else if (!strncmp(line, "1..", 3)) {
		v->plan = atol(line + 3);
	} else if (!strncmp(line, "Bail out!", 9)) {
		v->bailed = true;
		tap_note("%s", line);
	} else if (*line) {
		tap_note("%s", line + (line[0] == '#' ? 1 + (line[1] == ' ') : 0));
	}
}

/* Takes whole lines out of the stream. False at its end. */
static bool take_stream(struct verdict *v, struct stream *s)
{
	ssize_t n = read(s->fd, s->buf + s->len, sizeof(s->buf) - 1 - s->len);
	char *start = s->buf, *nl;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	s->len += n;
	s->buf[s->len] = '\0';
	while ((nl = memchr(start, '\n', s->buf + s->len - start))) {
		*nl = '\0';
		take_line(v, s->tap, start);
		start = nl + 1;
	}
	s->len -= start - s->buf;
	memmove(s->buf, start, s->len);
	if (s->len && (!n || s->len == sizeof(s->buf) - 1)) { /* the last or an endless line */
		s->buf[s->len] = '\0';
		take_line(v, s->tap, s->buf);
		s->len = 0;
	}
	return n > 0;
}

static void exec_case(const struct config *cfg, const char *path, int out, int err)
{
	static char *argv[] = { NULL, NULL };
	size_t i;
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	clearenv();
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("OVL_SUITE", cfg->suite, 1);
	setenv("OVL_TMP", WORK_DIR, 1);
	setenv("OVL_OUT", OUT_DIR, 1);
	setenv("OVL_BIN", "/ovl-test/bin", 1);
	setenv("OVL_CASES", CASES_DIR, 1);
	setenv("OVL_STOCK_KO", "/ovl-test/stock/overlay.ko", 1);
	setenv("OVL_KO", "/ovl-test/ours/overlay.ko", 1);
	for (i = 0; i < cfg->nr_env; i++)
		putenv(cfg->env[i]);
	if (chdir(WORK_DIR)) {
		dprintf(STDERR_FILENO, "cannot enter %s: %s\n", WORK_DIR, strerror(errno));
		_exit(126);
	}
	argv[0] = (char *)path;
	execv(path, argv);
	dprintf(STDERR_FILENO, "cannot execute %s: %s\n", path, strerror(errno));
	_exit(127);
}

/*
 * Runs the case and relays what it says. Returns its wait status, or -1 when it took too long.
 */
static int run_bounded(const struct config *cfg, const char *path, const struct wishes *w,
		       struct verdict *v, struct kmsg_report *log)
{
	static struct stream streams[2];
	int pipes[2][2], status = -1, i;
	double end = now() + w->timeout, grace = 0;
	bool timed_out = false;
	pid_t pid;

	if (pipe2(pipes[0], O_CLOEXEC) || pipe2(pipes[1], O_CLOEXEC))
		fatal("cannot make a pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		fatal("cannot fork: %s", strerror(errno));
	if (!pid)
		exec_case(cfg, path, pipes[0][1], pipes[1][1]);
	for (i = 0; i < 2; i++) {
		close(pipes[i][1]);
		streams[i] = (struct stream){ .fd = pipes[i][0], .tap = i == 0 };
	}
	while (pid || streams[0].fd >= 0 || streams[1].fd >= 0) {
		struct pollfd p[3] = {
			{ .fd = streams[0].fd, .events = POLLIN },
			{ .fd = streams[1].fd, .events = POLLIN },
			{ .fd = kmsg_fd(), .events = POLLIN },
		};
		pid_t gone;
		int st;

		poll(p, 3, 50);
		for (i = 0; i < 2; i++)
			if (p[i].revents && !take_stream(v, &streams[i])) {
				close(streams[i].fd);
				streams[i].fd = -1;
			}
		kmsg_drain(log, w->allow);
		while ((gone = waitpid(-1, &st, WNOHANG)) > 0)
			if (gone == pid) {
				status = st;
				pid = 0;
				grace = now() + 2; /* for what is still in the pipes */
			}
		if (pid && now() > end && !timed_out) {
			timed_out = true;
			kill(-1, SIGKILL);
			end = now() + 20; /* for it to die */
		} else if (pid && now() > end) {
			break;
		} else if (!pid && grace && now() > grace) {
			break; /* a daemon holds the pipe */
		}
	}
	for (i = 0; i < 2; i++)
		if (streams[i].fd >= 0)
			close(streams[i].fd);
	return timed_out ? -1 : status;
}

static void fresh_tmpfs(const char *dir)
{
	mkdir(dir, 0755);
	if (mount("tmpfs", dir, "tmpfs", MS_NOSUID, "mode=0755,size=75%"))
		fatal("cannot mount a tmpfs on %s: %s", dir, strerror(errno));
}

/* What the case wrote to $OVL_OUT leaves at once: the next case may panic the guest. */
static void send_files(const char *name, int out_port)
{
	struct dirent **list;
	int status, i, n = scandir(OUT_DIR, &list, NULL, NULL);
	pid_t pid;

	for (i = 0; i < n; i++)
		free(list[i]);
	if (n >= 0)
		free(list);
	if (n <= 2)
		return;
	pid = fork();
	if (pid < 0)
		fatal("cannot fork: %s", strerror(errno));
	if (!pid) {
		dup2(out_port, STDOUT_FILENO);
		execlp("tar", "tar", "-C", OUT_DIR, "--exclude=./lost+found", "-cf", "-", ".",
		       NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		tap_result(false, "%s: sending the files of $OVL_OUT to the host (tar failed)",
			   name);
}

static void judge_exit(const struct wishes *w, const struct verdict *v, int status)
{
	if (status == -1)
		tap_result(false, "%s: still running after %u s, killed", v->name, w->timeout);
	else if (WIFSIGNALED(status))
		tap_result(false, "%s: killed by signal %d", v->name, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		tap_result(false, "%s: exit status %d", v->name, WEXITSTATUS(status));
	else if (v->bailed)
		tap_result(false, "%s: bailed out", v->name);
	else if (!v->lines)
		tap_result(false, "%s: ended without one test line", v->name);
	else if (v->plan >= 0 && (unsigned long)v->plan != v->lines)
		tap_result(false, "%s: planned %ld tests, ran %u", v->name, v->plan, v->lines);
}

static void judge_kernel(const char *name, const struct kmsg_report *log, unsigned long taint)
{
	char letters[64];

	if (log->bad)
		tap_result(false, "%s: the kernel complained (%u lines): %s", name, log->bad,
			   log->first);
	if (log->overran)
		tap_result(false, "%s: the kernel log was overwritten before it could be read",
			   name);
	if (taint) {
		taint_letters(taint, letters, sizeof(letters));
		tap_result(false, "%s: the kernel is tainted (%s)", name, letters);
	}
}

static void judge_leaks(const char *name)
{
	char first[256];
	unsigned int found = leaks_find(first, sizeof(first));

	if (found)
		tap_result(false, "%s: kmemleak found %u leaks: %s", name, found, first);
}

static void run_case(const struct config *cfg, const char *name, int out_port)
{
	struct verdict v = { .name = name, .plan = -1 };
	struct kmsg_report log = { 0 };
	char path[512], where[512] = "";
	unsigned long taint = taint_read();
	unsigned int left;
	double start = now();
	struct wishes w;
	int status;

	snprintf(path, sizeof(path), "%s/%s", cfg->cases, name);
	read_wishes(path, &w, cfg->case_timeout);
	w.timeout *= cfg->slow;
	kmsg_mark("begin %s", name);
	tap_note("case %s", name);
	fresh_tmpfs(WORK_DIR);
	fresh_tmpfs(OUT_DIR);

	status = run_bounded(cfg, path, &w, &v, &log);
	judge_exit(&w, &v, status);
	if (!cleanup_processes())
		tap_result(false, "%s: left a process that cannot be killed", name);
	send_files(name, out_port);
	left = cleanup_mounts(where, sizeof(where));
	if (left)
		tap_result(false, "%s: left %u overlay mounts, one on %s", name, left, where);
	/* Before the module goes: its functions still have names. */
	if (!cfg->leaks_at_end)
		judge_leaks(name);
	if (!cleanup_module("overlay"))
		tap_result(false, "%s: the overlay module is still in use after everything ended",
			   name);
	kmsg_drain_all(&log, w.allow);
	judge_kernel(name, &log, taint_new(taint, taint_read()));
	kmsg_mark("end %s", name);
	tap_note("case %s took %.1f s", name, now() - start);
	forget_wishes(&w);
}

static bool wanted(const struct config *cfg, const char *name)
{
	size_t i;

	for (i = 0; i < cfg->nr_globs; i++)
		if (!fnmatch(cfg->globs[i], name, FNM_PATHNAME))
			return true;
	return !cfg->nr_globs;
}

/* What cannot be undone in a running kernel must not meet the cases that come after. */
static bool comes_last(const struct config *cfg, const char *name)
{
	struct wishes w;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", cfg->cases, name);
	read_wishes(path, &w, 0);
	forget_wishes(&w);
	return w.last;
}

/* The directory is the current one. Helpers that are sourced are not executable. */
static int is_case(const struct dirent *d)
{
	struct stat st;

	return !stat(d->d_name, &st) && S_ISREG(st.st_mode) && (st.st_mode & 0100);
}

unsigned int cases_run(const struct config *cfg, int out_port)
{
	struct kmsg_report boot = { 0 };
	struct dirent **list;
	unsigned int ran = 0;
	int i, n, last;

	kmsg_drain_all(&boot, NULL);
	boot.overran = false; /* a long boot may outgrow a small log; that is not a case's fault */
	judge_kernel("boot", &boot, taint_new(0, taint_read()));
	if (chdir(cfg->cases))
		fatal("no directory of cases %s: %s", cfg->cases, strerror(errno));
	n = scandir(".", &list, is_case, alphasort);
	if (n < 0 || chdir("/"))
		fatal("cannot read %s: %s", cfg->cases, strerror(errno));
	for (last = 0; last <= 1; last++) {
		for (i = 0; i < n; i++) {
			if (!wanted(cfg, list[i]->d_name) ||
			    comes_last(cfg, list[i]->d_name) != last)
				continue;
			run_case(cfg, list[i]->d_name, out_port);
			ran++;
		}
	}
	for (i = 0; i < n; i++)
		free(list[i]);
	free(list);
	/* What went with the last module. */
	judge_leaks("guest");
	if (!ran)
		tap_result(false, "guest: no case matches what was asked for");
	return ran;
}
