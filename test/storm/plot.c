// SPDX-License-Identifier: GPL-2.0-only
#include "plot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

/* One colour for each result; overlay is a line, raw the same colour dashed. */
static const char *const colours[] = { "#c62828", "#1565c0", "#2e7d32", "#6a1b9a", "#ef6c00" };

#define COLOURS (sizeof(colours) / sizeof(colours[0]))

/* Everything gnuplot wrote, up to its end. */
static char *read_all(int fd)
{
	size_t size = 1 << 16, used = 0;
	char *text = need_memory(size, 1);
	ssize_t got;

	while ((got = read(fd, text + used, size - used - 1)) > 0 || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		used += got;
		if (used < size - 1)
			continue;
		size *= 2;
		text = realloc(text, size);
		if (!text)
			exit(complain(FAILED, "out of memory for a picture"));
	}
	text[used] = '\0';
	return text;
}

/*
 * The script goes through a file and the picture comes through a pipe: with two pipes, both
 * programs could wait for each other.
 */
static char *run_gnuplot(FILE *script)
{
	int out[2], status;
	char *text;
	pid_t pid;

	fflush(script);
	rewind(script);
	if (pipe2(out, O_CLOEXEC))
		return complain(FAILED, "cannot make a pipe: %s", strerror(errno)), NULL;
	pid = fork();
	if (pid == 0) {
		lseek(fileno(script), 0, SEEK_SET);
		dup2(fileno(script), STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execlp("gnuplot", "gnuplot", "-", NULL);
		_exit(127);
	}
	close(out[1]);
	if (pid < 0) {
		close(out[0]);
		return complain(FAILED, "cannot start gnuplot: %s", strerror(errno)), NULL;
	}
	text = read_all(out[0]);
	close(out[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		complain(FAILED, "gnuplot cannot be started; install the package gnuplot-nox");
	else if (!WIFEXITED(status) || WEXITSTATUS(status))
		complain(FAILED, "gnuplot failed, see above");
	else
		return text;
	free(text);
	return NULL;
}

/* The element alone: what stands before it does not belong into a page. */
static char *svg_element(char *text)
{
	char *start = text ? strstr(text, "<svg") : NULL;

	if (text && !start) {
		complain(FAILED, "gnuplot drew no picture");
		free(text);
		return NULL;
	}
	if (start)
		memmove(text, start, strlen(start) + 1);
	return text;
}

static bool belongs(const struct row *row, const char *op, const char *setting)
{
	return strcmp(row->op, op) == 0 && strcmp(row->setting, setting) == 0;
}

static const struct row *largest(const struct result_file *f, const char *op, const char *setting)
{
	const struct row *found = NULL;

	for (unsigned int i = 0; i < f->count; i++) {
		if (belongs(&f->rows[i], op, setting) &&
		    (!found || f->rows[i].tasks > found->tasks))
			found = &f->rows[i];
	}
	return found;
}

static FILE *begin_script(const char *title, const char *op)
{
	FILE *script = tmpfile();

	if (!script) {
		complain(FAILED, "cannot make a temporary file: %s", strerror(errno));
		return NULL;
	}
	/* Names of operations are our own words, so nothing here needs quoting. */
	fprintf(script,
		"set terminal svg size 560,340 noenhanced font 'sans-serif,12'\n"
		"set title '%s: %s'\n"
		"set grid lc rgb '#dddddd'\n"
		"set key left top\n"
		"set style data linespoints\n",
		op, title);
	return script;
}

static void print_rates(FILE *script, const struct result_file *f, unsigned int number,
			const char *op, const char *setting)
{
	fprintf(script, "$rates%u << END\n", number);
	for (unsigned int i = 0; i < f->count; i++) {
		const struct row *row = &f->rows[i];

		if (belongs(row, op, setting))
			fprintf(script, "%u %g %g %g %g %g %g\n", row->tasks,
				row->overlay.rate.median, row->overlay.rate.min,
				row->overlay.rate.max, row->raw.rate.median, row->raw.rate.min,
				row->raw.rate.max);
	}
	fprintf(script, "END\n");
}

char *plot_rates(const struct result_file *files, unsigned int count, const char *op,
		 const char *setting)
{
	FILE *script = begin_script("operations per second of all tasks", op);
	char *text;

	if (!script)
		return NULL;
	fprintf(script, "set xlabel 'tasks'\nset yrange [0:*]\nset format y '%%.0s%%c'\n"
			"set logscale x 2\nset offsets graph 0.05, graph 0.05, 0, 0\n");
	for (unsigned int i = 0; i < count; i++)
		print_rates(script, &files[i], i, op, setting);
	fprintf(script, "plot ");
	for (unsigned int i = 0; i < count; i++) {
		const char *colour = colours[i % COLOURS];
		char label[32] = "";

		if (count > 1)
			snprintf(label, sizeof(label), " (%u)", i + 1);
		fprintf(script,
			"%s$rates%u using 1:2:3:4:xtic(1) with yerrorlines lw 2 lc rgb '%s' title "
			"'overlay%s', $rates%u using 1:5:6:7 with yerrorlines dt 2 lc rgb '%s' "
			"title 'raw%s'",
			i ? ", " : "", i, colour, label, i, colour, label);
	}
	fprintf(script, "\n");
	text = svg_element(run_gnuplot(script));
	fclose(script);
	return text;
}

static void print_latency(FILE *script, const struct row *row, unsigned int number)
{
	fprintf(script, "$latency%u << END\n", number);
	for (int i = 0; i < 5; i++)
		fprintf(script, "%d %g %g\n", i, row->overlay.latency[i], row->raw.latency[i]);
	fprintf(script, "END\n");
}

char *plot_latency(const struct result_file *files, unsigned int count, const char *op,
		   const char *setting)
{
	FILE *script = begin_script("microseconds per operation", op);
	char *text = NULL;
	unsigned int drawn = 0;

	if (!script)
		return NULL;
	fprintf(script,
		"set logscale y\nset xrange [-0.3:4.3]\nset xtics ('50 %%%%' 0, '90 %%%%' 1, "
		"'99 %%%%' 2, '99.9 %%%%' 3, 'longest' 4)\n");
	for (unsigned int i = 0; i < count; i++) {
		const struct row *row = largest(&files[i], op, setting);

		if (row && row->overlay.timed && row->raw.timed)
			print_latency(script, row, i);
	}
	for (unsigned int i = 0; i < count; i++) {
		const struct row *row = largest(&files[i], op, setting);
		const char *colour = colours[i % COLOURS];
		char label[48];

		if (!row || !row->overlay.timed || !row->raw.timed)
			continue;
		snprintf(label, sizeof(label), "%u task%s", row->tasks, row->tasks == 1 ? "" : "s");
		if (count > 1)
			snprintf(label + strlen(label), sizeof(label) - strlen(label), " (%u)",
				 i + 1);
		fprintf(script,
			"%s$latency%u using 1:2 lw 2 lc rgb '%s' title 'overlay, %s', $latency%u "
			"using 1:3 dt 2 lc rgb '%s' title 'raw, %s'",
			drawn++ ? ", " : "plot ", i, colour, label, i, colour, label);
	}
	fprintf(script, "\n");
	if (drawn)
		text = svg_element(run_gnuplot(script));
	else
		text = strdup("");
	fclose(script);
	return text;
}
