// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "container_engine.h"
#include "storm.h"

enum long_option {
	OPT_OP = 256,
	OPT_TASKS,
	OPT_SWEEP,
	OPT_MOUNTS,
	OPT_COLD,
	OPT_NO_LATENCY,
	OPT_THREADS,
	OPT_SHARED,
	OPT_LAYERS,
	OPT_ENTRIES,
	OPT_BASE,
	OPT_PATH,
	OPT_RAW,
	OPT_MOUNT_OPTION,
	OPT_IN_CONTAINER,
	OPT_SAMPLES,
	OPT_DURATION,
	OPT_WARM_UP,
	OPT_ITERATIONS,
	OPT_BATCH,
	OPT_JSON,
	OPT_C2C,
	OPT_NO_LOCKS,
	OPT_REQUIRE_LOCKS,
	OPT_SELF_TEST,
	OPT_LIST,
};

static const struct option long_options[] = {
	{ "op", required_argument, NULL, OPT_OP },
	{ "tasks", required_argument, NULL, OPT_TASKS },
	{ "sweep", required_argument, NULL, OPT_SWEEP },
	{ "mounts", required_argument, NULL, OPT_MOUNTS },
	{ "cold", no_argument, NULL, OPT_COLD },
	{ "no-latency", no_argument, NULL, OPT_NO_LATENCY },
	{ "threads", no_argument, NULL, OPT_THREADS },
	{ "shared", no_argument, NULL, OPT_SHARED },
	{ "layers", required_argument, NULL, OPT_LAYERS },
	{ "entries", required_argument, NULL, OPT_ENTRIES },
	{ "base", required_argument, NULL, OPT_BASE },
	{ "path", required_argument, NULL, OPT_PATH },
	{ "raw", required_argument, NULL, OPT_RAW },
	{ "mount-option", required_argument, NULL, OPT_MOUNT_OPTION },
	{ "in-container", required_argument, NULL, OPT_IN_CONTAINER },
	{ "samples", required_argument, NULL, OPT_SAMPLES },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "warm-up", required_argument, NULL, OPT_WARM_UP },
	{ "iterations", required_argument, NULL, OPT_ITERATIONS },
	{ "batch", required_argument, NULL, OPT_BATCH },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "c2c", no_argument, NULL, OPT_C2C },
	{ "no-locks", no_argument, NULL, OPT_NO_LOCKS },
	{ "require-locks", no_argument, NULL, OPT_REQUIRE_LOCKS },
	{ "self-test", no_argument, NULL, OPT_SELF_TEST },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

void options_help(FILE *out)
{
	fputs("Usage: ovl-storm [OPTION]...\n"
	      "       ovl-storm compare [OPTION]... BEFORE.json AFTER.json\n"
	      "       ovl-storm report [OPTION]... RESULT.json...\n"
	      "Repeat file operations through overlayfs and on the filesystem beneath it, in "
	      "turns, and\n"
	      "compare. As root, also count how often each operation takes the kernel's "
	      "mount_lock.\n"
	      "compare tells two results apart, report makes a page of them; both have a --help.\n"
	      "\n"
	      "What to measure\n"
	      "  --op NAME[,NAME]...  operations (default open,dir,stat); --list names all of "
	      "them\n"
	      "  --tasks N[,N]...     tasks at once, one run for each N (default: one per allowed "
	      "CPU)\n"
	      "  --sweep N            tasks 1, 2, 4, ... and N, one run for each\n"
	      "  --threads            threads of one process instead of processes\n"
	      "  --shared             all tasks on one file or directory instead of each on its "
	      "own\n"
	      "Where\n"
	      "  --layers N           make an overlay of N lower layers, 1 to 500 (default 4)\n"
	      "  --entries N          names per layer in a merged directory (default 8)\n"
	      "  --base DIR           make all layers below DIR (default: a private tmpfs)\n"
	      "  --mount-option OPT   further mount options for it, e.g. metacopy=on\n"
	      "  --mounts N           make N overlays over the same lower layers, as N containers "
	      "of one\n"
	      "                       image have; tasks take turns (default 1: all share one)\n"
	      "  --in-container=ENGINE  tasks work in a container of docker, podman or runc, and "
	      "what is\n"
	      "                       measured is its root filesystem (root)\n"
	      "  --path DIR           use the overlay that DIR lies on instead of making one\n"
	      "  --raw DIR            with --path: a directory on the filesystem of its upper "
	      "layer\n"
	      "How long\n"
	      "  --samples N          samples of each, overlay and raw in turns (default 5)\n"
	      "  --duration SEC       length of a sample in seconds (default 0.5)\n"
	      "  --iterations N       operations per task and sample, instead of a length in time\n"
	      "  --warm-up SEC        length of one more sample of each that is thrown away "
	      "(default 0.1)\n"
	      "  --batch N            files prepared at once for operations that use files up, "
	      "such as\n"
	      "                       copyup; preparing is not timed (default 256)\n"
	      "  --cold               forget the host's dentries and inodes before each batch "
	      "(root; for\n"
	      "                       operations that use files up, such as openlower)\n"
	      "Result\n"
	      "  --json FILE          also write the result to FILE as JSON; with - instead of the "
	      "table\n"
	      "  --c2c                also name the cache lines that CPUs take from each other, by "
	      "perf c2c\n"
	      "                       (root, real hardware; in a run of its own)\n"
	      "  --no-locks           do not count mount_lock\n"
	      "  --require-locks      fail when mount_lock cannot be counted\n"
	      "  --no-latency         do not time single operations (done in a run of its own)\n"
	      "  --self-test          only check that the counter sees mount_lock when it is "
	      "taken, and\n"
	      "                       sees nothing when it is not\n"
	      "\n"
	      "Rates are operations per second of all tasks together. \"fair\" is the slowest "
	      "task's rate\n"
	      "divided by the fastest task's, \"ratio\" the median of overlay rate divided by raw "
	      "rate over\n"
	      "neighbouring samples. Every mount is in a private mount namespace and ends with the "
	      "program.\n"
	      "Exit status: 0 done, 1 failed at run time, 2 asked for something impossible.\n",
	      out);
}

