// SPDX-License-Identifier: GPL-2.0-only
/* Against directories that look like sysfs and fusectl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "floor.h"
#include "floor_report.h"
#include "storm.h"

static char top[64], bdi_directory[96], connections[96], mountinfo[96], state_directory[96];
static const struct floor_host host = { bdi_directory, connections, mountinfo };
static const struct share_limits limits = { 10000, 20000, 50000, 200000, 0 };

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static unsigned int value_of(const char *bdi)
{
	unsigned int value = 0;
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/min_ratio_fine", bdi_directory, bdi);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%u", &value), 1);
	fclose(file);
	return value;
}

static void set_value(const char *bdi, const char *attribute, const char *value)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s/%s", bdi_directory, bdi, attribute);
	write_file(path, value);
}

static void make_bdi(const char *name, const char *min)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", bdi_directory, name);
	assert_int_equal(mkdir(path, 0700), 0);
	set_value(name, "min_ratio_fine", min);
	set_value(name, "max_ratio_fine", "10000");
	set_value(name, "strict_limit", "1");
}

static void make_connection(const char *number, uid_t owner)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", connections, number);
	assert_int_equal(mkdir(path, 0700), 0);
	if (owner != getuid())
		assert_int_equal(chown(path, owner, (gid_t)-1), 0);
}

static void remove_bdi(const char *name, const char *number)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -r %s/%s %s/%s", bdi_directory, name, connections,
		 number);
	assert_int_equal(system(command), 0);
}

/* Disks 8:0 and a FUSE-like NFS 0:40; FUSE 0:41, 0:42; a virtiofs without connection 0:43. */
static int make_host(void **state)
{
	(void)state;
	strcpy(top, "/tmp/fuse-floor-unit.XXXXXX");
	if (!mkdtemp(top))
		return -1;
	snprintf(bdi_directory, sizeof(bdi_directory), "%s/bdi", top);
	snprintf(connections, sizeof(connections), "%s/connections", top);
	snprintf(mountinfo, sizeof(mountinfo), "%s/mountinfo", top);
	snprintf(state_directory, sizeof(state_directory), "%s/state", top);
	if (mkdir(bdi_directory, 0700) || mkdir(connections, 0700))
		return -1;
	make_bdi("8:0", "500");
	make_bdi("0:40", "0");
	make_bdi("0:41", "0");
	make_bdi("0:42", "0");
	make_bdi("0:43", "0");
	make_connection("41", getuid());
	make_connection("42", getuid());
	write_file(mountinfo, "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
			      "31 30 0:40 / /nfs rw - nfs server:/ rw\n"
			      "32 30 0:41 / /ssh rw - fuse.sshfs host:/ rw,user_id=0\n"
			      "33 30 0:43 / /virtual rw - virtiofs tag rw\n");
	return 0;
}

static int remove_host(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command);
}

static void each_fuse_mount_gets_its_floor_and_nothing_else_does(void **state)
{
	(void)state;
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	assert_int_equal(value_of("0:41"), 10000);
	assert_int_equal(value_of("0:42"), 10000);
	assert_int_equal(value_of("0:43"), 10000);
	assert_int_equal(value_of("0:40"), 0);
	assert_int_equal(value_of("8:0"), 500);
}

static void all_is_undone_and_nothing_else(void **state)
{
	(void)state;
	set_value("0:42", "min_ratio_fine", "7777");
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	assert_int_equal(value_of("0:42"), 7777);
	assert_int_equal(floor_undo_all(&host, state_directory), SUCCESS);
	assert_int_equal(value_of("0:41"), 0);
	assert_int_equal(value_of("0:43"), 0);
	assert_int_equal(value_of("0:42"), 7777);
	assert_int_equal(value_of("8:0"), 500);
	set_value("0:41", "min_ratio_fine", "10000");
	assert_int_equal(floor_undo_all(&host, state_directory), SUCCESS);
	assert_int_equal(value_of("0:41"), 10000);
}

/* Less is free after an administrator took it, more again after a mount has gone. */
static void shares_follow_what_there_is(void **state)
{
	struct share_limits tight = limits;

	(void)state;
	tight.total = 15000;
	assert_int_equal(floor_apply(&host, state_directory, &tight), SUCCESS);
	assert_int_equal(value_of("0:41"), 5000);
	remove_bdi("0:42", "42");
	assert_int_equal(floor_apply(&host, state_directory, &tight), SUCCESS);
	assert_int_equal(value_of("0:41"), 7500);
	set_value("8:0", "min_ratio_fine", "940000");
	assert_int_equal(floor_apply(&host, state_directory, &tight), SUCCESS);
	assert_int_equal(value_of("0:41"), 5000);
}

/* Seen with a value of somebody else's, a bdi is theirs, whatever they set it to later. */
static void what_was_taken_over_is_not_ours_again(void **state)
{
	(void)state;
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	set_value("0:41", "min_ratio_fine", "7777");
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	set_value("0:41", "min_ratio_fine", "10000");
	assert_int_equal(floor_undo_all(&host, state_directory), SUCCESS);
	assert_int_equal(value_of("0:41"), 10000);
}

