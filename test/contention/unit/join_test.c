// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "../join.h"
#include "../records.h"
#include "../symbols.h"

static const char kallsyms[] = "ffffffff81000000 T _text\n"
			       "ffffffff81000100 T override_creds\n"
			       "ffffffff81000200 T revert_creds\n"
			       "ffffffff82000000 D lock\n"
			       "ffffffff83000000 B _end\n";

/* Everything a guest can tell about phase %d on side "%s" with %d vCPUs. */
#define PHASE                                                                               \
	"{\"phase\":%d,\"kernel\":\"6.1\",\"module\":\"stock\",\"module_version\":null,"    \
	"\"params\":{},\"fs\":\"tmpfs\",\"vcpus\":%d,\"layers\":1,\"op\":\"stat\",\"ran\":" \
	"\"stat\","                                                                         \
	"\"side\":\"%s\",\"shared\":false,\"iterations\":4,\"symbols\":\"kallsyms.1\"}"

struct fixture {
	struct json_object *journal;
	struct json_object *results;
	struct symbols symbols;
	struct record records[2]; /* of phases 1 and 2 */
	struct line lines[2];
};

static const struct record *find_record(void *data, long phase)
{
	struct fixture *fix = data;

	return phase == 1 || phase == 2 ? &fix->records[phase - 1] : NULL;
}

static const struct symbols *find_symbols(void *data, const char *name)
{
	struct fixture *fix = data;

	return strcmp(name, "kallsyms.1") ? NULL : &fix->symbols;
}

static void add_phase(struct fixture *fix, int number, const char *side, int vcpus)
{
	char text[1024];

	snprintf(text, sizeof(text), PHASE, number, vcpus, side);
	json_object_array_add(fix->journal, json_tokener_parse(text));
}

static int setup(void **state)
{
	struct fixture *fix = calloc(1, sizeof(*fix));
	FILE *from = text_file(kallsyms);

	assert_int_equal(symbols_read(&fix->symbols, from, NULL), 0);
	fclose(from);
	fix->journal = json_object_new_array();
	fix->results = json_object_new_array();
	for (int i = 0; i < 2; i++)
		fix->records[i].head =
			(struct record_phase){ .phase = i + 1, .ops = 8, .vcpus = 2 };
	fix->lines[0] = (struct line){ .number = 1,
				       .vaddr = 0xffffffff82000010,
				       .touch_ops = 8,
				       .write_ops = 6,
				       .writes = 16,
				       .vcpus = 2,
				       .writers = 2,
				       .n_pcs = 3,
				       .pcs = { { .pc = 0xffffffff81000110, .ops = 8 },
						{ .pc = 0xffffffff81000120, .ops = 8 },
						{ .pc = 0xffffffff81000200, .ops = 6 } } };
	/* Touched too seldom to count. */
	fix->lines[1] = fix->lines[0];
	fix->lines[1].touch_ops = 3;
	fix->records[1].lines = fix->lines;
	fix->records[1].n_lines = 2;
	*state = fix;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fix = *state;

	json_object_put(fix->journal);
	json_object_put(fix->results);
	symbols_free(&fix->symbols);
	free(fix);
	return 0;
}

static int join(struct fixture *fix, char *why, size_t size)
{
	struct join_source source = { find_record, find_symbols, fix };

	return join_phases(fix->journal, &source, fix->results, why, size);
}

static int number(struct json_object *object, const char *key)
{
	return json_object_get_int(json_object_object_get(object, key));
}

static void joins_a_pair(void **state)
{
	struct fixture *fix = *state;
	struct json_object *result, *line, *code;
	char why[512] = "";

	add_phase(fix, 1, "raw", 2);
	add_phase(fix, 2, "overlay", 2);
	assert_int_equal(join(fix, why, sizeof(why)), 0);
	assert_int_equal(json_object_array_length(fix->results), 1);
	result = json_object_array_get_idx(fix->results, 0);
	assert_int_equal(number(result, "raw"), 0);
	assert_int_equal(number(result, "overlay"), 1);
	assert_int_equal(number(result, "added"), 1);
	assert_int_equal(number(result, "new"), 1);
	assert_int_equal(number(result, "vcpus"), 2);
	assert_int_equal(json_object_array_length(json_object_object_get(result, "lines")), 1);
	line = json_object_array_get_idx(json_object_object_get(result, "lines"), 0);
	assert_string_equal(json_object_get_string(json_object_object_get(line, "data")),
			    "lock+0x10");
	assert_string_equal(json_object_get_string(json_object_object_get(line, "touch_per_op")),
			    "1.000");
	assert_string_equal(json_object_get_string(json_object_object_get(line, "write_per_op")),
			    "0.750");
	assert_string_equal(json_object_get_string(json_object_object_get(line, "writes_per_op")),
			    "2.000");
	code = json_object_object_get(line, "code");
	assert_int_equal(json_object_array_length(code), 2);
	assert_string_equal(json_object_get_string(json_object_array_get_idx(code, 1)),
			    "revert_creds");
}

