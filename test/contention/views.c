// SPDX-License-Identifier: GPL-2.0-only
/* Presentations of the results; see views.h. */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results.h"
#include "scaling.h"
#include "views.h"

#define MAX_NAMES 256

/* Names in the order they first appear. */
struct names {
	char text[MAX_NAMES][160];
	size_t n;
};

static void add_name(struct names *names, const char *text)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->text[i], text))
			return;
	if (names->n < MAX_NAMES)
		snprintf(names->text[names->n++], sizeof(names->text[0]), "%s", text);
}

static struct json_object *nth(struct json_object *results, size_t i)
{
	return json_object_array_get_idx(results, i);
}

static bool has_setting(struct json_object *result, const char *setting)
{
	char text[160];

	result_setting(result, text, sizeof(text));
	return !strcmp(text, setting);
}

static bool has_variant(struct json_object *result, const char *variant)
{
	char text[160];

	result_variant(result, text, sizeof(text));
	return !strcmp(text, variant);
}

/* The last result for these three, or NULL. */
static struct json_object *find(struct json_object *results, const char *setting,
				const char *variant, const char *op)
{
	for (size_t i = json_object_array_length(results); i--;) {
		struct json_object *result = nth(results, i);

		if (!strcmp(result_text(result, "op"), op) && has_setting(result, setting) &&
		    has_variant(result, variant))
			return result;
	}
	return NULL;
}

/* Collect what there is; with SETTING only what belongs to it. */
static void collect(struct json_object *results, const char *setting, struct names *settings,
		    struct names *variants, struct names *ops)
{
	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = nth(results, i);
		char text[160];

		if (setting && !has_setting(result, setting))
			continue;
		result_setting(result, text, sizeof(text));
		if (settings)
			add_name(settings, text);
		result_variant(result, text, sizeof(text));
		if (variants)
			add_name(variants, text);
		if (ops)
			add_name(ops, result_text(result, "op"));
	}
}

static void table_of_setting(struct json_object *results, const char *setting, FILE *out)
{
	struct names *variants = calloc(1, sizeof(*variants)), *ops = calloc(1, sizeof(*ops));

	if (!variants || !ops)
		goto out;
	collect(results, setting, NULL, variants, ops);
	fprintf(out, "\n%s\n%-10s", setting, "");
	for (size_t v = 0; v < variants->n; v++)
		fprintf(out, "  %-27s", variants->text[v]);
	fprintf(out, "\n%-10s", "operation");
	for (size_t v = 0; v < variants->n; v++)
		fprintf(out, "  %5s %8s %6s %5s", "raw", "overlay", "added", "new");
	fputc('\n', out);
	for (size_t o = 0; o < ops->n; o++) {
		fprintf(out, "%-10s", ops->text[o]);
		for (size_t v = 0; v < variants->n; v++) {
			struct json_object *result =
				find(results, setting, variants->text[v], ops->text[o]);

			if (result)
				fprintf(out, "  %5d %8d %6d %5d", result_number(result, "raw"),
					result_number(result, "overlay"),
					result_number(result, "added"),
					result_number(result, "new"));
			else
				fprintf(out, "  %5s %8s %6s %5s", "-", "-", "-", "-");
		}
		fputc('\n', out);
	}
out:
	free(variants);
	free(ops);
}

void view_table(struct json_object *results, FILE *out)
{
	struct names *settings = calloc(1, sizeof(*settings));

	if (!settings)
		return;
	collect(results, NULL, settings, NULL, NULL);
	fprintf(out,
		"Contended cache lines per operation: touched by two vCPUs or more and written\n"
		"by one, counted once per operation, in at least half of all operations.\n"
		"new: of those added, what has no counterpart on the raw filesystem.\n");
	for (size_t s = 0; s < settings->n; s++)
		table_of_setting(results, settings->text[s], out);
	free(settings);
}

static void print_lines(struct json_object *lines, const char *side, FILE *out)
{
	for (size_t i = 0; lines && i < json_object_array_length(lines); i++) {
		struct json_object *line = nth(lines, i);
		struct json_object *code = json_object_object_get(line, "code");

		fprintf(out, "  %-8s %s %s  %s\n          ", side,
			result_text(line, "touch_per_op"), result_text(line, "writes_per_op"),
			result_text(line, "data"));
		for (size_t j = 0; code && j < json_object_array_length(code); j++)
			fprintf(out, " %s", json_object_get_string(nth(code, j)));
		fputc('\n', out);
	}
}

