// SPDX-License-Identifier: GPL-2.0-only
/* wb-top: what is dirty, against which limit, and who waits for it. */
#include <curses.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "view.h"

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_BAD_INPUT = 2 };

struct options {
	double delay;
	unsigned long iterations; /* 0: until it is stopped */
	bool batch, json, trace;
};

static volatile sig_atomic_t stop_signal;

static void remember_signal(int number)
{
	stop_signal = number;
}

static int complain(int outcome, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int complain(int outcome, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "wb-top: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return outcome;
}

static void help(void)
{
	printf("Usage: wb-top [OPTION]...\n"
	       "Show what is dirty against which limit, who is made to wait for it and why.\n"
	       "\n"
	       "  -d, --delay SEC       seconds between two views, 0.1 to 3600 (default 1)\n"
	       "  -n, --iterations N    end after N views (default: until q or a signal)\n"
	       "  -b, --batch           print views one after the other, without a terminal\n"
	       "      --json            as --batch, one JSON object per line\n"
	       "      --no-trace        do not record the kernel's writeback events\n"
	       "\n"
	       "Without root, throttled tasks, callers of sync and the state of devices are not "
	       "shown.\n"
	       "Exit status: 0 done, 1 failed, 2 bad input.\n");
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static int parse(int argc, char **argv, struct options *o, bool *done)
{
	static const struct option options[] = {
		{ "delay", required_argument, NULL, 'd' },
		{ "iterations", required_argument, NULL, 'n' },
		{ "batch", no_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		{ "no-trace", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	char *end;

	*o = (struct options){ .delay = 1, .trace = true };
	while ((option = getopt_long(argc, argv, "d:n:bh", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			o->delay = strtod(optarg, &end);
			if (end == optarg || *end || !isfinite(o->delay) || o->delay < 0.1 ||
			    o->delay > 3600)
				return complain(EXIT_BAD_INPUT,
						"--delay %s: give seconds from 0.1 to 3600",
						optarg);
			break;
		case 'n':
			errno = 0;
			o->iterations = strtoul(optarg, &end, 10);
			if (*optarg < '0' || *optarg > '9' || *end || errno || !o->iterations)
				return complain(EXIT_BAD_INPUT,
						"--iterations %s: give a number above 0", optarg);
			break;
		case 'j':
			o->json = true;
			o->batch = true;
			break;
		case 'b':
			o->batch = true;
			break;
		case 't':
			o->trace = false;
			break;
		case 'h':
			help();
			*done = true;
			return EXIT_DONE;
		default:
			return EXIT_BAD_INPUT; /* getopt has said why */
		}
	}
	if (optind < argc)
		return complain(EXIT_BAD_INPUT, "%s: options only; see wb-top --help",
				argv[optind]);
	return EXIT_DONE;
}

static void print_line(void *context, enum line_kind kind, const char *text)
{
	(void)kind;
	fprintf(context, "%s\n", text);
}

static int print_sample(const struct options *o, const struct sample *s)
{
	struct json_object *object;

	if (o->json) {
		object = view_json(s);
		puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
		json_object_put(object);
	} else {
		view_lines(s, print_line, stdout);
		putchar('\n');
	}
	if (fflush(stdout) || ferror(stdout))
		return complain(EXIT_FAILED, "cannot write the view: %s", strerror(errno));
	return EXIT_DONE;
}

static void draw_line(void *context, enum line_kind kind, const char *text)
{
	static const attr_t attributes[] = { A_NORMAL, A_REVERSE, A_BOLD };
	int *row = context;

	if (*row >= LINES)
		return;
	attrset(attributes[kind]);
	mvaddnstr((*row)++, 0, text, COLS);
	if (kind == LINE_TITLE)
		hline(' ' | A_REVERSE, COLS);
	attrset(A_NORMAL);
}

static void draw_sample(const struct sample *s)
{
	int row = 0;

	erase();
	view_lines(s, draw_line, &row);
	refresh();
}

/* Takes a key, for which it waits @seconds at most. */
static bool quit_was_pressed(double seconds)
{
	int key;

	timeout(seconds > 0 ? (int)(seconds * 1000) + 1 : 0);
	key = getch();
	return key == 'q' || key == 'Q';
}

static void doze(double seconds)
{
	struct timespec moment = { .tv_nsec = (long)(seconds * 1e9) };

	if (seconds > 0)
		nanosleep(&moment, NULL);
}

/*
 * Waits until the next view is due. Looks for a key at least once, or q would never be seen where a
 * view takes longer than the time between two. Returns false when we shall end.
 */
static bool wait_until(const struct options *o, double due)
{
	while (!stop_signal) {
		double rest = due - now(), step = rest > 0.1 ? 0.1 : rest;

		if (!o->batch && quit_was_pressed(step))
			return false;
		if (rest <= 0)
			return true;
		if (o->batch)
			doze(step);
	}
	return false;
}

static int take_sample(struct sample *s, struct events *events, struct throttled *t, double elapsed)
{
	if (!global_state_read(&s->global))
		return complain(EXIT_FAILED, "/proc/vmstat cannot be read: %s", strerror(errno));
	events_read(events, t);
	throttled_end(t);
	throttled_read_syncs(t, elapsed);
	/* After the events, which may be about something that was mounted only now. */
	if (!bdis_read(&s->bdis)) {
		bdis_free(&s->bdis);
		return complain(EXIT_FAILED, "/sys/class/bdi cannot be read: is sysfs mounted?");
	}
	s->interval = elapsed;
	s->throttled = t;
	s->events = events;
	return EXIT_DONE;
}

static int loop(const struct options *o, struct events *events)
{
	struct throttled *t = calloc(1, sizeof(*t));
	double last = now(), time;
	int rc = t ? EXIT_DONE : complain(EXIT_FAILED, "out of memory");

	for (unsigned long i = 0; !rc && (!o->iterations || i < o->iterations); i++) {
		struct sample s = { .interval = 0 };

		if (!wait_until(o, last + o->delay))
			break;
		time = now();
		throttled_begin(t);
		rc = take_sample(&s, events, t, time - last);
		last = time;
		if (rc)
			break;
		if (o->batch)
			rc = print_sample(o, &s);
		else
			draw_sample(&s);
		bdis_free(&s.bdis);
	}
	free(t);
	return rc;
}

static int show(const struct options *o, struct events *events)
{
	SCREEN *screen = NULL;
	int rc;

	if (!o->batch) {
		if (!isatty(STDOUT_FILENO) || !(screen = newterm(NULL, stdout, stdin)))
			return complain(EXIT_BAD_INPUT, "no terminal here: use --batch or --json");
		noecho();
		cbreak();
		curs_set(0);
		mvaddstr(0, 0, "wb-top: collecting, q ends");
		refresh();
	}
	rc = loop(o, events);
	if (screen) {
		endwin();
		delscreen(screen);
	}
	return rc;
}

int main(int argc, char **argv)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = remember_signal };
	struct events events = { .why_not = "--no-trace" };
	struct options o;
	bool done = false;
	int rc = parse(argc, argv, &o, &done);

	if (rc || done)
		return rc;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (o.trace)
		events_open(&events);
	rc = show(&o, &events);
	events_close(&events);
	if (stop_signal) {
		signal(stop_signal, SIG_DFL);
		raise(stop_signal);
	}
	return rc;
}
