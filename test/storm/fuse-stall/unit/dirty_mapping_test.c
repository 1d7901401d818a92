// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "dirty_mapping.h"
#include "storm.h"

static int directory;

static int enter(void **state)
{
	static char path[] = "/tmp/fuse-stall-unit.XXXXXX";

	*state = path;
	if (!mkdtemp(path))
		return -1;
	directory = open(path, O_RDONLY | O_DIRECTORY);
	return directory < 0;
}

static int leave(void **state)
{
	unlinkat(directory, "f", 0);
	close(directory);
	return rmdir(*state);
}

static void each_page_is_dirtied_once(void **state)
{
	struct dirtying d;
	uint64_t end = 0;

	(void)state;
	assert_int_equal(dirty_mapping(directory, "f", 1, 100, &d), SUCCESS);
	assert_int_equal(d.pages, 256);
	assert_int_equal(d.done, 256);
	assert_true(d.seconds > 0);
	assert_true(d.sync_seconds >= 0);
	for (size_t i = 0; i < d.done; i++) {
		assert_true(d.touches[i].start >= end);
		end = d.touches[i].start + d.touches[i].length;
	}
	assert_int_equal(dirty_mapping_verify(directory, "f", 256), SUCCESS);
	dirtying_free(&d);
}

static void a_lost_page_is_noticed(void **state)
{
	uint64_t word = 0;
	int fd = openat(directory, "f", O_WRONLY);

	(void)state;
	assert_int_equal(pwrite(fd, &word, sizeof(word), 255 * 4096), sizeof(word));
	assert_int_equal(dirty_mapping_verify(directory, "f", 255), SUCCESS);
	assert_int_equal(dirty_mapping_verify(directory, "f", 256), FAILED);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_int_equal(dirty_mapping_verify(directory, "f", 2), FAILED);
	close(fd);
}

static void the_limit_ends_it(void **state)
{
	struct dirtying d;

	(void)state;
	assert_int_equal(unlinkat(directory, "f", 0), 0);
	assert_int_equal(dirty_mapping(directory, "f", 1, 1e-9, &d), SUCCESS);
	assert_true(d.done >= 1 && d.done < d.pages);
	assert_true(d.sync_seconds < 0);
	dirtying_free(&d);
	assert_int_equal(dirty_mapping(directory, "f", 1, 1, &d), FAILED);
	dirtying_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_is_dirtied_once),
		cmocka_unit_test(a_lost_page_is_noticed),
		cmocka_unit_test(the_limit_ends_it),
	};

	return cmocka_run_group_tests_name("dirty_mapping", tests, enter, leave);
}
