// SPDX-License-Identifier: GPL-2.0-only
/* write-lat: why writes are slow. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>

#include "messages.h"
#include "options.h"
#include "report.h"
#include "run.h"
#include "stop_signals.h"
#include "trace_session.h"

/* The kernel numbers threads as the first pid namespace does. */
#define FIRST_PID_NAMESPACE 4026531836UL

static int cleanup(void)
{
	struct trace_session session = { .owner = 0 };
	int removed = trace_session_remove_stale(&session, "write_lat");

	if (removed < 0) {
		complain("%s", session.why_not);
		return session.directory[0] ? EXIT_FAILED : EXIT_NO_TRACING;
	}
	printf("removed %d trace instances and kprobe events\n", removed);
	return EXIT_DONE;
}

static int write_json(const struct result *r)
{
	const char *path = r->options->json;
	struct json_object *object = report_json(r);
	FILE *file = strcmp(path, "-") ? fopen(path, "we") : stdout;
	int rc = EXIT_DONE;

	if (!file ||
	    fputs(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
								 JSON_C_TO_STRING_NOSLASHESCAPE),
		  file) < 0 ||
	    fputc('\n', file) == EOF || fflush(file)) {
		complain("--json %s: cannot write there: %s", path, strerror(errno));
		rc = EXIT_FAILED;
	}
	if (file && file != stdout && fclose(file) && !rc) {
		complain("--json %s: cannot write there: %s", path, strerror(errno));
		rc = EXIT_FAILED;
	}
	json_object_put(object);
	return rc;
}

static int tell(const struct result *r)
{
	if (!r->options->json || strcmp(r->options->json, "-")) {
		report_text(r, stdout);
		if (fflush(stdout) || ferror(stdout)) {
			complain("cannot write the result: %s", strerror(errno));
			return EXIT_FAILED;
		}
	}
	return r->options->json ? write_json(r) : EXIT_DONE;
}

/* Before minutes are spent on a result that nobody can write down. */
static int check_json(const char *path)
{
	int fd;

	if (!path || !strcmp(path, "-"))
		return EXIT_DONE;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0) {
		close(fd);
		return EXIT_DONE;
	}
	complain("--json %s: cannot write there: %s", path, strerror(errno));
	return EXIT_BAD_INPUT;
}

int main(int argc, char **argv)
{
	struct options o;
	struct stat st;
	int rc = options_parse(argc, argv, &o);

	if (rc)
		return rc;
	switch (o.request) {
	case REQUEST_HELP:
		options_help(stdout);
		return EXIT_DONE;
	case REQUEST_CAUSES:
		report_causes(stdout);
		return EXIT_DONE;
	case REQUEST_CLEANUP:
		return cleanup();
	default:
		break;
	}
	rc = check_json(o.json);
	if (rc)
		return rc;
	if (!stat("/proc/self/ns/pid", &st) && st.st_ino != FIRST_PID_NAMESPACE) {
		complain("in a container threads have other numbers than in the trace: run it on "
			 "the host, -c names a container's cgroup");
		return EXIT_NO_TRACING;
	}
	stop_signals_catch();
	return run_trace(&o, tell);
}
