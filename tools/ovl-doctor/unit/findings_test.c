// SPDX-License-Identifier: GPL-2.0-only
/* Each finding comes on a machine that has its cause, and on no machine that has not. */
#include "machine.h"

#include "distribution.h"
#include "facts.h"
#include "storm.h"

static struct facts facts;
static struct findings found;

/* Examines the machine; the codes of what it finds, with their objects. */
static const char *examine(void)
{
	char *text = "";

	assert_int_equal(facts_read(&facts, &(struct depth){ .initramfs = true }), SUCCESS);
	findings_make(&found, &facts);
	for (size_t i = 0; i < found.count; i++) {
		assert_true(*found.list[i].what && *found.list[i].advice);
		text = text_format("%s%s%s %s", text, i ? ", " : "", found.list[i].code,
				   found.list[i].object);
	}
	return text;
}

static void advises(const char *what, const char *advice)
{
	if (!strstr(found.list[0].what, what) || !strstr(found.list[0].advice, advice))
		fail_msg("%s -> %s", found.list[0].what, found.list[0].advice);
}

static void nothing_is_wrong_with_a_machine_in_order(void **state)
{
	(void)state;
	assert_string_equal(examine(), "");
	assert_int_equal(facts.modules[OVERLAY].origin, ORIGIN_OURS);
	assert_string_equal(facts.modules[OVERLAY].source->path, UPDATES);
	assert_int_equal(facts.storms[STORM_MOUNTER_CRED].removed, ANSWER_YES);
}

static void a_machine_without_proc_is_an_error(void **state)
{
	(void)state;
	take_away("/proc/sys");
	assert_int_equal(facts_read(&facts, &(struct depth){ .probe = false }), FAILED);
}

static void old_module_loaded(void **state)
{
	(void)state;
	put_loaded("overlay", NULL, 0x11);
	assert_string_equal(examine(), "old-module-loaded overlay");
	advises("an in-tree module is loaded, but modprobe would load ovl-calm-9.9.9",
		"ovl-doctor plan overlay");
	assert_string_equal(facts.modules[OVERLAY].source->path, IN_TREE);
	/* An older build of ours, whose file is gone. */
	put_loaded("overlay", "ovl-calm-9.9.8", 0x33);
	assert_string_equal(examine(), "old-module-loaded overlay");
	advises("ovl-calm-9.9.8 is loaded", "plan");
	assert_null(facts.modules[OVERLAY].source);
	/* Not loaded is not old. */
	take_away("/sys/module/overlay");
	assert_string_equal(examine(), "");
}

/* As DKMS 3.2 leaves a machine: the kernel's own module is where DKMS keeps it, beside a note of
 * its place. */
static void in_tree_module_put_away(void **state)
{
	static const char away[] =
		"/var/lib/dkms/ovl-calm/original_module/" KERNEL "/x86_64/overlay.ko";

	(void)state;
	take_away(IN_TREE);
	put_file(text_format("%s.origin", away), IN_TREE "\n");
	put_module(away, &in_tree);
	assert_string_equal(examine(), "");
	assert_int_equal(facts.storms[STORM_MOUNTER_CRED].evidence, EVIDENCE_SYMBOLS);
	assert_int_equal(facts.storms[STORM_MOUNT_LOCK].evidence, EVIDENCE_SYMBOLS);
	put_loaded("overlay", NULL, 0x11);
	assert_string_equal(examine(), "old-module-loaded overlay");
	assert_int_equal(facts.modules[OVERLAY].origin, ORIGIN_IN_TREE);
	assert_string_equal(facts.modules[OVERLAY].source->path, away);
}

static void ovl_calm_not_installed(void **state)
{
	struct made_module quiet = in_tree;

	(void)state;
	take_away("/var/lib/dkms");
	take_away("/lib/modules/" KERNEL "/updates");
	put_file("/lib/modules/" KERNEL "/modules.dep", "kernel/fs/overlayfs/overlay.ko:\n");
	put_loaded("overlay", NULL, 0x11);
	assert_string_equal(examine(), "ovl-calm-not-installed " KERNEL);
	advises("the mounter-cred storm", "install the ovl-calm package");
	/* Before 5.8. */
	quiet.uses[1] = "mntput";
	put_module(IN_TREE, &quiet);
	assert_string_equal(examine(), "ovl-calm-not-installed " KERNEL);
	advises("the mount-lock storm", "install");
	/* No storm, no advice. */
	quiet.uses[1] = "kern_unmount_array";
	quiet.offers[0] = NULL;
	put_module(IN_TREE, &quiet);
	assert_string_equal(examine(), "");
}

