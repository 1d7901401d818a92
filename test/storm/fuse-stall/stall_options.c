// SPDX-License-Identifier: GPL-2.0-only
#include "stall_options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storm.h"

#define MAX_MB	    65536
#define MAX_THREADS 256
#define MAX_SECONDS 86400.0

enum long_option {
	OPT_MB = 256,
	OPT_BASE,
	OPT_SERVER,
	OPT_DELAY,
	OPT_THREADS,
	OPT_WRITEBACK_CACHE,
	OPT_COMPETING,
	OPT_WARM_UP,
	OPT_LIMIT,
	OPT_AFTER_MOUNT,
	OPT_NO_TRACE,
	OPT_LOCAL,
	OPT_NO_LOCAL,
	OPT_SERVE,
	OPT_JSON,
};

static const struct option long_options[] = {
	{ "mb", required_argument, NULL, OPT_MB },
	{ "base", required_argument, NULL, OPT_BASE },
	{ "server", required_argument, NULL, OPT_SERVER },
	{ "delay", required_argument, NULL, OPT_DELAY },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "writeback-cache", no_argument, NULL, OPT_WRITEBACK_CACHE },
	{ "competing", required_argument, NULL, OPT_COMPETING },
	{ "warm-up", required_argument, NULL, OPT_WARM_UP },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "after-mount", required_argument, NULL, OPT_AFTER_MOUNT },
	{ "no-trace", no_argument, NULL, OPT_NO_TRACE },
	{ "local", required_argument, NULL, OPT_LOCAL },
	{ "no-local", no_argument, NULL, OPT_NO_LOCAL },
	{ "serve", required_argument, NULL, OPT_SERVE },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char *const server_names[] = {
	[SERVER_OWN] = "own",
	[SERVER_BINDFS] = "bindfs",
	[SERVER_FUSE_OVERLAYFS] = "fuse-overlayfs",
};

const char *server_name(enum server_kind kind)
{
	return server_names[kind];
}

void stall_options_help(FILE *out)
{
	fputs("Usage: fuse-stall [OPTION]...\n"
	      "Maps a file of a FUSE filesystem, dirties it page by page and tells how long the "
	      "kernel\n"
	      "makes the writer wait; then the same on a local filesystem.\n"
	      "\n"
	      "  --base DIR         where the server's files and the local file go (default: .)\n"
	      "  --mb N             size of the mapping in MiB (default: 10)\n"
	      "  --server NAME      own, bindfs or fuse-overlayfs (default: own)\n"
	      "  --delay MS         own server: wait so long in each write request (default: 0)\n"
	      "  --threads N        own server: requests served at a time (default: 1)\n"
	      "  --writeback-cache  own server: let the kernel cache writes\n"
	      "  --competing DIR    meanwhile another process keeps writing a file in DIR\n"
	      "  --warm-up S        it begins so many seconds before (default: 2)\n"
	      "  --limit S          give up dirtying after so many seconds (default: 300)\n"
	      "  --after-mount CMD  run with sh once mounted; FUSE_STALL_BDI is the name below\n"
	      "                     /sys/class/bdi, FUSE_STALL_MOUNT the mount point\n"
	      "  --no-trace         do not trace balance_dirty_pages (else: as root)\n"
	      "  --local DIR        where the local file goes (default: beside the server's "
	      "files)\n"
	      "  --no-local         no reference on the local filesystem\n"
	      "  --json FILE        write the result as JSON, too; - is standard output\n"
	      "  --serve MOUNTPOINT only serve --base there, in the foreground, measure nothing\n"
	      "  -h, --help\n"
	      "\n"
	      "A pause is a touch of one page that took over 10 ms and slept in the kernel's "
	      "dirty\n"
	      "throttling. Exit status: 0 measured, 1 failed, 2 bad usage.\n",
	      out);
}

static int parse_count(const char *name, const char *text, unsigned int most, unsigned int *value)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || number < 1 || number > most)
		return complain(BAD_INPUT, "--%s %s: wants a whole number from 1 to %u", name, text,
				most);
	*value = number;
	return SUCCESS;
}

