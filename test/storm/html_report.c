// SPDX-License-Identifier: GPL-2.0-only
#include "html_report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output_file.h"
#include "plot.h"
#include "result_file.h"
#include "storm.h"

#define MAX_FILES 5 /* as many as there are colours */

static const char style[] =
	"body{font-family:sans-serif;max-width:74em;margin:2em auto;padding:0 1em;color:#222}"
	"table{border-collapse:collapse;margin:1em 0}td,th{padding:.25em .7em;text-align:right;"
	"border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}"
	".environment td{text-align:left}.verdict{border-left:6px solid #999;background:#f6f6f6;"
	"padding:.5em 1em;margin:.6em 0}.certain,.likely{border-color:#c62828}.possible{"
	"border-color:#ef6c00}.seen{border-color:#2e7d32}.plots{display:flex;flex-wrap:wrap}"
	".note{color:#555}";

/* Text from a file must not become markup. */
static void escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

static void element(FILE *out, const char *name, const char *text)
{
	fprintf(out, "<%s>", name);
	escaped(out, text);
	fprintf(out, "</%s>", name);
}

static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, key, &value);
	return value ? json_object_get_string(value) : "";
}

static void print_environment(FILE *out, const struct result_file *files, unsigned int count)
{
	static const char *const keys[] = { "when",
					    "kernel",
					    "machine",
					    "cpu_model",
					    "cpus",
					    "governor",
					    "load",
					    "module",
					    "module_version",
					    "module_srcversion",
					    "private_ns",
					    "cred_shards",
					    "fs",
					    "container_engine",
					    "container_storage",
					    "mount_options_in_force",
					    "mode",
					    "samples",
					    "seconds_per_sample" };

	fputs("<table class=\"environment\"><tr><th></th>", out);
	for (unsigned int i = 0; i < count; i++) {
		fprintf(out, "<th>%u: ", i + 1);
		escaped(out, files[i].path);
		fputs("</th>", out);
	}
	fputs("</tr>", out);
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		fprintf(out, "<tr><td>%s</td>", keys[k]);
		for (unsigned int i = 0; i < count; i++)
			element(out, "td", result_file_text(&files[i], keys[k]));
		fputs("</tr>\n", out);
	}
	fputs("</table>\n", out);
}