void view_lines(struct json_object *results, FILE *out)
{
	fprintf(out, "side, touched per operation, writes per operation, data, then the code\n");
	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = nth(results, i);
		char setting[160], variant[160];

		result_setting(result, setting, sizeof(setting));
		result_variant(result, variant, sizeof(variant));
		fprintf(out, "\n%s: %s, %s: %d -> %d\n", result_text(result, "op"), variant,
			setting, result_number(result, "raw"), result_number(result, "overlay"));
		print_lines(json_object_object_get(result, "raw_lines"), "raw", out);
		print_lines(json_object_object_get(result, "lines"), "overlay", out);
	}
}

static void scaling_row(struct json_object *lines, const char *label, const struct scaling *model,
			FILE *out)
{
	double best, worst, cap;

	scaling_transfers(lines, &best, &worst);
	for (int pass = 0; pass < 2; pass++) {
		cap = scaling_cap(model, pass ? worst : best);
		fprintf(out, "  %-24s %-6s", pass ? "" : label, pass ? "worst" : "best");
		if (cap > 0)
			fprintf(out, " %9.2f", cap / 1e6);
		else
			fprintf(out, " %9s", "none");
		for (unsigned int cores = 8; cores <= 256; cores *= 2)
			fprintf(out, " %8.1f", scaling_rate(model, cores, cap) / 1e6);
		fputc('\n', out);
	}
}

void view_scaling(struct json_object *results, const struct scaling *model, FILE *out)
{
	fprintf(out,
		"MODEL, not a measurement: million operations per second of all cores together, "
		"when\n"
		"moving a cache line between cores takes %g ns and an undisturbed operation %g "
		"ns.\n"
		"cap = 1 / (transfers x transfer time) of the worst line; best: one transfer per\n"
		"operation, worst: one per write.\n",
		model->transfer_ns, model->op_ns);
	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = nth(results, i);
		char setting[160], variant[160];

		result_setting(result, setting, sizeof(setting));
		result_variant(result, variant, sizeof(variant));
		fprintf(out, "\n%s: %s\n  %-24s %-6s %9s", result_text(result, "op"), setting, "",
			"", "cap");
		for (unsigned int cores = 8; cores <= 256; cores *= 2)
			fprintf(out, " %8u", cores);
		fputc('\n', out);
		scaling_row(json_object_object_get(result, "raw_lines"), "raw", model, out);
		scaling_row(json_object_object_get(result, "lines"), variant, model, out);
	}
}

static size_t count_of_setting(struct json_object *results, const char *setting)
{
	size_t n = 0;

	for (size_t i = 0; i < json_object_array_length(results); i++)
		n += has_setting(nth(results, i), setting);
	return n;
}

/*
 * The setting of KERNEL that the picture shows: own files, one layer, tmpfs, and of those the one
 * with most results, because not all operations are measured with many vCPUs; then most vCPUs.
 */
static bool plot_setting(struct json_object *results, const char *kernel, char *setting,
			 size_t size)
{
	size_t most = 0;
	int vcpus = 0;

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = nth(results, i);
		char text[160];
		size_t count;

		if (strcmp(result_text(result, "kernel"), kernel) ||
		    strcmp(result_text(result, "fs"), "tmpfs") ||
		    result_number(result, "layers") != 1 || result_number(result, "shared"))
			continue;
		result_setting(result, text, sizeof(text));
		count = count_of_setting(results, text);
		if (count < most || (count == most && result_number(result, "vcpus") <= vcpus))
			continue;
		most = count;
		vcpus = result_number(result, "vcpus");
		snprintf(setting, size, "%s", text);
	}
	return most > 0;
}

static void plot_value(struct json_object *results, const char *setting, const char *variant,
		       const char *op, FILE *out)
{
	struct json_object *result = find(results, setting, variant, op);

	if (result)
		fprintf(out, "\t%d", result_number(result, "added"));
	else
		fputs("\t-", out);
}

void view_plot_data(struct json_object *results, FILE *out)
{
	struct names *kernels = calloc(1, sizeof(*kernels)), *ops = calloc(1, sizeof(*ops));

	for (size_t i = 0; kernels && i < json_object_array_length(results); i++)
		add_name(kernels, result_text(nth(results, i), "kernel"));
	for (size_t k = 0; kernels && ops && k < kernels->n; k++) {
		char setting[160];

		if (!plot_setting(results, kernels->text[k], setting, sizeof(setting)))
			continue;
		ops->n = 0;
		collect(results, setting, NULL, NULL, ops);
		fprintf(out, "# %s\n", setting);
		for (size_t o = 0; o < ops->n; o++) {
			fputs(ops->text[o], out);
			plot_value(results, setting, "stock", ops->text[o], out);
			plot_value(results, setting, "ovl-calm", ops->text[o], out);
			fputc('\n', out);
		}
		fputs("\n\n", out);
	}
	free(kernels);
	free(ops);
}
