// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of PID 1's parts that decide something: what the kernel log means, which taint counts,
 * what a case said. The files are included, so that their static functions can be reached.
 */
#include "../init-kmsg.c"
#include "../init-leaks.c"
#include "../init-case.c"
#include "../init-cleanup.c"
#include "../init-config.c"
#include "../init-tap.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static jmp_buf fatal_jump;
static char fatal_text[512];

void fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fatal_text, sizeof(fatal_text), fmt, ap);
	va_end(ap);
	longjmp(fatal_jump, 1);
}

static void kernel_complaints(void **state)
{
	static const char *const bad[] = {
		"WARNING: CPU: 1 PID: 77 at fs/namespace.c:1205 mntput_no_expire+0x2d4/0x320",
		"BUG: kernel NULL pointer dereference, address: 0000000000000008",
		"BUG: Dentry 00000000f2ab still in use (1) [unmount of tmpfs tmpfs]",
		"kernel BUG at fs/dcache.c:1597!",
		"general protection fault, probably for non-canonical address",
		"watchdog: BUG: soft lockup - CPU#1 stuck for 22s!",
		"INFO: task umount:312 blocked for more than 120 seconds.",
		"rcu: INFO: rcu_preempt self-detected stall on CPU",
		"refcount_t: underflow; use-after-free.",
		"list_del corruption. prev->next should be ffff",
		"BUG: KASAN: use-after-free in calm_mntput+0x1d/0x90 [overlay]",
		"BUG: KCSAN: data-race in ovl_drop_write [overlay] / vfs_statfs",
		"BUG: KCSAN: assert: race in __d_drop+0x34/0x80",
		"UBSAN: array-index-out-of-bounds in ovl/mounter_cred.c:44:19",
		"WARNING: possible circular locking dependency detected",
		"WARNING: suspicious RCU usage",
		"BUG: sleeping function called from invalid context at mm/slab.h:494",
		"INFO: trying to register non-static key.",
		"ODEBUG: free active (active state 0) object type: rcu_head hint: 0x0",
		"ODEBUG: Out of memory. ODEBUG disabled",
		"kmemleak: Cannot allocate a kmemleak_object structure",
		"BUG kmalloc-64 (Tainted: G           O      ): Redzone overwritten",
		"VFS: Busy inodes after unmount of tmpfs. Self-destruct in 5 seconds.",
		"EXT4-fs error (device vda): ext4_lookup:1785",
		"Kernel panic - not syncing: sysrq triggered crash",
	};
	static const char *const good[] = {
		"EXT4-fs (vda): mounted filesystem with ordered data mode.",
		"overlay: loading out-of-tree module taints kernel.",
		"overlayfs: upper fs does not support tmpfile.",
		"hpet: Lost 1 RTC interrupts",
		"kmemleak: Kernel memory leak detector initialized (mem pool available: 39482)",
		"kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
		"kasan: KernelAddressSanitizer initialized",
		"kcsan: non-strict mode configured - use CONFIG_KCSAN_STRICT=y to see all data "
		"races",
		"debug: something called",
		"BUG: KCSAN: data-race in _find_next_bit / rcu_report_qs_rnp",
		"ovl-test: begin WARNING: is in the name of this case",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!kmsg_suspicious(bad[i]))
			fail_msg("not seen: %s", bad[i]);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (kmsg_suspicious(good[i]))
			fail_msg("false alarm: %s", good[i]);
}

static void traces_that_were_asked_for(void **state)
{
	(void)state;
	assert_false(kmsg_suspicious("FAULT_INJECTION: forcing a failure."));
	assert_false(kmsg_suspicious("name failslab, interval 1, probability 0, space 0, times 0"));
	assert_false(kmsg_suspicious("Call Trace:"));
	assert_true(kmsg_suspicious("Call Trace:"));
}