static int parse_count(const char *option, const char *text, unsigned long min, unsigned long max,
		       unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || *value < min || *value > max)
		return complain(BAD_INPUT, "--%s %s: give a whole number from %lu to %lu", option,
				text, min, max);
	return SUCCESS;
}

static int parse_seconds(const char *option, const char *text, double min, double *value)
{
	char *end;

	errno = 0;
	*value = strtod(text, &end);
	if (end == text || *end || errno || !isfinite(*value) || *value < min || *value > 3600)
		return complain(BAD_INPUT, "--%s %s: give a number of seconds from %g to 3600",
				option, text, min);
	return SUCCESS;
}

static int add_operation(struct options *o, const char *name)
{
	const struct operation *op = operation_find(name);

	if (!op)
		return complain(BAD_INPUT,
				"--op %s: no such operation; ovl-storm --list names "
				"all of them",
				name);
	for (unsigned int i = 0; i < o->op_count; i++) {
		if (o->ops[i] == op)
			return SUCCESS;
	}
	o->ops[o->op_count++] = op;
	return SUCCESS;
}

static int add_tasks(struct options *o, const char *text)
{
	unsigned long tasks;
	int rc = parse_count("tasks", text, 1, MAX_TASKS, &tasks);

	if (rc)
		return rc;
	if (o->task_counts == MAX_TASK_COUNTS)
		return complain(BAD_INPUT, "--tasks: at most %d numbers", MAX_TASK_COUNTS);
	o->tasks[o->task_counts++] = tasks;
	return SUCCESS;
}

/* 1, 2, 4, ... and the number itself. */
static int add_sweep(struct options *o, const char *text)
{
	unsigned long most;
	int rc = parse_count("sweep", text, 1, MAX_TASKS, &most);

	for (unsigned long tasks = 1; !rc; tasks *= 2) {
		if (o->task_counts == MAX_TASK_COUNTS)
			return complain(BAD_INPUT, "--sweep: at most %d numbers of tasks",
					MAX_TASK_COUNTS);
		o->tasks[o->task_counts++] = tasks < most ? tasks : most;
		if (tasks >= most)
			break;
	}
	return rc;
}

/* An empty element, as in "open,,stat", reaches @add as "" and is refused there. */
static int parse_list(struct options *o, const char *text,
		      int (*add)(struct options *o, const char *element))
{
	char *copy = need_memory(strlen(text) + 1, 1), *rest = copy, *element;
	int rc = SUCCESS;

	strcpy(copy, text);
	while (!rc && (element = strsep(&rest, ",")))
		rc = add(o, element);
	free(copy);
	return rc;
}

