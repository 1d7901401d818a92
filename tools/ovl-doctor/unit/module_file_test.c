// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

#include "module_file.h"
#include "modules.h"
#include "unpack.h"

#define ID_22 "2222222222222222222222222222222222222222"

static void a_module_says_what_it_is(void **state)
{
	struct module_file f;

	(void)state;
	assert_true(module_file_read(&f, UPDATES));
	assert_string_equal(f.path, UPDATES);
	assert_string_equal(f.version, "ovl-calm-9.9.9");
	assert_string_equal(f.vermagic, KERNEL " SMP");
	assert_string_equal(f.build_id, ID_22);
	assert_null(f.srcversion);
	assert_false(f.is_signed);
	assert_int_equal(f.uses, SYMBOL_CLONE_PRIVATE_MOUNT | SYMBOL_KERN_UNMOUNT_ARRAY |
					 SYMBOL_OVERRIDE_CREDS);
	assert_int_equal(f.offers, SYMBOL_OVL_OVERRIDE_CREDS);
	assert_true(module_file_read(&f, IN_TREE));
	assert_null(f.version);
	assert_true(f.is_signed);
}

static void compressed_modules_are_read(void **state)
{
	static const char *const packers[][2] = { { "gzip", ".gz" },
						  { "xz", ".xz" },
						  { "zstd", ".zst" } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *packed = text_format("%s%s", UPDATES, packers[i][1]);
		char *argv[] = { (char *)packers[i][0], "-qkf", at(UPDATES), NULL };
		struct module_file f;
		int status;

		child_text(argv, &status);
		assert_int_equal(status, 0);
		assert_true(module_file_read(&f, packed));
		assert_string_equal(f.build_id, ID_22);
		assert_int_equal(truncate(at("%s", packed), 40), 0);
		assert_false(module_file_read(&f, packed));
		assert_non_null(strstr(f.why_not, packers[i][0]));
	}
}

static void what_is_no_module_is_refused(void **state)
{
	struct module_file f;

	(void)state;
	put_file(UPDATES, "#!/bin/sh\n");
	assert_false(module_file_read(&f, UPDATES));
	assert_non_null(strstr(f.why_not, "ELF"));
	assert_false(module_file_read(&f, "/nowhere"));
	assert_string_equal(f.why_not, "No such file or directory");
}

/* A copy of exactly the right size, so that valgrind and sanitizers see any read beyond it. */
static void parse_copy(const unsigned char *bytes, size_t size)
{
	unsigned char *copy = malloc(size ? size : 1);
	struct module_file f = { .path = NULL };

	memcpy(copy, bytes, size);
	if (!module_file_parse(&f, copy, size))
		assert_non_null(f.why_not);
	free(copy);
}

static void damage_does_no_harm(void **state)
{
	struct buffer b = { .size = 0 };

	(void)state;
	make_module(&b, &ours);
	for (size_t size = 0; size < b.size; size++)
		parse_copy(b.bytes, size);
	for (size_t i = 4; i < b.size; i++) {
		unsigned char kept = b.bytes[i];

		b.bytes[i] ^= 0xff;
		parse_copy(b.bytes, b.size);
		b.bytes[i] = kept;
	}
}

static void modules_dep_is_searched_by_name(void **state)
{
	static const char dep[] = "kernel/fs/fuse/fuse.ko.xz: kernel/x.ko\n"
				  "kernel/fs/fuse/virtio-fs.ko.zst:\n"
				  "updates/dkms/overlay.ko: kernel/fs/fuse/fuse.ko\n";

	(void)state;
	assert_string_equal(modules_dep_find(dep, "fuse"), "kernel/fs/fuse/fuse.ko.xz");
	assert_string_equal(modules_dep_find(dep, "virtio_fs"), "kernel/fs/fuse/virtio-fs.ko.zst");
	assert_string_equal(modules_dep_find(dep, "overlay"), "updates/dkms/overlay.ko");
	assert_null(modules_dep_find(dep, "over"));
	assert_null(modules_dep_find(dep, "x"));
	assert_null(modules_dep_find("", "overlay"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(a_module_says_what_it_is),
		machine_test(compressed_modules_are_read),
		machine_test(what_is_no_module_is_refused),
		machine_test(damage_does_no_harm),
		machine_test(modules_dep_is_searched_by_name),
	};

	return cmocka_run_group_tests_name("module_file", tests, NULL, NULL);
}