static void overlay_built_in(void **state)
{
	(void)state;
	take_away("/sys/module/overlay");
	take_away("/lib/modules/" KERNEL "/updates");
	take_away(IN_TREE);
	put_file("/lib/modules/" KERNEL "/modules.dep", "\n");
	put_file("/lib/modules/" KERNEL "/modules.builtin", "kernel/fs/overlayfs/overlay.ko\n");
	put_file("/proc/kallsyms", "0 T override_creds\n0 T ovl_override_creds\n0 T "
				   "kern_unmount_array\n");
	assert_string_equal(examine(), "overlay-built-in " KERNEL);
	advises("built into this kernel", "CONFIG_OVERLAY_FS=m");
	assert_int_equal(facts.storms[STORM_MOUNT_LOCK].present, ANSWER_NO);
	assert_int_equal(facts.storms[STORM_MOUNTER_CRED].present, ANSWER_YES);
	assert_int_equal(facts.kernels.list[0].dkms, DKMS_NEEDLESS);
}

static void kernel_removed(void **state)
{
	(void)state;
	put_file("/proc/sys/kernel/osrelease", "6.1.0-8-amd64\n");
	take_away("/sys/module/overlay");
	assert_string_equal(examine(), "kernel-removed 6.1.0-8-amd64");
	advises("not installed any more", "reboot");
}

static void dkms_states(void **state)
{
	(void)state;
	take_away("/var/lib/dkms/ovl-calm/kernel-" KERNEL "-x86_64");
	assert_string_equal(examine(), "not-installed " KERNEL);
	advises("built for kernel", "dkms install -m ovl-calm -v 9.9.9 -k " KERNEL);

	take_away("/var/lib/dkms/ovl-calm/9.9.9/" KERNEL);
	put_file("/var/lib/dkms/ovl-calm/9.9.9/source/dkms.conf", "");
	assert_string_equal(examine(), "not-built " KERNEL);
	advises("has not built", "dkms install -m ovl-calm -v 9.9.9 -k " KERNEL);

	take_away("/lib/modules/" KERNEL "/build");
	assert_string_equal(examine(), "headers-missing " KERNEL);
	advises("headers are not installed", "apt install linux-headers-" KERNEL);

	put_file("/etc/os-release", "NAME=x\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n");
	examine();
	advises("headers", "yum install kernel-devel-" KERNEL);
}

static void build_failed(void **state)
{
	(void)state;
	take_away("/var/lib/dkms/ovl-calm/kernel-" KERNEL "-x86_64");
	take_away("/var/lib/dkms/ovl-calm/9.9.9/" KERNEL);
	put_file("/var/lib/dkms/ovl-calm/9.9.9/build/make.log",
		 "DKMS make.log for ovl-calm-9.9.9 for kernel " KERNEL " (x86_64)\n"
		 "make: Entering directory\n"
		 "kernel-source: error: no source of it; run: apt install linux-source-6.1\n"
		 "make: *** [Makefile:64: modules] Error 4\n");
	assert_string_equal(examine(), "build-failed " KERNEL);
	advises("apt install linux-source-6.1", "/var/lib/dkms/ovl-calm/9.9.9/build/make.log");
	/* Another kernel's log says nothing about this one. */
	put_file("/var/lib/dkms/ovl-calm/9.9.9/build/make.log",
		 "DKMS (dkms-3.2.2) make.log for ovl-calm/9.9.9 for kernel 6.1.0-8-amd64 "
		 "(x86_64)\n");
	assert_string_equal(examine(), "not-built " KERNEL);
}

static void source_missing(void **state)
{
	char *script;

	(void)state;
	take_away("/var/lib/dkms/ovl-calm/kernel-" KERNEL "-x86_64");
	take_away("/var/lib/dkms/ovl-calm/9.9.9/" KERNEL);
	put_file("/var/lib/dkms/ovl-calm/9.9.9/source/dkms.conf", "");
	put_file("/script",
		 "#!/bin/sh\n"
		 "[ \"$1 $2\" = '--kernel " KERNEL "' ] || exit 2\n"
		 "echo 'kernel-source: warning: something' >&2\n"
		 "echo 'kernel-source: error: no source; run: apt install linux-source-6.1' "
		 ">&2\nexit 4\n");
	script = at("/script");
	assert_int_equal(chmod(script, 0755), 0);
	kernel_source_script = script;
	assert_string_equal(examine(), "source-missing " KERNEL);
	advises("no source; run: apt install linux-source-6.1", "dkms install");
	put_file("/script", "#!/bin/sh\nexit 0\n");
	assert_string_equal(examine(), "not-built " KERNEL);
	kernel_source_script = NULL;
}