static int parse_one(struct options *o, int option, const char *text)
{
	unsigned long number = 0;
	int rc = SUCCESS;

	switch (option) {
	case OPT_OP:
		return parse_list(o, text, add_operation);
	case OPT_TASKS:
		return parse_list(o, text, add_tasks);
	case OPT_SWEEP:
		return add_sweep(o, text);
	case OPT_MOUNTS:
		rc = parse_count("mounts", text, 1, MAX_MOUNTS, &number);
		o->mounts = number;
		break;
	case OPT_COLD:
		o->cold = true;
		break;
	case OPT_NO_LATENCY:
		o->time_operations = false;
		break;
	case OPT_THREADS:
		o->threads = true;
		break;
	case OPT_SHARED:
		o->shared = true;
		break;
	case OPT_LAYERS:
		rc = parse_count("layers", text, 1, MAX_LAYERS, &number);
		o->layers = number;
		break;
	case OPT_ENTRIES:
		rc = parse_count("entries", text, 0, 100000, &number);
		o->entries = number;
		break;
	case OPT_BASE:
		o->base = text;
		break;
	case OPT_PATH:
		o->path = text;
		break;
	case OPT_RAW:
		o->raw = text;
		break;
	case OPT_MOUNT_OPTION:
		if (!*text)
			return complain(BAD_INPUT, "--mount-option: give an option, it is empty");
		o->mount_options = text;
		break;
	case OPT_IN_CONTAINER:
		if (!engine_find(text))
			return complain(BAD_INPUT,
					"--in-container=%s: no such engine; give docker, podman or "
					"runc",
					text);
		o->in_container = text;
		break;
	case OPT_SAMPLES:
		rc = parse_count("samples", text, 1, MAX_SAMPLES, &number);
		o->samples = number;
		break;
	case OPT_DURATION:
		return parse_seconds("duration", text, 0.01, &o->seconds);
	case OPT_WARM_UP:
		return parse_seconds("warm-up", text, 0, &o->warm_up);
	case OPT_ITERATIONS:
		return parse_count("iterations", text, 1, 1000000000, &o->iterations);
	case OPT_BATCH:
		rc = parse_count("batch", text, 1, MAX_BATCH, &number);
		o->batch = number;
		break;
	case OPT_JSON:
		if (!*text)
			return complain(BAD_INPUT, "--json: give a file name or -, it is empty");
		o->json = text;
		break;
	case OPT_C2C:
		o->c2c = true;
		break;
	case OPT_NO_LOCKS:
		o->count_locks = false;
		break;
	case OPT_REQUIRE_LOCKS:
		o->require_locks = true;
		break;
	case OPT_SELF_TEST:
		o->request = REQUEST_SELF_TEST;
		break;
	case OPT_LIST:
		o->request = REQUEST_LIST;
		break;
	case 'h':
		o->request = REQUEST_HELP;
		break;
	}
	return rc;
}

static int check_container(const struct options *o)
{
	bool own_mounts = engine_find(o->in_container)->own_mounts;

	if (o->path)
		return complain(BAD_INPUT, "--in-container and --path exclude each other: use a "
					   "given overlay or that of a container");
	if (o->threads)
		return complain(BAD_INPUT, "--threads: threads of one process cannot be in a "
					   "container each; leave out --in-container or --threads");
	if (own_mounts && (o->base || o->mount_options))
		return complain(BAD_INPUT,
				"%s: %s mounts its layers itself, where it keeps them; give "
				"--in-container=runc",
				o->base ? "--base" : "--mount-option", o->in_container);
	if (own_mounts && o->layers > IMAGE_LAYERS)
		return complain(BAD_INPUT,
				"--layers %u: an image of %s has at most %d; give "
				"--in-container=runc",
				o->layers, o->in_container, IMAGE_LAYERS);
	return SUCCESS;
}

static int check_combination(const struct options *o)
{
	int rc;

	if (o->require_locks && !o->count_locks)
		return complain(BAD_INPUT, "--require-locks and --no-locks exclude each other");
	if (o->path && !o->raw)
		return complain(BAD_INPUT,
				"--path %s: also give --raw DIR, a directory on the "
				"filesystem of its upper layer",
				o->path);
	if (o->raw && !o->path)
		return complain(BAD_INPUT, "--raw %s: only together with --path DIR", o->raw);
	if (o->path && o->base)
		return complain(BAD_INPUT, "--path and --base exclude each other: use a given "
					   "overlay or make one");
	if (o->path && o->mount_options)
		return complain(BAD_INPUT, "--mount-option: --path uses an overlay that is "
					   "mounted already");
	if (o->path && o->mounts > 1)
		return complain(BAD_INPUT, "--mounts: --path uses an overlay that is mounted "
					   "already");
	rc = o->in_container ? check_container(o) : SUCCESS;
	for (unsigned int i = 0; !rc && o->cold && i < o->op_count; i++) {
		if (!(o->ops[i]->flags & OP_CONSUMES))
			return complain(BAD_INPUT,
					"--cold: %s uses the same file again and again, so only "
					"its first run would be cold; try --op openlower",
					o->ops[i]->name);
	}
	for (unsigned int i = 0; !rc && o->path && i < o->op_count; i++) {
		if (o->ops[i]->flags & OP_LOWER_FILES)
			return complain(BAD_INPUT,
					"--op %s: needs fresh files in a lower layer, "
					"so leave out --path",
					o->ops[i]->name);
	}
	return rc;
}

int options_parse(int argc, char **argv, struct options *o)
{
	int option, rc;

	*o = (struct options){
		.layers = 4,
		.entries = 8,
		.samples = 5,
		.seconds = 0.5,
		.warm_up = 0.1,
		.batch = 256,
		.mounts = 1,
		.time_operations = true,
		.count_locks = true,
	};
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == ':')
			return complain(BAD_INPUT, "%s: needs a value; see ovl-storm --help",
					argv[optind - 1]);
		if (option == '?')
			return complain(BAD_INPUT, "%s: no such option; see ovl-storm --help",
					argv[optind - 1]);
		rc = parse_one(o, option, optarg);
		if (rc)
			return rc;
		if (o->request == REQUEST_HELP)
			return SUCCESS;
	}
	if (optind < argc)
		return complain(BAD_INPUT, "%s: options only; see ovl-storm --help", argv[optind]);
	if (!o->op_count)
		parse_list(o, "open,dir,stat", add_operation);
	return check_combination(o);
}