static void print_verdicts(FILE *out, const struct result_file *f, unsigned int number)
{
	struct json_object *list = NULL;

	json_object_object_get_ex(f->root, "verdicts", &list);
	if (!json_object_is_type(list, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *v = json_object_array_get_idx(list, i);

		/* "not seen" becomes two classes, of which the second has a colour. */
		fputs("<div class=\"verdict ", out);
		escaped(out, member(v, "certainty"));
		fprintf(out, "\">%u: <b>", number);
		escaped(out, member(v, "storm"));
		fputs(" storm: ", out);
		escaped(out, member(v, "certainty"));
		fputs("</b>: ", out);
		escaped(out, member(v, "reason"));
		if (*member(v, "advice")) {
			fputs("<br>&rarr; ", out);
			escaped(out, member(v, "advice"));
		}
		fputs("</div>\n", out);
	}
}

static void print_rows(FILE *out, const struct result_file *files, unsigned int count,
		       const struct row *like)
{
	fputs("<table><tr><th>result</th><th>tasks</th><th>overlay, ops/s</th><th>raw, ops/s</th>"
	      "<th>share</th><th>mount_lock per op</th><th>overlay p99, &micro;s</th></tr>\n",
	      out);
	for (unsigned int i = 0; i < count; i++) {
		for (unsigned int j = 0; j < files[i].count; j++) {
			const struct row *row = &files[i].rows[j];

			if (strcmp(row->op, like->op) != 0 ||
			    strcmp(row->setting, like->setting) != 0)
				continue;
			fprintf(out,
				"<tr><td>%u</td><td>%u</td><td>%.0f</td><td>%.0f</td><td>%.3f</td>",
				i + 1, row->tasks, row->overlay.rate.median, row->raw.rate.median,
				row->share.median);
			if (row->overlay.locks_per_op >= 0)
				fprintf(out, "<td>%.2f</td>", row->overlay.locks_per_op);
			else
				fputs("<td>-</td>", out);
			if (row->overlay.timed)
				fprintf(out, "<td>%.1f</td>", row->overlay.latency[2]);
			else
				fputs("<td>-</td>", out);
			fputs("</tr>\n", out);
		}
	}
	fputs("</table>\n", out);
}

static bool seen_before(const struct result_file *files, unsigned int file, unsigned int row)
{
	const struct row *like = &files[file].rows[row];

	for (unsigned int i = 0; i <= file; i++) {
		for (unsigned int j = 0; j < (i < file ? files[i].count : row); j++) {
			if (strcmp(files[i].rows[j].op, like->op) == 0 &&
			    strcmp(files[i].rows[j].setting, like->setting) == 0)
				return true;
		}
	}
	return false;
}

static int print_operation(FILE *out, const struct result_file *files, unsigned int count,
			   const struct row *like)
{
	char *rates = plot_rates(files, count, like->op, like->setting);
	char *latency = rates ? plot_latency(files, count, like->op, like->setting) : NULL;

	if (latency) {
		fputs("<h2>", out);
		escaped(out, like->op);
		fputs(" <span class=\"note\">", out);
		escaped(out, like->setting);
		fprintf(out, "</span></h2>\n<div class=\"plots\">%s%s</div>\n", rates, latency);
		print_rows(out, files, count, like);
	}
	free(rates);
	free(latency);
	return latency ? SUCCESS : FAILED;
}

static int print_page(FILE *out, const struct result_file *files, unsigned int count)
{
	int rc = SUCCESS;

	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<title>ovl-storm</title><style>%s</style></head><body>\n"
		"<h1>File operations through overlayfs</h1>\n"
		"<p>Each operation was repeated through overlayfs and on the filesystem beneath "
		"it, in turns. <i>share</i> is overlay's rate by the raw rate beside it; bars show "
		"the smallest and largest sample. <i>mount_lock per op</i> counts how often one "
		"operation takes the kernel's global mount_lock.</p>\n",
		style);
	for (unsigned int i = 0; i < count; i++)
		print_verdicts(out, &files[i], i + 1);
	print_environment(out, files, count);
	for (unsigned int i = 0; i < count && !rc; i++) {
		for (unsigned int j = 0; j < files[i].count && !rc; j++) {
			if (!seen_before(files, i, j))
				rc = print_operation(out, files, count, &files[i].rows[j]);
		}
	}
	fputs("</body></html>\n", out);
	return rc;
}

static int make_report(char **paths, unsigned int count, const char *output)
{
	struct result_file *files = need_memory(count, sizeof(*files));
	struct output_file file;
	unsigned int read = 0;
	char *page = NULL;
	size_t size = 0;
	FILE *out;
	int rc = output_file_open(&file, "--output", output);

	while (!rc && read < count) {
		rc = result_file_read(&files[read], paths[read]);
		read++;
	}
	if (!rc) {
		out = open_memstream(&page, &size);
		if (!out)
			exit(complain(FAILED, "out of memory for the page"));
		rc = print_page(out, files, count);
		if (fclose(out) && !rc)
			rc = complain(FAILED, "out of memory for the page");
		if (!rc)
			rc = output_file_text(&file, page);
		free(page);
	}
	output_file_close(&file);
	for (unsigned int i = 0; i < read; i++)
		result_file_close(&files[i]);
	free(files);
	return rc;
}

int html_report_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *output = "ovl-storm.html";
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		if (option == 'h') {
			printf("Usage: ovl-storm report [--output FILE] RESULT.json...\n"
			       "Make one page (default ovl-storm.html) of up to %d results that "
			       "ovl-storm --json wrote,\nwith pictures by gnuplot (package "
			       "gnuplot-nox). The page needs no other file.\n"
			       "Exit status: 0 done, 1 failed, 2 bad input.\n",
			       MAX_FILES);
			return SUCCESS;
		}
		if (option != 'o')
			return BAD_INPUT; /* getopt has said why */
		output = optarg;
	}
	if (argc - optind < 1 || argc - optind > MAX_FILES)
		return complain(BAD_INPUT,
				"report: give 1 to %d results; see ovl-storm report --help",
				MAX_FILES);
	return make_report(argv + optind, argc - optind, output);
}
