// SPDX-License-Identifier: GPL-2.0-only
/*
 * contention-workload: performs operations between marks, for the plugin that watches from
 * outside. On each operation one phase on the raw filesystem and one through overlay, so that
 * both are measured in the same boot.
 *
 * What was done in which phase goes to OUT/phases.jsonl, one JSON object per line; the kernel's
 * symbols go beside it. contention-report joins these with the plugin's record.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../storm/environment.h"
#include "../storm/storm.h"
#include "../storm/workplace.h"
#include "guest_facts.h"
#include "phase.h"
#include "selftest_operations.h"

#define MAX_OPS 64

/*
 * A page that is read again and again becomes active after some 30 reads (the kernel collects 15
 * before it acts), and each read on the way there touches a shared line. Operations that use up a
 * file each time never get there and are costly, and so is starting a program.
 */
#define WARMUP	      40
#define WARMUP_COSTLY 8

struct settings {
	const char *base;
	const char *out;
	unsigned int tasks;
	unsigned int layers;
	unsigned int iterations;
	unsigned int warmup;
	bool shared;
	bool self_test;
	const struct operation *ops[MAX_OPS];
	size_t n_ops;
};

struct journal {
	FILE *file;    /* OUT/phases.jsonl */
	uint32_t last; /* number of the last phase in it */
	char symbols[64];
	struct utsname kernel;
};

static const char help[] =
	"Usage: contention-workload [option...] --out DIR\n"
	"\n"
	"Runs operations between marks, first on a filesystem itself, then through an overlay "
	"whose\n"
	"layers lie on it. Only useful in a guest whose QEMU has contention.so loaded. Needs "
	"root.\n"
	"\n"
	"  --out DIR        where to write phases.jsonl, kallsyms.* and percpu (appends to a "
	"journal\n"
	"                   that is there already)\n"
	"  --op NAME[,...]  operations, default all; --op list prints them\n"
	"  --tasks N        one task per CPU from CPU 0 on, default: all CPUs\n"
	"  --layers N       lower layers, default 1\n"
	"  --shared         all tasks use the same files; default: a file and directory per task\n"
	"  --base DIR       where to make the layers, default a private tmpfs\n"
	"  --iterations N   operations counted per task, default 64; a quarter of exec\n"
	"  --warmup N       operations before those, default 40, but at most 8 of those that\n"
	"                   use up a file each and of exec\n"
	"  --self-test      instead: patterns in user space whose result is known\n"
	"  --help\n"
	"\n"
	"Exit code: 0 all phases ran, 1 something failed, 2 bad usage.\n";

static unsigned int parse_number(const char *option, const char *text, unsigned long min,
				 unsigned long max)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || value < min || value > max)
		exit(complain(BAD_INPUT, "--%s %s: give a number from %lu to %lu", option, text,
			      min, max));
	return value;
}

static void list_operations(void)
{
	size_t n;
	const struct operation *table = operations(&n);

	for (size_t i = 0; i < n; i++)
		printf("%-10s %s\n", table[i].name, table[i].help);
}

static void parse_ops(struct settings *set, char *names)
{
	char *rest;

	set->n_ops = 0;
	for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		const struct operation *op = operation_find(name);

		if (!op)
			exit(complain(BAD_INPUT,
				      "--op %s: there is no such operation, see --op list", name));
		if (set->n_ops == MAX_OPS)
			exit(complain(BAD_INPUT, "--op: at most %d operations", MAX_OPS));
		set->ops[set->n_ops++] = op;
	}
	if (!set->n_ops)
		exit(complain(BAD_INPUT, "--op: name at least one operation, see --op list"));
}

