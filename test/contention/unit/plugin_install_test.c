// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the plugin tell QEMUs it can work with from others? This program plays a QEMU of interface
 * version 4: it exports what such a QEMU exports. Nothing here lets the plugin start to work.
 */
#include "unit.h"

#include <dlfcn.h>
#include <unistd.h>

#include "../qemu_plugin_api.h"

#define EXPORTED __attribute__((visibility("default"))) void

EXPORTED qemu_plugin_num_vcpus(void);
EXPORTED qemu_plugin_register_vcpu_tb_exec_cond_cb(void);
EXPORTED qemu_plugin_mem_get_value(void);

EXPORTED qemu_plugin_num_vcpus(void)
{
}

EXPORTED qemu_plugin_register_vcpu_tb_exec_cond_cb(void)
{
}

EXPORTED qemu_plugin_mem_get_value(void)
{
}

typedef int (*install_t)(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

static void *plugin;
static install_t install;

static int load(void **state)
{
	(void)state;
	plugin = dlopen(PLUGIN, RTLD_LAZY);
	if (!plugin)
		print_error("%s\n", dlerror());
	assert_non_null(plugin);
	install = (install_t)dlsym(plugin, "qemu_plugin_install");
	assert_non_null(install);
	return 0;
}

/* Install with standard error going to TEXT. */
static int try(const qemu_info_t *info, int argc, char **argv, char *text, size_t size)
{
	int pipes[2], saved = dup(STDERR_FILENO), rc;
	ssize_t got;

	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDERR_FILENO);
	rc = install(1, info, argc, argv);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipes[1]);
	got = read(pipes[0], text, size - 1);
	text[got > 0 ? got : 0] = '\0';
	close(pipes[0]);
	return rc;
}

static qemu_info_t good_info(void)
{
	return (qemu_info_t){
		.target_name = "x86_64",
		.version = { .min = 2, .cur = 4 },
		.system_emulation = true,
		.system = { .smp_vcpus = 2, .max_vcpus = 2 },
	};
}

static void refused(const qemu_info_t *info, int argc, char **argv, const char *because)
{
	char text[512];

	assert_int_not_equal(try(info, argc, argv, text, sizeof(text)), 0);
	if (!strstr(text, because))
		print_error("said: %s", text);
	assert_non_null(strstr(text, because));
}

static void answers_with_the_version_qemu_has(void **state)
{
	int *version = dlsym(plugin, "qemu_plugin_version");

	(void)state;
	assert_non_null(version);
	assert_int_equal(*version, 4);
}

static void refuses_unknown_interfaces(void **state)
{
	qemu_info_t info = good_info();

	(void)state;
	info.version.min = PLUGIN_API_NEWEST + 1;
	info.version.cur = PLUGIN_API_NEWEST + 2;
	refused(&info, 0, NULL, "offers plugin interface 6 to 7, known are 1 to 5");
	info.version.min = info.version.cur = 0;
	refused(&info, 0, NULL, "offers plugin interface 0 to 0");
}

static void refuses_other_machines(void **state)
{
	qemu_info_t info = good_info();

	(void)state;
	info.target_name = "aarch64";
	refused(&info, 0, NULL, "needs qemu-system-x86_64, not the emulator of aarch64");
	info = good_info();
	info.system_emulation = false;
	refused(&info, 0, NULL, "needs qemu-system-x86_64");
}

static void refuses_bad_arguments(void **state)
{
	qemu_info_t info = good_info();
	char *unknown[] = { "file=x" }, *nowhere[] = { "out=/nonexistent/records" };

	(void)state;
	refused(&info, 0, NULL, "say where the records go");
	refused(&info, 1, unknown, "unknown argument, only out=FILE is known: file=x");
	refused(&info, 1, nowhere, "cannot write /nonexistent/records: No such file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_with_the_version_qemu_has),
		cmocka_unit_test(refuses_unknown_interfaces),
		cmocka_unit_test(refuses_other_machines),
		cmocka_unit_test(refuses_bad_arguments),
	};

	return cmocka_run_group_tests_name("plugin_install", tests, load, NULL);
}