static void announced_complaints(void **state)
{
	char *const allow[] = { "at fs/made/up.c", NULL };
	struct kmsg_report report = { 0 };

	(void)state;
	judge(&report, "WARNING: CPU: 0 PID: 1 at fs/made/up.c:1", allow);
	assert_int_equal(report.bad, 0);
	judge(&report, "WARNING: CPU: 0 PID: 1 at fs/other.c:1", allow);
	judge(&report, "BUG: the second", allow);
	assert_int_equal(report.bad, 2);
	assert_string_equal(report.first, "WARNING: CPU: 0 PID: 1 at fs/other.c:1");
}

static void leak_reports(void **state)
{
	static char reports[] =
		"unreferenced object 0xffff88810a (size 64):\n"
		"  comm \"mount\", pid 77, jiffies 4294893456 (age 13.450s)\n"
		"  backtrace:\n"
		"    [<000000000d1ad9a9>] calm_clone_private_mount+0x1/0x2 [overlay]\n"
		"unreferenced object 0xffff88810b (size 192):\n"
		"  backtrace:\n";
	FILE *f = fmemopen(reports, sizeof(reports) - 1, "r");
	char first[64] = "";
	int null = open("/dev/null", O_WRONLY);

	(void)state;
	assert_non_null(f);
	tap_open(null);
	assert_int_equal(leaks_read(f, first, sizeof(first)), 2);
	assert_string_equal(first, "unreferenced object 0xffff88810a (size 64):");
	assert_int_equal(leaks_read(f, first, sizeof(first)), 0);
	fclose(f);
	close(null);
}

static void taint(void **state)
{
	char letters[8];

	(void)state;
	assert_int_equal(taint_new(0, 0), 0);
	/* O and E are what loading our module means. */
	assert_int_equal(taint_new(0, 1UL << 12 | 1UL << 13), 0);
	assert_int_equal(taint_new(0, 1UL << 12 | 1UL << 9), 1UL << 9);
	/* An earlier case's taint is not this one's. */
	assert_int_equal(taint_new(1UL << 9, 1UL << 9 | 1UL << 14), 1UL << 14);
	taint_letters(1UL << 9 | 1UL << 14 | 1UL << 7, letters, sizeof(letters));
	assert_string_equal(letters, "DWL");
	taint_letters(~0UL, letters, sizeof(letters));
	assert_int_equal(strlen(letters), sizeof(letters) - 1);
}

static void mount_points(void **state)
{
	char s[] = "/a\\040b\\134c\\011d/\\04";

	(void)state;
	unescape(s);
	assert_string_equal(s, "/a b\\c\td/\\04");
}

/* Runs @input through the reader in pieces of @piece bytes; the report lands in @output. */
static void relay(const char *input, size_t piece, bool tap, struct verdict *v, char *output,
		  size_t size)
{
	struct stream s = { .tap = tap };
	int in[2], out[2];
	size_t left = strlen(input);
	bool more;
	ssize_t n;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	tap_open(out[1]);
	number = 0;
	s.fd = in[0];
	while (left) {
		size_t now_bytes = left < piece ? left : piece;

		assert_int_equal(write(in[1], input, now_bytes), now_bytes);
		assert_true(take_stream(v, &s));
		input += now_bytes;
		left -= now_bytes;
	}
	close(in[1]);
	do {
		more = take_stream(v, &s);
	} while (more);
	close(in[0]);
	close(out[1]);
	n = read(out[0], output, size - 1);
	output[n > 0 ? n : 0] = '\0';
	close(out[0]);
}

static void what_a_case_says(void **state)
{
	static const char said[] = "ok 4 - numbered\n"
				   "not ok - plain\n"
				   "ok\n"
				   "okay is no result\n"
				   "# a note\n"
				   "\n"
				   "1..3\n"
				   "not ok 12 without a dash # SKIP really\n"
				   "ok - the last line has no end";
	static const char report[] = "ok 1 - c: numbered\n"
				     "not ok 2 - c: plain\n"
				     "ok 3 - c: \n"
				     "# okay is no result\n"
				     "# a note\n"
				     "not ok 4 - c: without a dash # SKIP really\n"
				     "ok 5 - c: the last line has no end\n";
	size_t piece;

	(void)state;
	for (piece = 1; piece < 40; piece++) {
		struct verdict v = { .name = "c", .plan = -1 };
		char output[1024];

		relay(said, piece, true, &v, output, sizeof(output));
		assert_string_equal(output, report);
		assert_int_equal(v.lines, 5);
		assert_int_equal(v.plan, 3);
		assert_false(v.bailed);
	}
}

