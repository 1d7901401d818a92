// SPDX-License-Identifier: GPL-2.0-only
/* Joining journal and records; see join.h. */
#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "join.h"
#include "records.h"
#include "symbols.h"

#define NAME_SIZE 256

static const char *text_of(struct json_object *object, const char *key)
{
	const char *text = json_object_get_string(json_object_object_get(object, key));

	return text ? text : "";
}

static int64_t number_of(struct json_object *object, const char *key)
{
	return json_object_get_int64(json_object_object_get(object, key));
}

int join_check(struct json_object *phase, const struct record *record, char *why, size_t size)
{
	int64_t vcpus = number_of(phase, "vcpus");
	uint64_t ops = vcpus * number_of(phase, "iterations");
	const struct record_phase *head;

	if (!record) {
		snprintf(why, size,
			 "phase %" PRId64
			 " (%s): the plugin has no record of it; was QEMU started with it?",
			 number_of(phase, "phase"), text_of(phase, "op"));
		return -1;
	}
	head = &record->head;
	if (head->ops != ops || head->vcpus != vcpus) {
		snprintf(why, size,
			 "phase %" PRIu64 " (%s): %" PRIu64
			 " operations on %u vCPUs recorded, %" PRIu64 " on %" PRId64 " done",
			 head->phase, text_of(phase, "op"), head->ops, head->vcpus, ops, vcpus);
		return -1;
	}
	if (head->busy || head->lost) {
		snprintf(why, size,
			 "phase %" PRIu64
			 " (%s): %u vCPUs were inside an operation at its end, %" PRIu64
			 " accesses were lost",
			 head->phase, text_of(phase, "op"), head->busy, head->lost);
		return -1;
	}
	return 0;
}

unsigned int join_count(const struct record *record)
{
	unsigned int n = 0;

	for (size_t i = 0; i < record->n_lines; i++)
		n += line_counts(&record->lines[i], record->head.ops);
	return n;
}

/* N per operation with three digits: more would pretend to a precision there is not. */
static struct json_object *per_op(uint64_t n, uint64_t ops)
{
	double value = round(1000.0 * n / ops) / 1000;
	char text[32];

	snprintf(text, sizeof(text), "%.3f", value);
	return json_object_new_double_s(value, text);
}

/* The functions that access LINE, each once, those that take part in most operations first. */
static struct json_object *code_of(const struct line *line, const struct symbols *symbols)
{
	struct json_object *code = json_object_new_array();
	char name[NAME_SIZE];

	for (unsigned int i = 0; i < line->n_pcs; i++) {
		bool known = false;

		symbols_code(symbols, line->pcs[i].pc, name, sizeof(name));
		for (size_t j = 0; j < json_object_array_length(code); j++)
			known |= !strcmp(
				name, json_object_get_string(json_object_array_get_idx(code, j)));
		if (!known)
			json_object_array_add(code, json_object_new_string(name));
	}
	return code;
}

/* Do two functions access both lines, or the only one there is? */
static bool same_code(const struct line *a, const struct line *b, const struct symbols *symbols)
{
	struct json_object *x = code_of(a, symbols), *y = code_of(b, symbols);
	size_t nx = json_object_array_length(x), ny = json_object_array_length(y), common = 0;

	for (size_t i = 0; i < nx; i++)
		for (size_t j = 0; j < ny; j++)
			common += json_object_equal(json_object_array_get_idx(x, i),
						    json_object_array_get_idx(y, j));
	json_object_put(x);
	json_object_put(y);
	return common >= 2 || (common && nx == 1 && ny == 1);
}

static bool has_counterpart(const struct line *line, const struct record *below,
			    const struct symbols *symbols)
{
	for (size_t i = 0; i < below->n_lines; i++)
		if (below->lines[i].number == line->number ||
		    same_code(&below->lines[i], line, symbols))
			return true;
	return false;
}

unsigned int join_count_new(const struct record *above, const struct record *below,
			    const struct symbols *symbols)
{
	unsigned int n = 0;

	for (size_t i = 0; i < above->n_lines; i++)
		n += line_counts(&above->lines[i], above->head.ops) &&
		     !has_counterpart(&above->lines[i], below, symbols);
	return n;
}

static struct json_object *lines_of(const struct record *record, const struct symbols *symbols)
{
	struct json_object *lines = json_object_new_array();

