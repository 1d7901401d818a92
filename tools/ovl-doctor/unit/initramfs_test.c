// SPDX-License-Identifier: GPL-2.0-only
/* Modules in an initramfs, whatever it is made of; and the finding about them. */
#include "machine.h"

#include "facts.h"
#include "initramfs.h"
#include "storm.h"

#define IMAGE "/boot/initrd.img-" KERNEL

static const char *const names[] = { "overlay", "fuse", NULL };
static struct initramfs image;

struct archive {
	unsigned char bytes[65536];
	size_t size;
};

static void pad(struct archive *a, size_t multiple)
{
	while (a->size % multiple)
		a->bytes[a->size++] = 0;
}

static void add(struct archive *a, const char *name, const void *bytes, size_t size)
{
	a->size +=
		sprintf((char *)a->bytes + a->size,
			"070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, 0100644, 0,
			0, 1, 0, (unsigned int)size, 0, 0, 0, 0, (unsigned int)strlen(name) + 1, 0);
	memcpy(a->bytes + a->size, name, strlen(name) + 1);
	a->size += strlen(name) + 1;
	pad(a, 4);
	memcpy(a->bytes + a->size, bytes, size);
	a->size += size;
	pad(a, 4);
}

/* An archive with a module, or without one. */
static void make_archive(struct archive *a, const struct made_module *m)
{
	struct buffer b = { .size = 0 };

	add(a, "kernel/x86/microcode.bin", "12345", 5);
	if (m) {
		make_module(&b, m);
		add(a, "usr/lib/modules/" KERNEL "/kernel/fs/overlayfs/overlay.ko", b.bytes,
		    b.size);
	}
	add(a, "TRAILER!!!", "", 0);
	pad(a, 512);
}

static void put_image(const char *packer, const struct archive *plain, const struct archive *packed)
{
	char *argv[] = { "sh", "-c",
			 text_format("cd '%s' && %s < packed >> plain && mkdir -p boot && mv plain "
				     "'.%s'",
				     machine_root, packer, IMAGE),
			 NULL };
	int status;

	put_bytes("/plain", plain->bytes, plain->size);
	put_bytes("/packed", packed->bytes, packed->size);
	child_text(argv, &status);
	assert_int_equal(status, 0);
}

static void modules_are_found_behind_every_packer(void **state)
{
	static const char *const packers[] = { "cat", "gzip", "xz", "zstd -q", "bzip2" };

	(void)state;
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		struct archive early = { .size = 0 }, late = { .size = 0 };

		make_archive(&early, NULL);
		make_archive(&late, &in_tree);
		put_image(packers[i], &early, &late);
		initramfs_read(&image, KERNEL, names);
		assert_string_equal(image.path, IMAGE);
		if (image.why_not)
			fail_msg("%s: %s", packers[i], image.why_not);
		assert_int_equal(image.count, 1);
		assert_string_equal(image.modules[0].path,
				    "usr/lib/modules/" KERNEL "/kernel/fs/overlayfs/overlay.ko");
		assert_string_equal(image.modules[0].build_id,
				    "1111111111111111111111111111111111111111");
	}
}

static void damage_is_told(void **state)
{
	struct archive early = { .size = 0 }, late = { .size = 0 };

	(void)state;
	make_archive(&early, &in_tree);
	late.size = 300;
	memset(late.bytes, 'x', late.size);
	put_image("cat", &early, &late);
	initramfs_read(&image, KERNEL, names);
	assert_int_equal(image.count, 1);
	assert_non_null(strstr(image.why_not, "no cpio archive"));
	put_image("gzip", &early, &late);
	initramfs_read(&image, KERNEL, names);
	assert_non_null(strstr(image.why_not, "gzip"));
	for (size_t size = 0; size < early.size; size += 7) {
		put_bytes(IMAGE, early.bytes, size);
		initramfs_read(&image, KERNEL, names);
	}
}

static void none_is_no_error(void **state)
{
	(void)state;
	initramfs_read(&image, KERNEL, names);
	assert_null(image.path);
	assert_null(image.why_not);
}

static void names_of_other_distributions(void **state)
{
	struct archive a = { .size = 0 };

	(void)state;
	make_archive(&a, &in_tree);
	put_bytes("/boot/initramfs-" KERNEL ".img", a.bytes, a.size);
	initramfs_read(&image, KERNEL, names);
	assert_string_equal(image.path, "/boot/initramfs-" KERNEL ".img");
	assert_int_equal(image.count, 1);
}

static void a_stale_one_is_a_finding(void **state)
{
	struct archive a = { .size = 0 };
	struct findings found;
	struct facts facts;

	(void)state;
	make_archive(&a, &in_tree);
	put_bytes(IMAGE, a.bytes, a.size);
	assert_int_equal(facts_read(&facts, &(struct depth){ .initramfs = true }), SUCCESS);
	findings_make(&found, &facts);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.list[0].code, "initramfs-stale");
	assert_string_equal(found.list[0].advice, "update-initramfs -u -k " KERNEL);
	a.size = 0;
	make_archive(&a, &ours);
	put_bytes(IMAGE, a.bytes, a.size);
	facts_read(&facts, &(struct depth){ .initramfs = true });
	findings_make(&found, &facts);
	assert_int_equal(found.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(modules_are_found_behind_every_packer),
		machine_test(damage_is_told),
		machine_test(none_is_no_error),
		machine_test(names_of_other_distributions),
		machine_test(a_stale_one_is_a_finding),
	};

	return cmocka_run_group_tests_name("initramfs", tests, NULL, NULL);
}