static void not_chosen(void **state)
{
	(void)state;
	put_file("/lib/modules/" KERNEL "/modules.dep", "kernel/fs/overlayfs/overlay.ko:\n");
	assert_string_equal(examine(), "old-module-loaded overlay, not-chosen " KERNEL);
	assert_non_null(strstr(found.list[1].advice, "depmod -a " KERNEL));
}

static void dkms_may_live_elsewhere(void **state)
{
	(void)state;
	assert_int_equal(rename(at("/var/lib/dkms"), at("/var/dkms")), 0);
	put_file("/etc/dkms/framework.conf", "# dkms_tree=\"/nowhere\"\ndkms_tree=\"/var/dkms\"\n");
	assert_string_equal(examine(), "");
	assert_int_equal(facts.kernels.list[0].dkms, DKMS_INSTALLED);
	assert_string_equal(facts.kernels.list[0].version, "9.9.9");
}

static void signatures(void **state)
{
	struct made_module with = ours;

	(void)state;
	put_file("/sys/module/module/parameters/sig_enforce", "N\n");
	put_file("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	assert_string_equal(examine(), "");
	put_file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_string_equal(examine(), "module-unsigned overlay");
	advises("the kernel is locked down", "with a key that this kernel was built with");
	put_file("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	put_file("/sys/module/module/parameters/sig_enforce", "Y\n");
	put_file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		 "\6\1\1\1\1");
	put_file("/var/lib/dkms/mok.pub", "");
	assert_string_equal(examine(), "module-unsigned overlay");
	advises("module.sig_enforce is on", "mokutil --import /var/lib/dkms/mok.pub");
	assert_int_equal(facts.signatures.secure_boot, ANSWER_YES);
	/* Signed, but modinfo finds no signer in what is none: no verdict. */
	with.is_signed = true;
	put_module(UPDATES, &with);
	assert_string_equal(examine(), "");
}

static void key_not_enrolled(void **state)
{
	(void)state;
	put_file("/sys/module/module/parameters/sig_enforce", "Y\n");
	put_file("/proc/keys",
		 "0a I------ 1 perm 1f030000 0 0 asymmetri Vendor: 00: X509.rsa []\n");
	examine();
	/* As modinfo would have told. */
	facts.modules[OVERLAY].files.wanted.is_signed = true;
	facts.modules[OVERLAY].files.wanted.signer = "DKMS module signing key";
	findings_make(&found, &facts);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.list[0].code, "key-not-enrolled");
	advises("signed by \"DKMS module signing key\"", "without UEFI no key can be enrolled");
	facts.modules[OVERLAY].files.wanted.signer = "Vendor";
	findings_make(&found, &facts);
	assert_int_equal(found.count, 0);
}

static void a_key_is_known_by_its_name(void **state)
{
	struct signatures s = {
		.keys = keys_of_proc(
			"0a I------ 1 perm 1f030000 0 0 asymmetri Debian: Secure Boot Signer: "
			"00ab: "
			"X509.rsa 4b2a []\n"
			"0b I--Q--- 1 perm 3f030000 0 0 keyring   _ses: 1\n"
			"0c I------ 1 perm 1f010000 0 0 asymmetri Build time autogenerated kernel "
			"key: 50fb: X509.rsa 9f42 []\n")
	};

	(void)state;
	assert_int_equal(signatures_trust(&s, "Build time autogenerated kernel key", NULL),
			 ANSWER_YES);
	assert_int_equal(signatures_trust(&s, "Secure Boot Signer", NULL), ANSWER_YES);
	assert_int_equal(signatures_trust(&s, "Secure Boot", NULL), ANSWER_NO);
	assert_int_equal(signatures_trust(&s, "kernel key", NULL), ANSWER_YES);
	assert_int_equal(signatures_trust(&s, "_ses", NULL), ANSWER_NO);
	assert_int_equal(signatures_trust(&s, NULL, NULL), ANSWER_UNKNOWN);
	s.keys = NULL;
	assert_int_equal(signatures_trust(&s, "x", NULL), ANSWER_UNKNOWN);
	assert_null(lockdown_mode("none"));
}

