// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages.h"
#include "summary.h"

enum long_option {
	OPT_JSON = 256,
	OPT_CLEANUP,
	OPT_CAUSES,
	OPT_BUFFER,
	OPT_STACKS,
};

static const struct option long_options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "cgroup", required_argument, NULL, 'c' },
	{ "file", required_argument, NULL, 'f' },
	{ "threshold", required_argument, NULL, 't' },
	{ "duration", required_argument, NULL, 'd' },
	{ "worst", required_argument, NULL, 'n' },
	{ "buffer", required_argument, NULL, OPT_BUFFER },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "stacks", no_argument, NULL, OPT_STACKS },
	{ "causes", no_argument, NULL, OPT_CAUSES },
	{ "cleanup", no_argument, NULL, OPT_CLEANUP },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

void options_help(FILE *out)
{
	fputs("Usage: write-lat [OPTION]... -p PID | -c CGROUP | -f PATH | -- COMMAND [ARG]...\n"
	      "Tell why write, pwrite64, writev, pwritev, fsync, fdatasync and msync calls are "
	      "slow.\n"
	      "\n"
	      "Whose calls\n"
	      "  -p, --pid PID        of a process, its threads, and what they start from now on\n"
	      "  -c, --cgroup CGROUP  of all threads in a cgroup and below it\n"
	      "  -f, --file PATH      on a file, or on files below a directory, by whomever\n"
	      "  -- COMMAND [ARG]...  of this command, and what it starts\n"
	      "Which\n"
	      "  -t, --threshold US   slow is longer than US microseconds (default 10000)\n"
	      "  -d, --duration SEC   end after SEC seconds (default: interrupt, or the target's "
	      "end)\n"
	      "Result\n"
	      "  -n, --worst N        tell the N longest calls one by one, 0 to 1000 (default 5)\n"
	      "      --stacks         with the kernel stack of each wait, not only of unknown "
	      "ones\n"
	      "      --json FILE      also write the result to FILE; with - instead of the text\n"
	      "Else\n"
	      "      --buffer KIB     trace buffer for each CPU, twice, 64 to 65536 (default "
	      "4096)\n"
	      "      --causes         name the causes that are told apart, and what to do\n"
	      "      --cleanup        remove what a killed write-lat left in the kernel\n"
	      "  -h, --help           this text\n"
	      "\n"
	      "Exit status: 0 done, 1 failed at run time, 2 asked for something impossible, 3 the "
	      "kernel\n"
	      "cannot be traced (not root, no tracefs).\n",
	      out);
}

static int bad(const char *format, const char *option, const char *text)
{
	complain(format, option, text);
	return EXIT_BAD_INPUT;
}

static int parse_number(const char *option, const char *text, unsigned long min, unsigned long max,
			unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && *value >= min && *value <= max)
		return EXIT_DONE;
	complain("--%s %s: give a whole number from %lu to %lu", option, text, min, max);
	return EXIT_BAD_INPUT;
}

static int parse_target(struct options *o, enum target_kind kind, const char *option,
			const char *text)
{
	unsigned long number = 0;
	int rc;

	if (o->target.kind != TARGET_COMMAND)
		return bad("--%s %s: give only one of -p, -c, -f", option, text);
	o->target.kind = kind;
	switch (kind) {
	case TARGET_PROCESS:
		rc = parse_number(option, text, 1, INT_MAX, &number);
		o->target.pid = number;
		return rc;
	case TARGET_CGROUP:
		o->target.path = target_cgroup_directory(text);
		if (!o->target.path)
			return bad("--%s %s: no such cgroup below /sys/fs/cgroup", option, text);
		return EXIT_DONE;
	default:
		o->target.path = realpath(text, NULL);
		if (!o->target.path) {
			complain("--%s %s: %s", option, text, strerror(errno));
			return EXIT_BAD_INPUT;
		}
		return EXIT_DONE;
	}
}

static int parse_seconds(const char *text, double *value)
{
	char *end;

	errno = 0;
	*value = strtod(text, &end);
	if (end != text && !*end && !errno && isfinite(*value) && *value >= 0.1 && *value <= 1e6)
		return EXIT_DONE;
	return bad("--%s %s: give a number of seconds from 0.1 to 1000000", "duration", text);
}

static int parse_one(struct options *o, int option, const char *text)
{
	unsigned long number = 0;
	int rc = EXIT_DONE;

	switch (option) {
	case 'p':
		return parse_target(o, TARGET_PROCESS, "pid", text);
	case 'c':
		return parse_target(o, TARGET_CGROUP, "cgroup", text);
	case 'f':
		return parse_target(o, TARGET_PATH, "file", text);
	case 't':
		rc = parse_number("threshold", text, 0, 3600000000UL, &number);
		o->threshold = number * 1000;
		break;
	case 'd':
		return parse_seconds(text, &o->seconds);
	case 'n':
		rc = parse_number("worst", text, 0, MAX_WORST, &number);
		o->worst = number;
		break;
	case OPT_BUFFER:
		rc = parse_number("buffer", text, 64, 65536, &number);
		o->buffer = number;
		break;
	case OPT_JSON:
		if (!*text)
			return bad("--%s: give a file name or -, it is empty%s", "json", "");
		o->json = text;
		break;
	case OPT_STACKS:
		o->stacks = true;
		break;
	case OPT_CAUSES:
		o->request = REQUEST_CAUSES;
		break;
	case OPT_CLEANUP:
		o->request = REQUEST_CLEANUP;
		break;
	case 'h':
		o->request = REQUEST_HELP;
		break;
	}
	return rc;
}

int options_parse(int argc, char **argv, struct options *o)
{
	int option, rc;

	*o = (struct options){
		.target = { .kind = TARGET_COMMAND },
		.threshold = 10000000,
		.worst = 5,
		.buffer = 4096,
	};
	optind = 0;
	opterr = 0;
	/* '+': what follows the first other word belongs to the command. */
	while ((option = getopt_long(argc, argv, "+:p:c:f:t:d:n:h", long_options, NULL)) != -1) {
		if (option == ':')
			return bad("%s: needs a value%s; see write-lat --help", argv[optind - 1],
				   "");
		if (option == '?')
			return bad("%s: no such option%s; see write-lat --help", argv[optind - 1],
				   "");
		rc = parse_one(o, option, optarg);
		if (rc)
			return rc;
		if (o->request == REQUEST_HELP)
			return EXIT_DONE;
	}
	if (o->request != REQUEST_TRACE)
		return EXIT_DONE;
	if (optind < argc)
		o->command = argv + optind;
	if (o->command && o->target.kind != TARGET_COMMAND)
		return bad("%s: either a command or one of -p, -c, -f%s", o->command[0], "");
	if (!o->command && o->target.kind == TARGET_COMMAND)
		return bad("whose calls? Give -p PID, -c CGROUP, -f PATH or -- COMMAND%s%s", "",
			   "");
	return EXIT_DONE;
}