static void a_new_mount_under_an_old_number_is_new(void **state)
{
	struct share_limits none = limits;

	(void)state;
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	remove_bdi("0:41", "41");
	make_bdi("0:41", "0");
	make_connection("41", getuid());
	none.mount = 0;
	assert_int_equal(floor_apply(&host, state_directory, &none), SUCCESS);
	assert_int_equal(value_of("0:41"), 0);
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	assert_int_equal(value_of("0:41"), 10000);
}

/* The state was saved, the kernel was not told: the value before is still ours. */
static void a_kill_in_between_is_made_good(void **state)
{
	struct floor_state s;

	(void)state;
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	assert_int_equal(floor_state_open(&s, state_directory, true), SUCCESS);
	floor_state_set(&s, "0:41", 4000);
	assert_int_equal(floor_state_save(&s), SUCCESS);
	floor_state_close(&s);
	assert_int_equal(floor_undo_all(&host, state_directory), SUCCESS);
	assert_int_equal(value_of("0:41"), 0);
}

static void a_users_mounts_count_as_the_users(void **state)
{
	struct fuse_bdis b;

	(void)state;
	if (getuid() != 0)
		skip();
	make_bdi("0:50", "0");
	make_connection("50", 1000);
	make_bdi("8:1-fuseblk", "0");
	make_connection("8388609", 1000);
	make_bdi("0:51", "0");
	make_connection("51", 1000);
	make_bdi("0:52", "0");
	make_connection("52", 1000);
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	assert_int_equal(value_of("0:41"), 10000);
	assert_int_equal(value_of("0:50"), 5000);
	assert_int_equal(value_of("8:1-fuseblk"), 5000);
	assert_int_equal(fuse_bdis_read(&b, &host), SUCCESS);
	assert_int_equal(b.count, 7);
	assert_int_equal(b.others, 500);
	assert_int_equal(fuse_bdis_find(&b, "0:50")->owner, 1000);
	assert_string_equal(fuse_bdis_find(&b, "0:41")->target, "/ssh");
	assert_null(fuse_bdis_find(&b, "0:40"));
	fuse_bdis_free(&b);
}

static struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no key \"%s\"", key);
	return value;
}

static void status_tells_what_is_and_who_set_it(void **state)
{
	struct fuse_bdis b;
	struct floor_state s;
	struct floor_report r = { &b, &s, &limits, NULL, true };
	struct json_object *root, *mount;

	(void)state;
	assert_int_equal(floor_apply(&host, state_directory, &limits), SUCCESS);
	set_value("0:42", "min_ratio_fine", "7777");
	assert_int_equal(floor_state_open(&s, state_directory, false), SUCCESS);
	assert_int_equal(fuse_bdis_read(&b, &host), SUCCESS);
	root = floor_report_json(&r);
	assert_string_equal(json_object_get_string(get(root, "fuse_percent")), "2.7777");
	assert_string_equal(json_object_get_string(get(root, "others_percent")), "0.05");
	assert_true(json_object_get_boolean(get(root, "idle_module")));
	assert_int_equal(json_object_array_length(get(root, "mounts")), 3);
	mount = json_object_array_get_idx(get(root, "mounts"), 0);
	assert_string_equal(json_object_get_string(get(mount, "bdi")), "0:41");
	assert_string_equal(json_object_get_string(get(mount, "set_by")), "fuse-floor");
	assert_string_equal(json_object_get_string(get(mount, "type")), "fuse.sshfs");
	mount = json_object_array_get_idx(get(root, "mounts"), 1);
	assert_string_equal(json_object_get_string(get(mount, "set_by")), "other");
	assert_null(get(mount, "target"));
	json_object_put(root);
	fuse_bdis_free(&b);
	floor_state_close(&s);
}

static void names_of_fuse_bdis(void **state)
{
	(void)state;
	assert_true(fuse_bdi_is_name("0:41"));
	assert_true(fuse_bdi_is_name("8:1-fuseblk"));
	assert_false(fuse_bdi_is_name("8:1"));
	assert_false(fuse_bdi_is_name("0:41/../8:0"));
	assert_false(fuse_bdi_is_name("btrfs-1"));
}

#define HOST_TEST(f) cmocka_unit_test_setup_teardown(f, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(each_fuse_mount_gets_its_floor_and_nothing_else_does),
		HOST_TEST(all_is_undone_and_nothing_else),
		HOST_TEST(shares_follow_what_there_is),
		HOST_TEST(what_was_taken_over_is_not_ours_again),
		HOST_TEST(a_new_mount_under_an_old_number_is_new),
		HOST_TEST(a_kill_in_between_is_made_good),
		HOST_TEST(a_users_mounts_count_as_the_users),
		HOST_TEST(status_tells_what_is_and_who_set_it),
		cmocka_unit_test(names_of_fuse_bdis),
	};

	return cmocka_run_group_tests_name("floor", tests, NULL, NULL);
}