static void parse_options(struct settings *set, int argc, char **argv)
{
	static const struct option options[] = {
		{ "base", required_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ "iterations", required_argument, NULL, 'i' },
		{ "layers", required_argument, NULL, 'l' },
		{ "op", required_argument, NULL, 'o' },
		{ "out", required_argument, NULL, 'O' },
		{ "self-test", no_argument, NULL, 'S' },
		{ "shared", no_argument, NULL, 's' },
		{ "tasks", required_argument, NULL, 't' },
		{ "warmup", required_argument, NULL, 'w' },
		{ 0 },
	};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'b':
			set->base = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		case 'i':
			set->iterations = parse_number("iterations", optarg, 4, 100000);
			break;
		case 'l':
			set->layers = parse_number("layers", optarg, 1, 500);
			break;
		case 'o':
			if (!strcmp(optarg, "list")) {
				list_operations();
				exit(0);
			}
			parse_ops(set, optarg);
			break;
		case 'O':
			set->out = optarg;
			break;
		case 'S':
			set->self_test = true;
			break;
		case 's':
			set->shared = true;
			break;
		case 't':
			set->tasks = parse_number("tasks", optarg, 2, cpus);
			break;
		case 'w':
			set->warmup = parse_number("warmup", optarg, 1, 100000);
			break;
		default:
			exit(BAD_INPUT);
		}
	}
	if (optind < argc)
		exit(complain(BAD_INPUT, "%s: unexpected argument, see --help", argv[optind]));
	if (!set->out)
		exit(complain(BAD_INPUT, "say with --out DIR where the results go"));
	if (set->tasks < 2)
		exit(complain(BAD_INPUT, "contention needs two CPUs or more, here is %u",
			      set->tasks));
}

/* Open the journal and find out how many phases it already tells of. */
static int journal_open(struct journal *journal, const char *out)
{
	char path[4096];
	int c;

	snprintf(path, sizeof(path), "%s/phases.jsonl", out);
	journal->file = fopen(path, "a+e");
	if (!journal->file)
		return complain(FAILED, "cannot write %s: %s", path, strerror(errno));
	rewind(journal->file);
	while ((c = getc(journal->file)) != EOF)
		journal->last += c == '\n';
	uname(&journal->kernel);
	if (save_symbols(out, journal->symbols, sizeof(journal->symbols)) ||
	    save_percpu_offsets(out))
		return FAILED;
	return SUCCESS;
}

/* Write down what phase NUMBER was; only after it has ended well. */
static int journal_add(struct journal *journal, const struct settings *set,
		       const struct phase *phase, const char *op, const char *side, const char *fs,
		       int expected)
{
	struct json_object *entry = json_object_new_object();
	int rc;

	json_object_object_add(entry, "phase", json_object_new_int64(phase->number));
	json_object_object_add(entry, "kernel", json_object_new_string(journal->kernel.release));
	describe_module(entry);
	json_object_object_add(entry, "fs", json_object_new_string(fs));
	json_object_object_add(entry, "vcpus", json_object_new_int(phase->tasks));
	json_object_object_add(entry, "layers", json_object_new_int(set->layers));
	json_object_object_add(entry, "op", json_object_new_string(op));
	json_object_object_add(entry, "ran", json_object_new_string(phase->op->name));
	json_object_object_add(entry, "side", json_object_new_string(side));
	json_object_object_add(entry, "shared", json_object_new_boolean(phase->shared));
	json_object_object_add(entry, "iterations", json_object_new_int(phase->iterations));
	json_object_object_add(entry, "symbols", json_object_new_string(journal->symbols));
	if (expected >= 0)
		json_object_object_add(entry, "expected", json_object_new_int(expected));
	fprintf(journal->file, "%s\n",
		json_object_to_json_string_ext(entry, JSON_C_TO_STRING_PLAIN));
	json_object_put(entry);
	rc = fflush(journal->file) || ferror(journal->file);
	return rc ? complain(FAILED, "cannot write the journal: %s", strerror(errno)) : SUCCESS;
}

static struct phase new_phase(struct journal *journal, const struct settings *set,
			      const struct operation *op, int root)
{
	struct phase phase = {
		.number = ++journal->last,
		.op = op,
		.root = root,
		.tasks = set->tasks,
		.warmup = set->warmup,
		.iterations = set->iterations,
		.group = !strcmp(op->name, "exec"),
		.shared = set->shared,
	};

	if ((op->flags & OP_CONSUMES || phase.group) && phase.warmup > WARMUP_COSTLY)
		phase.warmup = WARMUP_COSTLY;
	/* Starting a program takes some hundred times longer than the rest. */
	if (phase.group)
		phase.iterations = (phase.iterations + 3) / 4;
	return phase;
}

