// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "../symbols.h"

/* Per-CPU variables counted from zero, as x86 kernels had them up to 6.14. */
static const char kallsyms[] = "0000000000000000 A __per_cpu_start\n"
			       "0000000000001000 A pcpu_hot\n"
			       "0000000000002000 A __per_cpu_end\n"
			       "ffffffff81000000 T _text\n"
			       "ffffffff81000100 T __pfx_do_open\n"
			       "ffffffff81000110 t local_name\n"
			       "ffffffff81000110 T do_open\n"
			       "ffffffff81000200 T do_close\n"
			       "ffffffff82000000 D inode_hash_lock\n"
			       "ffffffff82000040 D next_one\n"
			       "ffffffff83000000 B _end\n"
			       "ffffffffc0001000 t ovl_open\t[overlay]\n"
			       "ffffffffc0002000 b temp_id.1\t[overlay]\n";

static const char percpu[] = "0 ffff888000000000\n1 ffff888000100000\n";

static void load(struct symbols *symbols, const char *names, const char *offsets)
{
	FILE *from = text_file(names), *cpus = text_file(offsets);

	assert_int_equal(symbols_read(symbols, from, cpus), 0);
	fclose(from);
	fclose(cpus);
}

static void check_code(const struct symbols *symbols, uint64_t pc, const char *expected)
{
	char name[256];

	symbols_code(symbols, pc, name, sizeof(name));
	assert_string_equal(name, expected);
}

static void check_data(const struct symbols *symbols, uint64_t address, const char *expected)
{
	char name[256];

	symbols_data(symbols, address, name, sizeof(name));
	assert_string_equal(name, expected);
}

static void names_code(void **state)
{
	struct symbols symbols;

	(void)state;
	load(&symbols, kallsyms, percpu);
	check_code(&symbols, 0xffffffff81000110, "do_open");
	check_code(&symbols, 0xffffffff810001ff, "do_open");
	check_code(&symbols, 0xffffffff81000200, "do_close");
	check_code(&symbols, 0xffffffffc0001010, "ovl_open [overlay]");
	check_code(&symbols, 0xffff888000000010, "ffff888000000010");
	check_code(&symbols, 0x401000, "user:401000");
	check_code(&symbols, 0xffffffff81000108, "_text"); /* padding has no name */
	check_code(&symbols, 0xffffffff90000000, "ffffffff90000000");
	symbols_free(&symbols);
}

static void names_data(void **state)
{
	struct symbols symbols;

	(void)state;
	load(&symbols, kallsyms, percpu);
	check_data(&symbols, 0xffffffff82000000, "inode_hash_lock");
	check_data(&symbols, 0xffffffff82000020, "inode_hash_lock+0x20");
	check_data(&symbols, 0xffffffffc0002000, "temp_id.1 [overlay]");
	check_data(&symbols, 0xff161a0f0104b6b0, "heap:ff161a0f0104b6b0");
	check_data(&symbols, 0xffff888000001000, "percpu:pcpu_hot/0");
	check_data(&symbols, 0xffff888000101008, "percpu:pcpu_hot/1");
	check_data(&symbols, 0xffff888000103000, "heap:ffff888000103000");
	check_data(&symbols, 0x7f0000000000, "user:7f0000000000");
	symbols_free(&symbols);
}

/* From 6.15 on per-CPU variables have addresses in the image, and the offsets are differences. */
static void names_percpu_data_of_new_kernels(void **state)
{
	static const char names[] = "ffffffff81000000 T _text\n"
				    "ffffffff82a00000 D __per_cpu_start\n"
				    "ffffffff82a01000 D pcpu_hot\n"
				    "ffffffff82a02000 D __per_cpu_end\n"
				    "ffffffff83000000 B _end\n";
	struct symbols symbols;

	(void)state;
	load(&symbols, names, "0 ffff0000fd600000\n1 ffff0000fd700000\n");
	check_data(&symbols, 0xffffffff82a01000 + 0xffff0000fd700000, "percpu:pcpu_hot/1");
	symbols_free(&symbols);
}

static void works_without_percpu_offsets(void **state)
{
	struct symbols symbols;
	FILE *from = text_file(kallsyms);

	(void)state;
	assert_int_equal(symbols_read(&symbols, from, NULL), 0);
	check_data(&symbols, 0xffff888000001000, "heap:ffff888000001000");
	fclose(from);
	symbols_free(&symbols);
}

static void refuse(const char *names, const char *offsets)
{
	FILE *from = text_file(names), *cpus = text_file(offsets);
	struct symbols symbols;

	assert_int_equal(symbols_read(&symbols, from, cpus), -1);
	fclose(from);
	fclose(cpus);
}

static void refuses_hidden_addresses_and_damage(void **state)
{
	(void)state;
	refuse("0000000000000000 T _text\n0000000000000000 B _end\n", percpu);
	refuse("garbage\n\n", percpu);
	refuse(kallsyms, "0 10\n2 20\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_code),
		cmocka_unit_test(names_data),
		cmocka_unit_test(names_percpu_data_of_new_kernels),
		cmocka_unit_test(works_without_percpu_offsets),
		cmocka_unit_test(refuses_hidden_addresses_and_damage),
	};

	return cmocka_run_group_tests_name("symbols", tests, NULL, NULL);
}