	for (size_t i = 0; i < record->n_lines; i++) {
		const struct line *line = &record->lines[i];
		struct json_object *entry;
		char name[NAME_SIZE];

		if (!line_counts(line, record->head.ops))
			continue;
		symbols_data(symbols, line->vaddr, name, sizeof(name));
		entry = json_object_new_object();
		json_object_object_add(entry, "code", code_of(line, symbols));
		json_object_object_add(entry, "data", json_object_new_string(name));
		json_object_object_add(entry, "touch_per_op",
				       per_op(line->touch_ops, record->head.ops));
		json_object_object_add(entry, "write_per_op",
				       per_op(line->write_ops, record->head.ops));
		json_object_object_add(entry, "writes_per_op",
				       per_op(line->writes, record->head.ops));
		json_object_array_add(lines, entry);
	}
	return lines;
}

/* Do both phases measure the same thing, but for the side? */
static bool same_setting(struct json_object *a, struct json_object *b)
{
	static const char *const keys[] = {
		"kernel", "module", "module_version", "params",	    "fs", "vcpus",
		"layers", "op",	    "shared",	      "iterations",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!json_object_equal(json_object_object_get(a, keys[i]),
				       json_object_object_get(b, keys[i])))
			return false;
	return true;
}

static void copy_setting(struct json_object *to, struct json_object *phase)
{
	static const char *const keys[] = {
		"kernel", "module", "module_version", "params", "fs", "vcpus",
		"layers", "op",	    "shared",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_object_add(to, keys[i],
				       json_object_get(json_object_object_get(phase, keys[i])));
}

/* The raw phase that was measured just before overlay phase number AT, or NULL. */
static struct json_object *find_raw(struct json_object *journal, size_t at)
{
	struct json_object *overlay = json_object_array_get_idx(journal, at);

	while (at--) {
		struct json_object *phase = json_object_array_get_idx(journal, at);

		if (!strcmp(text_of(phase, "side"), "raw") && same_setting(phase, overlay))
			return phase;
	}
	return NULL;
}

static int join_pair(struct json_object *raw, struct json_object *overlay,
		     const struct join_source *source, struct json_object *results, char *why,
		     size_t size)
{
	const struct record *below = source->record(source->data, number_of(raw, "phase"));
	const struct record *above = source->record(source->data, number_of(overlay, "phase"));
	const struct symbols *symbols = source->symbols(source->data, text_of(raw, "symbols"));
	struct json_object *result;

	if (join_check(raw, below, why, size) || join_check(overlay, above, why, size))
		return -1;
	if (!symbols) {
		snprintf(why, size, "%s: no such file of symbols, or it holds no addresses",
			 text_of(raw, "symbols"));
		return -1;
	}
	result = json_object_new_object();
	copy_setting(result, overlay);
	json_object_object_add(result, "raw_op",
			       json_object_get(json_object_object_get(raw, "ran")));
	json_object_object_add(result, "operations", json_object_new_int64(above->head.ops));
	json_object_object_add(result, "raw", json_object_new_int(join_count(below)));
	json_object_object_add(result, "overlay", json_object_new_int(join_count(above)));
	json_object_object_add(
		result, "added",
		json_object_new_int((int)join_count(above) - (int)join_count(below)));
	json_object_object_add(result, "new",
			       json_object_new_int(join_count_new(above, below, symbols)));
	json_object_object_add(result, "lines", lines_of(above, symbols));
	json_object_object_add(result, "raw_lines", lines_of(below, symbols));
	json_object_array_add(results, result);
	return 0;
}

int join_phases(struct json_object *journal, const struct join_source *source,
		struct json_object *results, char *why, size_t size)
{
	for (size_t i = 0; i < json_object_array_length(journal); i++) {
		struct json_object *phase = json_object_array_get_idx(journal, i);
		struct json_object *raw;

		if (strcmp(text_of(phase, "side"), "overlay"))
			continue;
		raw = find_raw(journal, i);
		if (!raw) {
			snprintf(
				why, size,
				"phase %" PRId64
				" (%s): nothing was measured on the raw filesystem to compare with",
				number_of(phase, "phase"), text_of(phase, "op"));
			return -1;
		}
		if (join_pair(raw, phase, source, results, why, size))
			return -1;
	}
	return 0;
}