static int parse_number(const char *name, const char *unit, const char *text, double scale,
			double *value)
{
	char *end;
	double number = strtod(text, &end);

	if (!*text || *end || !isfinite(number) || number < 0 || number * scale > MAX_SECONDS)
		return complain(BAD_INPUT, "--%s %s: wants a number of %s, 0 or more", name, text,
				unit);
	*value = number * scale;
	return SUCCESS;
}

static int parse_text(const char *name, const char *text, const char **value)
{
	if (!*text)
		return complain(BAD_INPUT, "--%s: its value is empty", name);
	*value = text;
	return SUCCESS;
}

static int parse_server(const char *text, enum server_kind *kind)
{
	for (size_t i = 0; i < sizeof(server_names) / sizeof(server_names[0]); i++) {
		if (strcmp(text, server_names[i]) == 0) {
			*kind = i;
			return SUCCESS;
		}
	}
	return complain(BAD_INPUT, "--server %s: wants own, bindfs or fuse-overlayfs", text);
}

static int parse_one(struct stall_options *o, int option, const char *text)
{
	switch (option) {
	case OPT_MB:
		return parse_count("mb", text, MAX_MB, &o->mb);
	case OPT_BASE:
		return parse_text("base", text, &o->base);
	case OPT_SERVER:
		return parse_server(text, &o->server);
	case OPT_DELAY:
		return parse_number("delay", "milliseconds", text, 1e-3, &o->delay);
	case OPT_THREADS:
		return parse_count("threads", text, MAX_THREADS, &o->threads);
	case OPT_WRITEBACK_CACHE:
		o->writeback_cache = true;
		break;
	case OPT_COMPETING:
		return parse_text("competing", text, &o->competing);
	case OPT_WARM_UP:
		return parse_number("warm-up", "seconds", text, 1, &o->warm_up);
	case OPT_LIMIT:
		return parse_number("limit", "seconds", text, 1, &o->limit);
	case OPT_AFTER_MOUNT:
		return parse_text("after-mount", text, &o->after_mount);
	case OPT_NO_TRACE:
		o->trace = false;
		break;
	case OPT_LOCAL:
		return parse_text("local", text, &o->local_in);
	case OPT_NO_LOCAL:
		o->local = false;
		break;
	case OPT_SERVE:
		o->request = STALL_SERVE;
		return parse_text("serve", text, &o->serve);
	case OPT_JSON:
		return parse_text("json", text, &o->json);
	}
	return SUCCESS;
}

static int check_combination(const struct stall_options *o)
{
	if (o->server != SERVER_OWN && (o->delay > 0 || o->threads > 1 || o->writeback_cache))
		return complain(BAD_INPUT,
				"--server %s: --delay, --threads and --writeback-cache are only "
				"for our own server",
				server_name(o->server));
	if (o->request == STALL_SERVE && o->server != SERVER_OWN)
		return complain(BAD_INPUT, "--serve: serves with our own server only");
	if (o->request == STALL_SERVE && (o->competing || o->json || o->after_mount))
		return complain(BAD_INPUT,
				"--serve: measures nothing, so leave out --competing, --json and "
				"--after-mount");
	if (o->local_in && !o->local)
		return complain(BAD_INPUT, "--local and --no-local exclude each other");
	if (o->limit <= 0)
		return complain(BAD_INPUT, "--limit 0: wants more than 0 seconds");
	return SUCCESS;
}

int stall_options_parse(int argc, char **argv, struct stall_options *o)
{
	int option, rc;

	*o = (struct stall_options){
		.base = ".",
		.mb = 10,
		.threads = 1,
		.warm_up = 2,
		.limit = 300,
		.trace = true,
		.local = true,
	};
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == ':' || option == '?')
			return complain(BAD_INPUT, "%s: %s; see fuse-stall --help",
					argv[optind - 1],
					option == ':' ? "needs a value" : "no such option");
		if (option == 'h') {
			o->request = STALL_HELP;
			return SUCCESS;
		}
		rc = parse_one(o, option, optarg);
		if (rc)
			return rc;
	}
	if (optind < argc)
		return complain(BAD_INPUT, "%s: options only; see fuse-stall --help", argv[optind]);
	return check_combination(o);
}
