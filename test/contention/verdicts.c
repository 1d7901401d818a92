// SPDX-License-Identifier: GPL-2.0-only
/* Tests over results; see verdicts.h. */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "measurement.h"
#include "results.h"
#include "verdicts.h"

/* Print one test; return 1 when it failed. */
static int test(FILE *out, int *n, bool passed, const char *text)
{
	fprintf(out, "%sok %d - %s\n", passed ? "" : "not ", ++*n, text);
	return !passed;
}

int verdict_self_test(struct measurement *m, FILE *out, int *n)
{
	struct join_source source = measurement_source(m);
	int failures = 0, before = *n;

	for (size_t i = 0; i < json_object_array_length(m->journal); i++) {
		struct json_object *phase = json_object_array_get_idx(m->journal, i);
		const struct record *record;
		char text[512], why[256];
		unsigned int expected, seen = 0;
		bool valid;

		if (strcmp(result_text(phase, "side"), "user"))
			continue;
		record = source.record(source.data, result_number(phase, "phase"));
		expected = result_number(phase, "expected");
		valid = !join_check(phase, record, why, sizeof(why));
		if (valid)
			seen = join_count(record);
		snprintf(text, sizeof(text),
			 "self-test %s, %d vCPUs: %u lines expected, %u seen%s%s",
			 result_text(phase, "op"), result_number(phase, "vcpus"), expected, seen,
			 valid ? "" : ": ", valid ? "" : why);
		failures += test(out, n, valid && seen == expected, text);
	}
	if (*n == before)
		failures += test(out, n, false, "self-test: none was run");
	return failures;
}

/* Is OP one of the comma separated OPS? */
static bool is_listed(const char *ops, const char *op)
{
	size_t length = strlen(op);

	for (const char *at = ops; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, op, length) && (at[length] == ',' || !at[length]))
			return true;
	}
	return !ops;
}

/* Everything that must agree between two results to be comparable: all but the vCPUs. */
static bool comparable(struct json_object *a, struct json_object *b)
{
	static const char *const keys[] = { "kernel", "module", "module_version", "params", "fs",
					    "layers", "op",	"shared" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!json_object_equal(json_object_object_get(a, keys[i]),
				       json_object_object_get(b, keys[i])))
			return false;
	return true;
}

static bool is_equal(struct json_object *a, struct json_object *b)
{
	return result_raw(a) == result_raw(b) && result_overlay(a) == result_overlay(b);
}

/* Compare result number AT with all later ones it is comparable with. */
static int same_from(struct json_object *results, size_t at, FILE *out, int *n)
{
	struct json_object *first = json_object_array_get_idx(results, at);
	char text[1024], variant[160], setting[160];
	size_t partners = 0, used;
	bool equal = true;

	result_variant(first, variant, sizeof(variant));
	result_setting(first, setting, sizeof(setting));
	used = snprintf(text, sizeof(text), "same %s, %s, %s: %d->%d", result_text(first, "op"),
			variant, setting, result_raw(first), result_overlay(first));
	for (size_t i = at + 1; i < json_object_array_length(results); i++) {
		struct json_object *other = json_object_array_get_idx(results, i);

		if (!comparable(first, other))
			continue;
		partners++;
		equal &= is_equal(first, other);
		if (used < sizeof(text))
			used += snprintf(text + used, sizeof(text) - used, ", %d->%d (%d)",
					 result_raw(other), result_overlay(other),
					 result_number(other, "vcpus"));
	}
	if (!partners && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, ", nothing to compare with");
	return test(out, n, equal && partners, text);
}

int verdict_same(struct json_object *results, const char *ops, FILE *out, int *n)
{
	int failures = 0, before = *n;

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = json_object_array_get_idx(results, i);
		bool seen = !is_listed(ops, result_text(result, "op"));

		for (size_t j = 0; j < i && !seen; j++)
			seen = comparable(json_object_array_get_idx(results, j), result);
		if (!seen)
			failures += same_from(results, i, out, n);
	}
	if (*n == before)
		failures += test(out, n, false, "same: no such result");
	return failures;
}

/* What a module may add to an operation. */
struct limit {
	char op[32];
	int lines;
	bool exactly; /* that many, not at most that many */
};