static void errors_are_no_results(void **state)
{
	struct verdict v = { .name = "c", .plan = -1 };
	char output[256];

	(void)state;
	relay("ok - on standard error\nBail out!\n", 7, false, &v, output, sizeof(output));
	assert_string_equal(output, "# ok - on standard error\n# Bail out!\n");
	assert_int_equal(v.lines, 0);
	assert_false(v.bailed);
}

static void endless_line(void **state)
{
	struct verdict v = { .name = "c", .plan = -1 };
	static char input[10000], output[12000];

	(void)state;
	memset(input, 'x', sizeof(input) - 1);
	relay(input, 1000, true, &v, output, sizeof(output));
	assert_int_equal(v.lines, 0);
	assert_true(strlen(output) > 9999);
}

static int write_config(const char *text, struct config *cfg)
{
	char path[] = "/tmp/ovl-init-unit.XXXXXX";
	int fd = mkstemp(path), status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	status = setjmp(fatal_jump);
	if (!status)
		config_read(cfg, path);
	unlink(path);
	return status;
}

static void run_configuration(void **state)
{
	static const char *const bad[] = {
		"nonsense\n",	     "colour=red\n",	"case_timeout=0\n",
		"case_timeout=1m\n", "case_timeout=\n",
	};
	struct config cfg;
	size_t i;

	(void)state;
	assert_int_equal(
		write_config("suite=trixie\ncase=a*\ncase=b\nenv=A=b=c d\ncase_timeout=7\n", &cfg),
		0);
	assert_string_equal(cfg.suite, "trixie");
	assert_string_equal(cfg.cases, CASES_DIR);
	assert_int_equal(cfg.nr_globs, 2);
	assert_string_equal(cfg.globs[1], "b");
	assert_null(cfg.globs[2]);
	assert_string_equal(cfg.env[0], "A=b=c d");
	assert_int_equal(cfg.case_timeout, 7);
	assert_true(wanted(&cfg, "abc"));
	assert_true(wanted(&cfg, "b"));
	assert_false(wanted(&cfg, "bc"));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!write_config(bad[i], &cfg))
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(write_config("", &cfg), 0);
	assert_true(wanted(&cfg, "anything"));
}

static void write_case(const char *dir, const char *name, const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		fail_msg("cannot write %s", path);
}

static void cases_that_come_last(void **state)
{
	static const char *const names[] = { "first", "last", "says-so-too-late" };
	char dir[] = "/tmp/init-unit-XXXXXX", path[64], text[1024] = "";
	struct config cfg = { 0 };
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(cfg.cases, sizeof(cfg.cases), "%s", dir);
	write_case(dir, names[0], "#!/bin/sh\n# timeout: 20\n# last one standing\n");
	write_case(dir, names[1], "#!/bin/sh\n# timeout: 20\n# last: it cannot be undone\n");
	for (i = 0; i < 60; i++)
		strcat(text, "true\n");
	write_case(dir, names[2], strcat(text, "# last: deep in the text\n"));
	assert_false(comes_last(&cfg, names[0]));
	assert_true(comes_last(&cfg, names[1]));
	assert_false(comes_last(&cfg, names[2]));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_complaints),
		cmocka_unit_test(announced_complaints),
		cmocka_unit_test(traces_that_were_asked_for),
		cmocka_unit_test(leak_reports),
		cmocka_unit_test(taint),
		cmocka_unit_test(mount_points),
		cmocka_unit_test(what_a_case_says),
		cmocka_unit_test(errors_are_no_results),
		cmocka_unit_test(endless_line),
		cmocka_unit_test(run_configuration),
		cmocka_unit_test(cases_that_come_last),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("PID 1 of the guests", tests, NULL, NULL);
}
