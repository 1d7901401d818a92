// SPDX-License-Identifier: GPL-2.0-only
/* The program as a whole: command line, exit codes, what it prints and writes. */
#include "machine.h"

#include <json-c/json.h>

#include "storms.h"

static char *output;

/* Runs ovl-doctor with words separated by blanks; $R is the machine's root. Keeps its output. */
static int run(const char *words)
{
	char *argv[] = { "sh", "-c", text_format("R='%s'; \"$OVL_DOCTOR\" %s", machine_root, words),
			 NULL };
	int status;

	output = child_text(argv, &status);
	return status;
}

static bool says(const char *part)
{
	return strstr(output, part);
}

static void exit_codes_tell_the_outcome(void **state)
{
	(void)state;
	assert_int_equal(run("--root $R"), 0);
	assert_true(says("Nothing to do."));
	assert_int_equal(run("plan --root $R"), 0);
	assert_true(says("there is nothing to swap"));
	put_loaded("overlay", NULL, 0x11);
	assert_int_equal(run("--root $R"), 1);
	assert_true(says("old-module-loaded"));
	assert_int_equal(run("plan --root $R"), 1);
	assert_true(says("Choice 1: reboot") && says("modprobe -r overlay && modprobe overlay"));
	take_away("/proc/sys");
	assert_int_equal(run("--root $R"), 3);
	assert_true(says("mount /proc first"));
}

static void a_full_disk_is_no_success(void **state)
{
	(void)state;
	assert_int_equal(run("--root $R > /dev/full"), 3);
	assert_int_equal(run("--root $R --json > /dev/full"), 3);
	assert_int_equal(run("--root $R --prometheus /nowhere/x.prom"), 3);
	assert_true(says("/nowhere/x.prom"));
}

