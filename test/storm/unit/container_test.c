// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include <cmocka.h>

#include "container_bundle.h"
#include "container_doors.h"
#include "container_engine.h"

static void control_groups_are_read(void **state)
{
	char unified[] = "0::/docker/0123", named[] = "1:name=systemd:/a:b",
	     cpu[] = "4:cpu,cpuacct:/x";
	char none[] = "no such line", other[] = "3:cpu";
	const char *controllers, *path;

	(void)state;
	assert_int_equal(cgroup_line_parse(unified, &controllers, &path), 0);
	assert_string_equal(controllers, "");
	assert_string_equal(path, "/docker/0123");
	assert_int_equal(cgroup_line_parse(named, &controllers, &path), 0);
	assert_string_equal(controllers, "name=systemd");
	assert_string_equal(path, "/a:b");
	assert_int_equal(cgroup_line_parse(cpu, &controllers, &path), 0);
	assert_string_equal(controllers, "cpu,cpuacct");
	assert_int_equal(cgroup_line_parse(none, &controllers, &path), -1);
	assert_int_equal(cgroup_line_parse(other, &controllers, &path), -1);
}

static void control_groups_are_found_by_whole_names(void **state)
{
	char text[] = "30 24 0:26 / /c/cpuset rw shared:9 - cgroup cgroup rw,cpuset\n"
		      "31 24 0:27 / /c/cpuacct rw shared:10 - cgroup cgroup rw,cpuacct,cpu\n"
		      "32 24 0:28 / /c/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd\n"
		      "33 24 0:29 / /c/unified rw shared:12 - cgroup2 cgroup2 rw,nsdelegate\n";
	FILE *file = fmemopen(text, strlen(text), "r");
	struct libmnt_table *mounts = mnt_new_table();

	(void)state;
	assert_int_equal(mnt_table_parse_stream(mounts, file, "mountinfo"), 0);
	fclose(file);
	assert_string_equal(cgroup_mounted_at(mounts, "cpuset"), "/c/cpuset");
	assert_string_equal(cgroup_mounted_at(mounts, "cpu"), "/c/cpuacct");
	assert_string_equal(cgroup_mounted_at(mounts, "cpu,cpuacct"), "/c/cpuacct");
	assert_string_equal(cgroup_mounted_at(mounts, "name=systemd"), "/c/systemd");
	assert_null(cgroup_mounted_at(mounts, "name=other"));
	assert_null(cgroup_mounted_at(mounts, "set"));
	assert_string_equal(cgroup_mounted_at(mounts, ""), "/c/unified");
	mnt_unref_table(mounts);
}

static struct json_object *at(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no %s in %s", key, json_object_to_json_string(object));
	return value;
}

static void bundles_get_our_root_and_command(void **state)
{
	struct json_object *config = json_tokener_parse(
		"{\"process\": {\"terminal\": true, \"args\": [\"sh\"], \"cwd\": \"/\"},"
		"\"root\": {\"path\": \"rootfs\", \"readonly\": true},"
		"\"mounts\": [{\"destination\": \"/proc\"}]}");
	struct json_object *added;

	(void)state;
	assert_int_equal(bundle_change(config, "/tmp/m3", "/tmp/r"), 0);
	assert_false(json_object_get_boolean(at(at(config, "process"), "terminal")));
	assert_string_equal(json_object_get_string(json_object_array_get_idx(
				    at(at(config, "process"), "args"), 0)),
			    CONTAINER_INIT);
	assert_string_equal(json_object_get_string(at(at(config, "process"), "cwd")), "/");
	assert_string_equal(json_object_get_string(at(at(config, "root"), "path")), "/tmp/m3");
	assert_false(json_object_get_boolean(at(at(config, "root"), "readonly")));
	assert_int_equal(json_object_array_length(at(config, "mounts")), 2);
	added = json_object_array_get_idx(at(config, "mounts"), 1);
	assert_string_equal(json_object_get_string(at(added, "destination")), CONTAINER_RAW);
	assert_string_equal(json_object_get_string(at(added, "source")), "/tmp/r");
	json_object_put(config);

	config = json_tokener_parse("{\"process\": {}, \"root\": {}}");
	assert_int_equal(bundle_change(config, "a", "b"), -1);
	json_object_put(config);
}

static void drivers_of_the_kernels_overlay(void **state)
{
	(void)state;
	assert_true(driver_is_overlay("overlay2"));
	assert_true(driver_is_overlay("overlay"));
	assert_true(driver_is_overlay("overlayfs"));
	assert_false(driver_is_overlay("vfs"));
	assert_false(driver_is_overlay("fuse-overlayfs"));
	assert_false(driver_is_overlay("btrfs"));
}

static bool says(const char *const *argv, const char *word)
{
	for (; *argv; argv++) {
		if (strcmp(*argv, word) == 0)
			return true;
	}
	return false;
}

static void containers_end_with_their_input(void **state)
{
	const char *argv[16];

	(void)state;
	assert_null(engine_find("lxc"));
	for (int i = 0; i < 2; i++) {
		const char *name = i ? "podman" : "docker";

		engine_run_command(engine_find(name), "box", "image", argv);
		assert_string_equal(argv[0], name);
		assert_true(says(argv, "-i") && says(argv, "--rm") && says(argv, "never"));
		assert_true(says(argv, "box") && says(argv, "image") && says(argv, CONTAINER_RAW));
		assert_false(says(argv, "-d"));
	}
	engine_run_command(engine_find("runc"), "box", "/bundle", argv);
	assert_true(says(argv, "/bundle") && says(argv, "box"));
	assert_false(says(argv, "--detach"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_groups_are_read),
		cmocka_unit_test(control_groups_are_found_by_whole_names),
		cmocka_unit_test(bundles_get_our_root_and_command),
		cmocka_unit_test(drivers_of_the_kernels_overlay),
		cmocka_unit_test(containers_end_with_their_input),
	};

	return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