/* Join when the raw filesystem's only line is RAW; return the number of new lines. */
static int new_lines(struct fixture *fix, struct line *raw)
{
	char why[512] = "";

	raw->touch_ops = 1; /* recorded, but too seldom to count */
	fix->records[0].lines = raw;
	fix->records[0].n_lines = 1;
	add_phase(fix, 1, "raw", 2);
	add_phase(fix, 2, "overlay", 2);
	assert_int_equal(join(fix, why, sizeof(why)), 0);
	assert_int_equal(number(json_object_array_get_idx(fix->results, 0), "raw"), 0);
	return number(json_object_array_get_idx(fix->results, 0), "new");
}

static void finds_counterparts_by_line(void **state)
{
	struct fixture *fix = *state;
	struct line raw = fix->lines[0];

	raw.n_pcs = 0;
	assert_int_equal(new_lines(fix, &raw), 0);
}

static void finds_counterparts_by_code(void **state)
{
	struct fixture *fix = *state;
	struct line raw = fix->lines[0];

	raw.number = 99;
	assert_int_equal(new_lines(fix, &raw), 0);
}

static void wants_both_functions_of_a_counterpart(void **state)
{
	struct fixture *fix = *state;
	struct line raw = fix->lines[0];

	raw.number = 99;
	raw.n_pcs = 2; /* only override_creds */
	assert_int_equal(new_lines(fix, &raw), 1);
}

static void refuse(struct fixture *fix, const char *because)
{
	char why[512] = "";

	assert_int_equal(join(fix, why, sizeof(why)), -1);
	assert_non_null(strstr(why, because));
	assert_int_equal(json_object_array_length(fix->results), 0);
}

static void refuses_overlay_without_raw(void **state)
{
	struct fixture *fix = *state;

	add_phase(fix, 2, "overlay", 2);
	refuse(fix, "nothing was measured on the raw filesystem");
}

static void refuses_a_raw_phase_of_another_setting(void **state)
{
	struct fixture *fix = *state;

	add_phase(fix, 1, "raw", 4);
	add_phase(fix, 2, "overlay", 2);
	refuse(fix, "nothing was measured on the raw filesystem");
}

static void refuses_a_phase_without_record(void **state)
{
	struct fixture *fix = *state;

	add_phase(fix, 1, "raw", 2);
	add_phase(fix, 3, "overlay", 2);
	refuse(fix, "no record");
}

static void refuses_missing_operations(void **state)
{
	struct fixture *fix = *state;

	fix->records[1].head.ops = 7;
	add_phase(fix, 1, "raw", 2);
	add_phase(fix, 2, "overlay", 2);
	refuse(fix, "7 operations on 2 vCPUs recorded, 8 on 2 done");
}

static void refuses_lost_accesses(void **state)
{
	struct fixture *fix = *state;

	fix->records[0].head.lost = 1;
	add_phase(fix, 1, "raw", 2);
	add_phase(fix, 2, "overlay", 2);
	refuse(fix, "1 accesses were lost");
}

static void refuses_missing_symbols(void **state)
{
	struct fixture *fix = *state;

	add_phase(fix, 1, "raw", 2);
	add_phase(fix, 2, "overlay", 2);
	json_object_object_add(json_object_array_get_idx(fix->journal, 0), "symbols",
			       json_object_new_string("kallsyms.2"));
	refuse(fix, "no such file of symbols");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(joins_a_pair, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_counterparts_by_line, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_counterparts_by_code, setup, teardown),
		cmocka_unit_test_setup_teardown(wants_both_functions_of_a_counterpart, setup,
						teardown),
		cmocka_unit_test_setup_teardown(refuses_overlay_without_raw, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_a_raw_phase_of_another_setting, setup,
						teardown),
		cmocka_unit_test_setup_teardown(refuses_a_phase_without_record, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_missing_operations, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_lost_accesses, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_missing_symbols, setup, teardown),
	};

	return cmocka_run_group_tests_name("join", tests, NULL, NULL);
}