static int result_added(struct json_object *result)
{
	return result_overlay(result) - result_raw(result);
}

static int limit_of_op(struct json_object *results, const char *variant, const struct limit *limit,
		       FILE *out, int *n)
{
	const char *verdict = limit->exactly ? "exactly" : "budget";
	int failures = 0, before = *n, added;
	char text[1024];

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = json_object_array_get_idx(results, i);
		char name[160], setting[160];

		result_variant(result, name, sizeof(name));
		if (strcmp(result_text(result, "op"), limit->op) || strcmp(name, variant))
			continue;
		result_setting(result, setting, sizeof(setting));
		added = result_added(result);
		snprintf(text, sizeof(text), "%s %s, %s, %s: %d %s, %d %s", verdict, limit->op,
			 variant, setting, added, result_judged_by(result), limit->lines,
			 limit->exactly ? "expected" : "allowed");
		failures += test(out, n,
				 added == limit->lines || (!limit->exactly && added < limit->lines),
				 text);
	}
	if (*n == before) {
		snprintf(text, sizeof(text), "%s %s, %s: was not measured", verdict, limit->op,
			 variant);
		failures += test(out, n, false, text);
	}
	return failures;
}

static int limits(struct json_object *results, const char *variant, const char *list, bool exactly,
		  FILE *out, int *n)
{
	char *copy = strdup(list), *rest = NULL;
	int failures = 0, before = *n;

	for (char *item = strtok_r(copy, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
		struct limit limit = { .exactly = exactly };
		char end;

		if (sscanf(item, "%31[^=]=%d%c", limit.op, &limit.lines, &end) != 2) {
			fprintf(stderr,
				"contention-report: %s: write what may be added as "
				"OPERATION=LINES\n",
				item);
			failures += test(out, n, false, "lines added: bad argument");
			break;
		}
		failures += limit_of_op(results, variant, &limit, out, n);
	}
	if (*n == before)
		failures += test(out, n, false, "lines added: no operation is named");
	free(copy);
	return failures;
}

int verdict_budget(struct json_object *results, const char *variant, const char *budget, FILE *out,
		   int *n)
{
	return limits(results, variant, budget, false, out, n);
}

int verdict_exactly(struct json_object *results, const char *variant, const char *counts, FILE *out,
		    int *n)
{
	return limits(results, variant, counts, true, out, n);
}

/* Compare RESULT with what VARIANT shows in the same setting. */
static int equal_one(struct json_object *results, struct json_object *result, const char *variant,
		     FILE *out, int *n)
{
	char name[160], setting[160], other_name[160], other_setting[160], text[1024];
	struct json_object *partner = NULL;

	result_variant(result, name, sizeof(name));
	result_setting(result, setting, sizeof(setting));
	for (size_t i = 0; i < json_object_array_length(results) && !partner; i++) {
		struct json_object *other = json_object_array_get_idx(results, i);

		result_variant(other, other_name, sizeof(other_name));
		result_setting(other, other_setting, sizeof(other_setting));
		if (!strcmp(other_name, variant) && !strcmp(other_setting, setting) &&
		    !strcmp(result_text(other, "op"), result_text(result, "op")))
			partner = other;
	}
	if (!partner)
		snprintf(text, sizeof(text), "equal %s, %s: %s was not measured there",
			 result_text(result, "op"), setting, variant);
	else
		snprintf(text, sizeof(text), "equal %s, %s: %s adds %d, %s adds %d",
			 result_text(result, "op"), setting, name, result_added(result), variant,
			 result_added(partner));
	return test(out, n, partner && result_added(partner) == result_added(result), text);
}

int verdict_equal(struct json_object *results, const char *one, const char *other, const char *ops,
		  FILE *out, int *n)
{
	int failures = 0, before = *n;

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = json_object_array_get_idx(results, i);
		char name[160];

		result_variant(result, name, sizeof(name));
		if (!strcmp(name, one) && is_listed(ops, result_text(result, "op")))
			failures += equal_one(results, result, other, out, n);
	}
	if (*n == before)
		failures += test(out, n, false, "equal: nothing of the first module was measured");
	return failures;
}