/* Two keys of one name: what DKMS signs with now, and what it did before. */
static void dkms_key_is_known_by_its_identifier(void **state)
{
	const char *name = "DKMS module signing key";
	struct signatures s = { .keys = keys_of_proc(
					"0a I------ 1 perm 1f030000 0 0 asymmetri DKMS module "
					"signing key: 6e2a0d: X509.rsa 4b2a []\n") };

	(void)state;
	certificate_of_openssl("serial=0AF3\nX509v3 Subject Key Identifier: \n    6E:2A:0D\n",
			       &s.mok_serial, &s.mok_key_id);
	assert_string_equal(s.mok_serial, "af3");
	assert_string_equal(s.mok_key_id, "6e2a0d");
	assert_int_equal(signatures_trust(&s, name, "0A:F3"), ANSWER_YES);
	certificate_of_openssl("serial=0AF3\nX509v3 Subject Key Identifier: \n    00:00:2A:0D\n",
			       &s.mok_serial, &s.mok_key_id);
	assert_string_equal(s.mok_key_id, "002a0d");
	assert_int_equal(signatures_trust(&s, name, "0A:F3"), ANSWER_NO);
	/* Some other certificate's: its name is all there is. */
	assert_int_equal(signatures_trust(&s, name, "1A:F3"), ANSWER_YES);
	assert_int_equal(signatures_trust(&s, name, NULL), ANSWER_YES);
	certificate_of_openssl("serial=6E2A0D\nNo extensions matching ...\n", &s.mok_serial,
			       &s.mok_key_id);
	assert_int_equal(signatures_trust(&s, name, "6E:2A:0D"), ANSWER_YES);
	certificate_of_openssl("serial=0AF3\n", &s.mok_serial, &s.mok_key_id);
	assert_string_equal(s.mok_key_id, "0af3");
	certificate_of_openssl("", &s.mok_serial, &s.mok_key_id);
	assert_null(s.mok_serial);
	assert_null(s.mok_key_id);
	assert_int_equal(signatures_trust(&s, name, "6E:2A:0D"), ANSWER_YES);
}

#define OVERLAY_LINE "36 21 0:45 / /m rw - overlay o rw,lowerdir=/a:/b,upperdir=/u,workdir=/w\n"

static void parameters(void **state)
{
	(void)state;
	put_file("/proc/self/mountinfo", OVERLAY_LINE);
	put_file("/sys/fs/overlay/0:45/private_ns", "dummy\n");
	put_file("/sys/fs/overlay/0:45/cred_shards", "8\n");
	put_file("/sys/fs/overlay/0:45/private_mounts", "3\n");
	assert_string_equal(examine(), "");
	assert_int_equal(facts.mounts.list[0].lower_layers, 2);
	assert_int_equal(facts.mounts.list[0].private_mounts, 3);
	put_file("/sys/fs/overlay/0:45/private_ns", "none\n");
	assert_string_equal(examine(), "mount-lock-kept 0:45");
	assert_int_equal(facts.storms[STORM_MOUNT_LOCK].removed, ANSWER_NO);
	put_file("/sys/fs/overlay/0:45/private_ns", "internal\n");
	put_file("/sys/fs/overlay/0:45/cred_shards", "0\n");
	assert_string_equal(examine(), "cred-shards-off 0:45");
	assert_int_equal(facts.storms[STORM_MOUNTER_CRED].removed, ANSWER_NO);
}

static void storm_not_removed(void **state)
{
	(void)state;
	examine();
	facts.probe = (struct probe){ .done = true, .mount_lock_per_opendir = 1 };
	findings_make(&found, &facts);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.list[0].code, "storm-not-removed");
	facts.probe.mount_lock_per_opendir = 0.02;
	findings_make(&found, &facts);
	assert_int_equal(found.count, 0);
}

static void fuse_no_floor(void **state)
{
	(void)state;
	put_file("/proc/self/mountinfo", "40 21 0:50 / /f rw - fuse.sshfs h:/ rw,user_id=1000\n");
	put_file("/sys/class/bdi/0:50/min_ratio", "0\n");
	put_file("/sys/class/bdi/0:50/max_ratio", "1\n");
	put_file("/sys/kernel/debug/bdi/0:50/stats",
		 "BdiWriteback: 0 kB\nBdiDirtyThresh:            0 kB\n");
	assert_string_equal(examine(), "fuse-no-floor 0:50");
	advises("is 0 now", "fuse-floor");
	assert_int_equal(facts.mounts.list[0].mounter, 1000);
	assert_int_equal(facts.storms[STORM_FUSE_THRESHOLD].evidence, EVIDENCE_BEHAVIOUR);
	put_file("/sys/class/bdi/0:50/min_ratio", "1\n");
	assert_string_equal(examine(), "");
	/* Half a percent, which the old file rounds off. */
	put_file("/sys/class/bdi/0:50/min_ratio", "0\n");
	put_file("/sys/class/bdi/0:50/min_ratio_fine", "5000\n");
	assert_string_equal(examine(), "");
	assert_true(facts.mounts.list[0].min_ratio == 0.5);
	take_away("/sys/class/bdi/0:50/min_ratio_fine");
	put_file("/sys/class/bdi/0:50/strict_limit", "0\n");
	assert_string_equal(examine(), "");
}