static void bad_input_gets_one_line_that_names_it(void **state)
{
	static const char *const lines[][2] = {
		{ "--bogus", "--bogus" },
		{ "stray", "stray" },
		{ "plan fish", "fish" },
		{ "plan overlay fuse", "fuse" },
		{ "--root", "--root" },
		{ "--root /dev/null", "/dev/null" },
		{ "--root /nowhere", "/nowhere" },
		{ "--color blue", "blue" },
		{ "--prometheus ''", "--prometheus" },
		{ "--prometheus x --json", "--json" },
		{ "plan --prometheus x", "--prometheus" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (run(lines[i][0]) != 2 || !says(lines[i][1]) || !says("ovl-doctor: ") ||
		    strchr(output, '\n') != strrchr(output, '\n'))
			fail_msg("\"%s\": %s", lines[i][0], output);
	}
}

static void help_names_every_option(void **state)
{
	static const char *const names[] = { "plan",	"--json",	   "--prometheus",
					     "--probe", "--no-initramfs",  "--color",
					     "--root",	"--kernel-source", "--help" };

	(void)state;
	assert_int_equal(run("--help"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(says(names[i]));
}

static void colours_only_where_they_are_wanted(void **state)
{
	(void)state;
	run("--root $R");
	assert_false(says("\033"));
	run("--root $R --color always");
	assert_true(says("\033[32m"));
	/* A terminal: script(1) gives it one. */
	assert_int_equal(
		run("--root $R > /dev/null; TERM=xterm script -qec \"$OVL_DOCTOR --root $R\" "
		    "/dev/null"),
		0);
	assert_true(says("\033[32m"));
	run("--root $R > /dev/null; TERM=xterm script -qec \"$OVL_DOCTOR --root $R --color never\" "
	    "/dev/null");
	assert_false(says("\033"));
}

static void has_keys(struct json_object *o, const char *const keys[])
{
	for (size_t i = 0; keys[i]; i++) {
		if (!json_object_object_get_ex(o, keys[i], NULL))
			fail_msg("no key %s", keys[i]);
	}
}

static struct json_object *first(struct json_object *o, const char *list)
{
	return json_object_array_get_idx(json_object_object_get(o, list), 0);
}

/* What ovl-doctor(8) promises. */
static void json_has_the_documented_keys(void **state)
{
	struct json_object *o;

	(void)state;
	put_file("/proc/self/mountinfo",
		 "36 21 0:45 / /m rw - overlay o rw,lowerdir=/a:/b,upperdir=/u\n");
	put_loaded("overlay", NULL, 0x11);
	assert_int_equal(run("--root $R --json"), 1);
	o = json_tokener_parse(output);
	assert_non_null(o);
	has_keys(o, (const char *const[]){ "schema", "host", "kernel", "privileged", "modules",
					   "storms", "probe", "filesystems", "mount_namespaces",
					   "unseen_processes", "kernels", "signatures", "findings",
					   NULL });
	has_keys(first(o, "modules"),
		 (const char *const[]){ "name", "state", "origin", "version", "srcversion",
					"build_id", "references", "loaded_from", "replaced",
					"modprobe_file", "in_tree_file", NULL });
	has_keys(first(o, "storms"),
		 (const char *const[]){ "name", "text", "present", "evidence", "because", "removed",
					"removed_by", NULL });
	has_keys(first(o, "filesystems"),
		 (const char *const[]){ "type", "source", "device", "mounts", "users",
					"lower_layers", "has_upper", "private_ns", "private_mounts",
					"cred_shards", NULL });
	has_keys(first(o, "kernels"),
		 (const char *const[]){ "release", "running", "dkms", "version", "log", "headers",
					"source_missing", "modprobe_file", "initramfs", NULL });
	has_keys(json_object_object_get(o, "signatures"),
		 (const char *const[]){ "efi", "secure_boot", "shim_validates", "sig_enforce",
					"lockdown", "demanded", "dkms_certificate",
					"dkms_certificate_serial", "dkms_key", NULL });
	has_keys(first(o, "findings"),
		 (const char *const[]){ "code", "object", "what", "advice", NULL });
	json_object_put(o);
	assert_int_equal(run("plan --root $R --json"), 1);
	o = json_tokener_parse(output);
	has_keys(o, (const char *const[]){ "schema", "module", "state", "swap_needed",
					   "loaded_version", "modprobe_path", "holders",
					   "unexplained_references", "unseen_processes",
					   "drain_steps", NULL });
	json_object_put(o);
}

static void prometheus_gets_a_whole_file(void **state)
{
	(void)state;
	put_loaded("overlay", NULL, 0x11);
	assert_int_equal(run("--root $R --prometheus $R/x.prom"), 1);
	assert_string_equal(output, "");
	output = text_read(at("/x.prom"), NULL);
	assert_true(says("ovl_calm_findings 1\n"));
	assert_true(says("ovl_calm_finding{code=\"old-module-loaded\",object=\"overlay\"} 1\n"));
	assert_true(
		says("ovl_calm_module_info{module=\"overlay\",state=\"loaded\",origin=\"in-tree\","
		     "version=\"\"} 1\n"));
	assert_true(says("ovl_calm_module_replaced{module=\"overlay\"} 1\n"));
	assert_true(says("ovl_calm_storm_present{storm=\"mounter-cred\"} 1\n"));
	assert_true(says("ovl_calm_storm_removed{storm=\"mounter-cred\"} 0\n"));
	assert_true(says("ovl_calm_dkms_info{kernel=\"" KERNEL "\",running=\"true\","
			 "state=\"installed\"} 1\n"));
	assert_true(says("ovl_calm_doctor_last_run_timestamp_seconds "));
	/* Nothing is left beside it. */
	run("--help > /dev/null; ls -A $R");
	assert_null(strstr(output, "x.prom."));
}

static void promtool_accepts_it(void **state)
{
	(void)state;
	if (run("--help > /dev/null; command -v promtool") != 0) {
		print_message("# promtool is not installed (package prometheus)\n");
		skip();
	}
	put_file("/proc/self/mountinfo", "36 21 0:45 / /m rw - overlay o rw,lowerdir=/a:/b\n");
	put_loaded("overlay", "with \"quotes\" and \\", 0x11);
	assert_int_equal(run("--root $R --prometheus $R/x.prom"), 1);
	if (run("--help > /dev/null; promtool check metrics < $R/x.prom") != 0 || *output)
		fail_msg("%s", output);
}

/* On the machine that runs the tests, where it may and can. */
static void the_probe_gets_to_its_overlay(void **state)
{
	char *filesystems = text_read("/proc/filesystems", NULL);
	struct module overlay = { .state = MODULE_BUILTIN };
	struct probe probe;

	(void)state;
	if (geteuid() != 0 || !filesystems || !strstr(filesystems, "\toverlay\n")) {
		print_message("# needs root and overlayfs\n");
		skip();
	}
	probe_run(&probe, &overlay);
	/* Not every kernel names mount_lock; mounting comes first. */
	if (!probe.done && !starts_with(probe.why_not, "mount_lock cannot be counted"))
		fail_msg("%s", probe.why_not);
	overlay.state = MODULE_ABSENT;
	probe_run(&probe, &overlay);
	assert_string_equal(probe.why_not, "no overlay module is loaded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(exit_codes_tell_the_outcome),
		machine_test(a_full_disk_is_no_success),
		machine_test(bad_input_gets_one_line_that_names_it),
		machine_test(help_names_every_option),
		machine_test(colours_only_where_they_are_wanted),
		machine_test(json_has_the_documented_keys),
		machine_test(prometheus_gets_a_whole_file),
		machine_test(promtool_accepts_it),
		cmocka_unit_test(the_probe_gets_to_its_overlay),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
