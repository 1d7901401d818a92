// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "../line_table.h"

static const struct line *find(const struct line_table *table, uint64_t number)
{
	for (size_t i = 0; i < table->n_slots; i++)
		if (table->slots[i].touch_ops && table->slots[i].number == number)
			return &table->slots[i];
	return NULL;
}

/* However often an operation accesses a line, it counts once; stores are counted one by one. */
static void counts_a_line_once_per_operation(void **state)
{
	struct line_table table = { 0 };
	const struct line *line;

	(void)state;
	for (int i = 0; i < 5; i++)
		line_table_touch(&table, 1, 42, 0x1000, 0xa, true);
	line_table_touch(&table, 2, 42, 0x1000, 0xa, false);
	line = find(&table, 42);
	assert_non_null(line);
	assert_int_equal(line->touch_ops, 2);
	assert_int_equal(line->write_ops, 1);
	assert_int_equal(line->writes, 5);
	line_table_free(&table);
}

static void remembers_the_lowest_address_and_the_code(void **state)
{
	struct line_table table = { 0 };
	const struct line *line;

	(void)state;
	line_table_touch(&table, 1, 7, 0x1c8, 0xb, false);
	line_table_touch(&table, 1, 7, 0x1c0, 0xa, true);
	line_table_touch(&table, 2, 7, 0x1f0, 0xb, false);
	line = find(&table, 7);
	assert_int_equal(line->vaddr, 0x1c0);
	assert_int_equal(line->n_pcs, 2);
	assert_int_equal(line->pcs[0].ops, 2);
	assert_false(line->pcs[0].wrote);
	assert_int_equal(line->pcs[1].ops, 1);
	assert_true(line->pcs[1].wrote);
	line_table_free(&table);
}

/* With more instructions than there is room for, the rare ones give way. */
static void keeps_the_most_frequent_code(void **state)
{
	struct line_table table = { 0 };
	const struct line *line;
	bool kept = false;

	(void)state;
	for (uint32_t op = 1; op <= 100; op++) {
		line_table_touch(&table, op, 7, 0x1c0, 0xfeed, false);
		line_table_touch(&table, op, 7, 0x1c0, 0x1000 + op, false);
	}
	line = find(&table, 7);
	assert_int_equal(line->n_pcs, LINE_PCS);
	for (unsigned int i = 0; i < line->n_pcs; i++)
		kept |= line->pcs[i].pc == 0xfeed && line->pcs[i].ops == 100;
	assert_true(kept);
	line_table_free(&table);
}

static void grows_and_loses_nothing(void **state)
{
	struct line_table table = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++)
		line_table_touch(&table, 1, i * 64, i, 1, false);
	assert_int_equal(table.used, 100000);
	assert_int_equal(table.lost, 0);
	for (uint64_t i = 0; i < 100000; i += 997)
		assert_non_null(find(&table, i * 64));
	line_table_clear(&table);
	assert_int_equal(table.used, 0);
	assert_null(find(&table, 0));
	line_table_free(&table);
}

static void joins_what_vcpus_saw(void **state)
{
	struct line_table cpus[3] = { 0 }, all = { 0 };
	const struct line *line;

	(void)state;
	line_table_touch(&cpus[0], 1, 5, 0x140, 0xa, true);
	line_table_touch(&cpus[0], 2, 5, 0x140, 0xa, true);
	line_table_touch(&cpus[2], 9, 5, 0x148, 0xb, false);
	line_table_touch(&cpus[1], 1, 6, 0x180, 0xc, true);
	assert_int_equal(line_table_join(&all, cpus, 3), 0);
	line = find(&all, 5);
	assert_int_equal(line->touch_ops, 3);
	assert_int_equal(line->write_ops, 2);
	assert_int_equal(line->vcpus, 2);
	assert_int_equal(line->writers, 1);
	assert_int_equal(line->pcs[0].pc, 0xa);
	assert_true(line_is_contended(line));
	assert_false(line_is_contended(find(&all, 6)));
	for (int i = 0; i < 3; i++)
		line_table_free(&cpus[i]);
	line_table_free(&all);
}

static void judges_lines_by_definition(void **state)
{
	const struct line good = { .touch_ops = 50, .write_ops = 50, .vcpus = 2, .writers = 1 };
	struct line line = good;

	(void)state;
	assert_true(line_counts(&line, 100));
	line.touch_ops = 49;
	assert_false(line_counts(&line, 100));
	line = good;
	line.vcpus = 1;
	assert_false(line_counts(&line, 100));
	line = good;
	line.writers = 0;
	line.write_ops = 0;
	assert_false(line_counts(&line, 100));
	line = good;
	line.write_ops = 4;
	assert_true(line_counts(&line, 100));
	line.write_ops = 3;
	assert_false(line_counts(&line, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_a_line_once_per_operation),
		cmocka_unit_test(remembers_the_lowest_address_and_the_code),
		cmocka_unit_test(keeps_the_most_frequent_code),
		cmocka_unit_test(grows_and_loses_nothing),
		cmocka_unit_test(joins_what_vcpus_saw),
		cmocka_unit_test(judges_lines_by_definition),
	};

	return cmocka_run_group_tests_name("line_table", tests, NULL, NULL);
}