static void fuse_policies(void **state)
{
	(void)state;
	put_file("/proc/self/mountinfo", "40 21 0:50 / /f rw - fuse.sshfs h:/ rw,user_id=1000\n");
	put_file("/sys/class/bdi/0:50/min_ratio", "0\n");
	put_file("/sys/class/bdi/0:50/max_ratio", "1\n");
	put_file("/sys/fs/fuse/writeback/0:50/policy", "trusted\n");
	put_file("/sys/fs/fuse/writeback/0:50/watchdog", "on\n");
	put_loaded("fuse", "ovl-calm-9.9.9", 0x55);
	assert_string_equal(examine(), "");
	assert_int_equal(facts.storms[STORM_FUSE_THRESHOLD].removed, ANSWER_YES);
	put_file("/sys/fs/fuse/writeback/0:50/policy", "strict\n");
	assert_string_equal(examine(), "fuse-no-floor 0:50");
	assert_int_equal(facts.storms[STORM_FUSE_THRESHOLD].removed, ANSWER_NO);
	advises("no floor", "echo floor > /sys/fs/fuse/writeback/0:50/policy");
	put_file("/sys/class/bdi/0:50/min_ratio", "1\n");
	put_file("/sys/fs/fuse/writeback/0:50/watchdog", "fired\n");
	assert_string_equal(examine(), "fuse-watchdog-fired 0:50");
	advises("not trusted any more", "echo trusted");
}

static void fuse_idle_counted(void **state)
{
	static const char file[] = "updates/dkms/fuse_idle_bandwidth.ko";
	char *dep = text_read(at("/lib/modules/" KERNEL "/modules.dep"), NULL);

	(void)state;
	put_file("/proc/self/mountinfo", "40 21 0:50 / /f rw - fuse.sshfs h:/ rw,user_id=1000\n"
					 "41 21 0:51 / /g rw - fuse.sshfs h:/ rw,user_id=1000\n");
	put_file("/sys/class/bdi/0:50/min_ratio", "1\n");
	put_file("/sys/class/bdi/0:50/max_ratio", "1\n");
	put_file("/sys/class/bdi/0:51/min_ratio", "1\n");
	put_file("/sys/class/bdi/0:51/max_ratio", "1\n");
	/* Not for this kernel. */
	assert_string_equal(examine(), "");
	put_file("/lib/modules/" KERNEL "/modules.dep", text_format("%s%s:\n", dep, file));
	put_module(text_format("/lib/modules/" KERNEL "/%s", file), &ours);
	assert_string_equal(examine(), "fuse-idle-counted 0:50");
	advises("not loaded", "modprobe fuse_idle_bandwidth");
	/* Whose limit is not strict, does not wait. */
	put_file("/sys/class/bdi/0:50/strict_limit", "0\n");
	assert_string_equal(examine(), "fuse-idle-counted 0:51");
	put_loaded("fuse_idle_bandwidth", "ovl-calm-9.9.9", 0x66);
	assert_string_equal(examine(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(nothing_is_wrong_with_a_machine_in_order),
		machine_test(a_machine_without_proc_is_an_error),
		machine_test(old_module_loaded),
		machine_test(in_tree_module_put_away),
		machine_test(ovl_calm_not_installed),
		machine_test(overlay_built_in),
		machine_test(kernel_removed),
		machine_test(dkms_states),
		machine_test(build_failed),
		machine_test(source_missing),
		machine_test(not_chosen),
		machine_test(dkms_may_live_elsewhere),
		machine_test(signatures),
		machine_test(key_not_enrolled),
		machine_test(a_key_is_known_by_its_name),
		machine_test(dkms_key_is_known_by_its_identifier),
		machine_test(parameters),
		machine_test(storm_not_removed),
		machine_test(fuse_no_floor),
		machine_test(fuse_policies),
		machine_test(fuse_idle_counted),
	};

	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
