// SPDX-License-Identifier: GPL-2.0-only
#include "contended_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

/* Where the C library knows none. */
#define LINE_SIZE 64

struct paths {
	char samples[64], messages[64];
};

static struct paths paths_in(const char *directory)
{
	struct paths p;

	snprintf(p.samples, sizeof(p.samples), "%s/samples", directory);
	snprintf(p.messages, sizeof(p.messages), "%s/messages", directory);
	return p;
}

static void remove_files(const struct line_recorder *r)
{
	struct paths p = paths_in(r->directory);
	char old[80];

	snprintf(old, sizeof(old), "%s.old", p.samples);
	unlink(p.samples);
	unlink(old);
	unlink(p.messages);
	rmdir(r->directory);
}

/* The last line that perf wrote, which says what is wrong. */
static void last_words(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[256];

	snprintf(text, size, "nothing");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			snprintf(text, size, "%.200s", line);
	}
	if (file)
		fclose(file);
}

static int why_not(const struct line_recorder *r, int status)
{
	struct paths p = paths_in(r->directory);
	char said[256];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return complain(FAILED, "--c2c: perf cannot be started; install linux-perf "
					"(Ubuntu: linux-tools-generic, RHEL-likes: perf)");
	last_words(p.messages, said, sizeof(said));
	return complain(FAILED,
			"--c2c: perf cannot sample memory accesses here (it says: %s); that needs "
			"root, and a processor that samples them (Intel, AMD with IBS, Arm with "
			"SPE), mostly no virtual machine; measure without --c2c",
			said);
}

/* Of perf, in the child. */
static void become_perf(const struct line_recorder *r, int in, int out)
{
	struct paths p = paths_in(r->directory);
	int messages = open(p.messages, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char parent[16];

	snprintf(parent, sizeof(parent), "%d", (int)getppid());
	if (messages < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(messages, STDERR_FILENO) < 0)
		_exit(126);
	/* Not by the interrupt key: it ends with its command, when we close the pipe. */
	setsid();
	/* perf starts the command once it samples: its first word says so. */
	execlp("perf", "perf", "c2c", "record", "-o", p.samples, "--", "-p", parent, "--", "sh",
	       "-c", "echo begun; read line || :", NULL);
	_exit(errno == ENOENT ? 127 : 126);
}

int line_recorder_begin(struct line_recorder *r)
{
	int in[2], out[2], status;
	char word[8];

	*r = (struct line_recorder){ .directory = "/tmp/ovl-storm.XXXXXX" };
	if (!mkdtemp(r->directory))
		return complain(FAILED, "--c2c: cannot make a directory %s: %s", r->directory,
				strerror(errno));
	if (pipe2(in, O_CLOEXEC)) {
		rmdir(r->directory);
		return complain(FAILED, "cannot make a pipe: %s", strerror(errno));
	}
	if (pipe2(out, O_CLOEXEC)) {
		close(in[0]);
		close(in[1]);
		rmdir(r->directory);
		return complain(FAILED, "cannot make a pipe: %s", strerror(errno));
	}
	r->perf = fork();
	if (r->perf == 0)
		become_perf(r, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	r->end = in[1];
	if (r->perf > 0 && read(out[0], word, sizeof(word)) > 0) {
		close(out[0]);
		return SUCCESS;
	}
	close(out[0]);
	close(in[1]);
	if (r->perf < 0) {
		rmdir(r->directory);
		return complain(FAILED, "cannot start perf: %s", strerror(errno));
	}
	while (waitpid(r->perf, &status, 0) < 0 && errno == EINTR)
		;
	why_not(r, status);
	remove_files(r);
	return FAILED;
}

static int read_samples(const struct line_recorder *r, struct contended_lines *lines)
{
	struct paths p = paths_in(r->directory);
	long line_size = sysconf(_SC_LEVEL1_DCACHE_LINESIZE);
	char command[160];
	FILE *text;
	int rc;

	/* Our own directory's name needs no quoting. */
	snprintf(command, sizeof(command), "perf mem -D -x , -i %s report 2> %s", p.samples,
		 p.messages);
	text = popen(command, "r");
	if (!text)
		return complain(FAILED, "cannot start perf: %s", strerror(errno));
	rc = contended_lines_parse(text, line_size > 0 ? line_size : LINE_SIZE, lines);
	if (pclose(text) && !rc) {
		char said[256];

		last_words(p.messages, said, sizeof(said));
		rc = complain(FAILED, "--c2c: perf cannot read its own samples: %s", said);
	}
	return rc;
}

int line_recorder_end(struct line_recorder *r, struct contended_lines *lines)
{
	int status, rc = SUCCESS;

	close(r->end);
	while (waitpid(r->perf, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		rc = why_not(r, status);
	else if (lines)
		rc = read_samples(r, lines);
	remove_files(r);
	return rc;
}

int line_recorder_check(void)
{
	struct line_recorder r;
	int rc = line_recorder_begin(&r);

	return rc ? rc : line_recorder_end(&r, NULL);
}