static int run_self_test(struct journal *journal, const struct settings *set)
{
	const struct selftest *tests;
	size_t n;

	if (selftest_prepare())
		return complain(FAILED, "self-test: %s", strerror(errno));
	tests = selftests(&n);
	for (size_t i = 0; i < n; i++) {
		struct phase phase = new_phase(journal, set, &tests[i].op, AT_FDCWD);

		if (phase_run(&phase) || journal_add(journal, set, &phase, tests[i].op.name, "user",
						     "none", tests[i].expected))
			return FAILED;
	}
	return SUCCESS;
}

/*
 * Nothing is copied up on a raw filesystem, and nothing whited out: what the same wish costs there
 * is a new file, or a file less.
 */
static const struct operation *raw_counterpart(const struct operation *op)
{
	if (!strcmp(op->name, "copyup"))
		return operation_find("create");
	if (!strcmp(op->name, "whiteout"))
		return operation_find("unlink");
	return op;
}

/* Run OP on both sides of a workplace of its own, the raw filesystem first. */
static int run_both_sides(struct journal *journal, const struct settings *set,
			  const struct operation *op)
{
	static const struct {
		enum side side;
		const char *name;
	} sides[] = {
		{ SIDE_RAW, "raw" },
		{ SIDE_OVERLAY, "overlay" },
	};
	struct options options = {
		.base = set->base,
		.layers = set->layers,
		.entries = 4,
		.shared = set->shared,
		.batch = WARMUP_COSTLY + set->iterations,
		.mounts = 1,
	};
	struct workplace work;
	int rc = workplace_make(&work, &options, set->tasks, op->flags & OP_LOWER_FILES);

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]) && !rc; i++) {
		const struct operation *ran = op;
		struct phase phase;

		if (sides[i].side == SIDE_RAW)
			ran = raw_counterpart(op);
		phase = new_phase(journal, set, ran, work.roots[sides[i].side][0]);
		if (phase_run(&phase))
			rc = FAILED;
		else
			rc = journal_add(journal, set, &phase, op->name, sides[i].name,
					 filesystem_name(work.roots[SIDE_RAW][0]).text, -1);
	}
	if (workplace_remove(&work))
		rc = FAILED;
	return rc;
}

/*
 * In a process of its own: the mount namespace that the workplace makes ends with it. The parent
 * then counts the two phases as well.
 */
static int run_operation(struct journal *journal, const struct settings *set,
			 const struct operation *op)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return complain(FAILED, "cannot start a process: %s", strerror(errno));
	if (!pid)
		_exit(run_both_sides(journal, set, op));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	journal->last += 2;
	return status ? FAILED : SUCCESS;
}

int main(int argc, char **argv)
{
	struct settings set = {
		.tasks = sysconf(_SC_NPROCESSORS_ONLN),
		.layers = 1,
		.iterations = 64,
		.warmup = WARMUP,
	};
	struct journal journal = { 0 };
	const struct operation *table = operations(&set.n_ops);
	int rc;

	for (size_t i = 0; i < set.n_ops; i++)
		set.ops[i] = &table[i];
	parse_options(&set, argc, argv);
	rc = journal_open(&journal, set.out);
	if (!rc && announce_irq_entries() < 0)
		rc = FAILED;
	if (rc)
		return rc;
	session_begin();
	if (set.self_test)
		rc = run_self_test(&journal, &set);
	for (size_t i = 0; i < set.n_ops && !rc && !set.self_test; i++)
		rc = run_operation(&journal, &set, set.ops[i]);
	if (fclose(journal.file) && !rc)
		rc = complain(FAILED, "cannot write the journal: %s", strerror(errno));
	return rc;
}
