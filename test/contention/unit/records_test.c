// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <stdlib.h>

#include "../records.h"

/* Two vCPUs, four operations each: line 16 written by both, line 17 by one of them once. */
static void fill(struct line_table *all)
{
	struct line_table cpus[2] = { 0 };

	for (int cpu = 0; cpu < 2; cpu++)
		for (uint32_t op = 1; op <= 4; op++) {
			line_table_touch(&cpus[cpu], op, 16, 0x400, 0xa0 + cpu, true);
			line_table_touch(&cpus[cpu], op, 18, 0x480, 0xc0, false);
		}
	line_table_touch(&cpus[0], 4, 17, 0x440, 0xb0, true);
	line_table_touch(&cpus[1], 4, 17, 0x440, 0xb1, false);
	assert_int_equal(line_table_join(all, cpus, 2), 0);
	line_table_free(&cpus[0]);
	line_table_free(&cpus[1]);
}

static char *write_text(const struct record_phase *head, const struct line_table *all)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(record_write(out, head, all), 0);
	fclose(out);
	return text;
}

static void reads_what_was_written(void **state)
{
	const struct record_phase head = {
		.phase = 7, .ops = 8, .vcpus = 2, .busy = 1, .irqs = 3, .lost = 2
	};
	struct line_table all = { 0 };
	struct record record;
	unsigned long line = 0;
	char *text;
	FILE *in;

	(void)state;
	fill(&all);
	text = write_text(&head, &all);
	in = text_file(text);
	assert_int_equal(record_read(in, &record, &line), 1);
	assert_memory_equal(&record.head, &head, sizeof(head));
	assert_int_equal(record.n_lines, 2);
	assert_int_equal(record.lines[0].number, 16);
	assert_int_equal(record.lines[0].touch_ops, 8);
	assert_int_equal(record.lines[0].writes, 8);
	assert_int_equal(record.lines[0].writers, 2);
	assert_int_equal(record.lines[0].n_pcs, 2);
	assert_int_equal(record.lines[0].pcs[1].pc, 0xa1);
	assert_true(record.lines[0].pcs[1].wrote);
	assert_int_equal(record.lines[1].number, 17);
	assert_int_equal(record.lines[1].write_ops, 1);
	assert_false(record.lines[1].pcs[1].wrote);
	record_free(&record);
	assert_int_equal(record_read(in, &record, &line), 0);
	assert_int_equal(line, 4);
	fclose(in);
	free(text);
	line_table_free(&all);
}

/* A phase of many operations: what hardly any of them touched is not worth the paper. */
static void leaves_rare_lines_out(void **state)
{
	const struct record_phase head = { .phase = 1, .ops = 17, .vcpus = 2 };
	struct line_table all = { 0 };
	char *text;

	(void)state;
	fill(&all);
	text = write_text(&head, &all);
	assert_non_null(strstr(text, "line 400 "));
	assert_null(strstr(text, "line 440 "));
	assert_null(strstr(text, "line 480 "));
	free(text);
	line_table_free(&all);
}

static void damaged(const char *text, unsigned long at)
{
	FILE *in = text_file(text);
	struct record record;
	unsigned long line = 0;

	assert_int_equal(record_read(in, &record, &line), -1);
	assert_int_equal(line, at);
	fclose(in);
}

static void refuses_damaged_files(void **state)
{
	(void)state;
	damaged("nonsense\n", 1);
	damaged("phase 1 vcpus 2 ops 8 busy 0 irqs 0 lost 0\n", 1);
	damaged("phase 1 vcpus 2 ops 8 busy 0 irqs 0 lost 0\nend 2\n", 2);
	damaged("phase 1 vcpus 2 ops 8 busy 0 irqs 0 lost 0\nline 400 400 1 1\nend 1\n", 2);
	damaged("phase 1 vcpus 2 ops 8 busy 0 irqs 0 lost 0\n"
		"line 400 400 1 1 1 2 1 a/1x\nend 1\n",
		2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(leaves_rare_lines_out),
		cmocka_unit_test(refuses_damaged_files),
	};

	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
