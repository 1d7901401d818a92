// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <unistd.h>

#include "distribution.h"
#include "facts.h"
#include "text.h"

static struct finding *add(struct findings *findings, const char *code, const char *object)
{
	struct finding *f;

	findings->list = array_room(findings->list, findings->count, sizeof(*findings->list));
	f = &findings->list[findings->count++];
	f->code = code;
	f->object = text_format("%s", object);
	return f;
}

static bool has_storm(const struct facts *facts, enum storm_name name)
{
	return facts->storms[name].present == ANSWER_YES;
}

static bool has_overlay_storm(const struct facts *facts)
{
	return has_storm(facts, STORM_MOUNT_LOCK) || has_storm(facts, STORM_MOUNTER_CRED);
}

static const char *loaded_label(const struct module *m)
{
	if (is_ours(m->version))
		return m->version;
	if (m->origin == ORIGIN_IN_TREE)
		return "an in-tree module";
	return m->version ? m->version : "a module built outside of the kernel";
}

static void about_loaded(struct findings *findings, const struct facts *facts)
{
	for (int i = 0; i < MODULES; i++) {
		const struct module *m = &facts->modules[i];
		struct finding *f;

		if (!m->replaced)
			continue;
		f = add(findings, "old-module-loaded", m->name);
		f->what = text_format(
			"%s is loaded, but modprobe would load %s (%s)", loaded_label(m),
			module_file_label(&m->files, &m->files.wanted), m->files.wanted.path);
		f->advice = text_format("ovl-doctor plan %s", i == OVERLAY ? "overlay" : "fuse");
	}
}

static void about_package(struct findings *findings, const struct facts *facts)
{
	const struct module *m = &facts->modules[OVERLAY];
	struct finding *f;

	if (m->state == MODULE_BUILTIN && has_overlay_storm(facts)) {
		f = add(findings, "overlay-built-in", facts->release);
		f->what = text_format("overlayfs is built into this kernel, and no module can "
				      "replace it");
		f->advice = text_format("boot a kernel with CONFIG_OVERLAY_FS=m");
		return;
	}
	if (facts->kernels.added || m->origin == ORIGIN_OURS || is_ours(m->files.wanted.version) ||
	    !has_overlay_storm(facts))
		return;
	f = add(findings, "ovl-calm-not-installed", facts->release);
	f->what = text_format("this kernel's overlayfs has the %s storm, and ovl-calm is not "
			      "installed",
			      storm_name(has_storm(facts, STORM_MOUNT_LOCK) ? STORM_MOUNT_LOCK
									    : STORM_MOUNTER_CRED));
	f->advice = text_format("install the ovl-calm package, then run ovl-doctor again");
}

static char *install_advice(const struct kernel *k)
{
	return text_format("dkms install -m ovl-calm -v %s -k %s", k->version, k->release);
}

static void about_missing_build(struct findings *findings, const struct kernel *k)
{
	struct finding *f;

	if (!k->has_headers) {
		f = add(findings, "headers-missing", k->release);
		f->what = text_format("DKMS cannot build for kernel %s: its headers are not "
				      "installed",
				      k->release);
		f->advice = text_format("%s, then %s", k->headers, install_advice(k));
	} else if (k->source_wanted) {
		f = add(findings, "source-missing", k->release);
		f->what = text_format("DKMS cannot build for kernel %s: %s", k->release,
				      k->source_wanted);
		f->advice = text_format("install that source, then %s", install_advice(k));
	} else if (k->dkms == DKMS_MISSING) {
		f = add(findings, "not-built", k->release);
		f->what = text_format("DKMS has not built ovl-calm %s for kernel %s", k->version,
				      k->release);
		f->advice = install_advice(k);
	}
}

static void about_dkms(struct findings *findings, const struct kernel *k)
{
	struct finding *f;

	if (k->dkms == DKMS_FAILED) {
		f = add(findings, "build-failed", k->release);
		f->what = text_format("the build of ovl-calm %s for kernel %s failed: %s",
				      k->version, k->release, or_else(k->log_says, "see its log"));
		f->advice = text_format("read %s, remove the cause, then %s", k->log,
					install_advice(k));
	}
	if (k->dkms == DKMS_FAILED || k->dkms == DKMS_MISSING)
		about_missing_build(findings, k);
	if (k->dkms == DKMS_BUILT) {
		f = add(findings, "not-installed", k->release);
		f->what = text_format("ovl-calm %s is built for kernel %s but not installed",
				      k->version, k->release);
		f->advice = install_advice(k);
	}
	if (k->dkms == DKMS_INSTALLED && !is_ours(k->overlay.wanted.version)) {
		f = add(findings, "not-chosen", k->release);
		f->what = text_format("DKMS has installed ovl-calm %s for kernel %s, but modprobe "
				      "would load %s",
				      k->version, k->release,
				      or_else(k->overlay.wanted.path, "no overlay module"));
		f->advice = text_format("depmod -a %s, and look for overrides in /etc/depmod.d",
					k->release);
	}
}

/* Some files of ours are only known from a kernel's directory by their names. */
static void about_initramfs(struct findings *findings, const struct kernel *k)
{
	for (size_t i = 0; i < k->initramfs.count; i++) {
		const struct module_file *m = &k->initramfs.modules[i];
		const struct module_files *files;
		struct finding *f;

		if (modules_dep_find(m->path, "overlay"))
			files = &k->overlay;
		else if (modules_dep_find(m->path, "fuse"))
			files = &k->fuse;
		else
			continue;
		if (!files->wanted.path || files->wanted.why_not || m->why_not ||
		    module_file_same(m, &files->wanted))
			continue;
		f = add(findings, "initramfs-stale", k->release);
		f->what = text_format("%s carries %s (%s), but modprobe would load %s",
				      k->initramfs.path, m->path, or_else(m->version, "in-tree"),
				      files->wanted.path);
		f->advice = initramfs_advice(k->release);
	}
}

static void about_signature(struct findings *findings, const struct facts *facts)
{
	const struct signatures *s = &facts->signatures;
	const char *why = s->enforced == ANSWER_YES ? "module.sig_enforce is on"
						    : "the kernel is locked down";

	for (int i = 0; i < MODULES && s->demanded; i++) {
		const struct module_file *m = &facts->modules[i].files.wanted;
		const char *key = or_else(s->mok, "the certificate you sign with");
		struct finding *f;

		if (!is_ours(m->version))
			continue;
		if (!m->is_signed) {
			f = add(findings, "module-unsigned", facts->modules[i].name);
			f->what = text_format("%s has no signature, and %s: the kernel will "
					      "refuse it",
					      m->path, why);
			f->advice = text_format("let DKMS sign it (mok_signing_key, "
						"mok_certificate in /etc/dkms/framework.conf), "
						"%s, then dkms build --force and install again",
						s->efi ? text_format("mokutil --import %s, reboot "
								     "and enroll",
								     key)
						       : "with a key that this kernel was built "
							 "with");
		} else if (signatures_trust(s, m->signer, m->signer_serial) == ANSWER_NO) {
			f = add(findings, "key-not-enrolled", facts->modules[i].name);
			f->what = text_format("%s is signed by \"%s\", whose key the kernel does "
					      "not have%s, and %s",
					      m->path, m->signer,
					      signatures_trust(s, m->signer, NULL) == ANSWER_YES
						      ? " (it has another one of that name)"
						      : "",
					      why);
			f->advice =
				s->efi ? text_format("mokutil --import %s, reboot and enroll", key)
				       : text_format("without UEFI no key can be enrolled: "
						     "boot without module.sig_enforce, or a "
						     "kernel built with the key");
		}
	}
}

static void about_parameters(struct findings *findings, const struct facts *facts)
{
	for (size_t i = 0; i < facts->mounts.count; i++) {
		const struct filesystem *fs = &facts->mounts.list[i];
		char *device = text_format("%u:%u", fs->major, fs->minor);
		struct finding *f;

		if (same(fs->private_ns, "none")) {
			f = add(findings, "mount-lock-kept", device);
			f->what = text_format("the overlay at %s is mounted with private_ns=none, "
					      "which keeps the mount_lock storm",
					      fs->places[0].where);
			f->advice = text_format("echo auto > "
						"/sys/module/overlay/parameters/private_ns, "
						"remove it from /etc/modprobe.d, mount again; if "
						"it is auto already, the kernel log says why");
		}
		if (fs->cred_shards == 0 && has_storm(facts, STORM_MOUNTER_CRED)) {
			f = add(findings, "cred-shards-off", device);
			f->what = text_format("the overlay at %s is mounted with cred_shards=0, "
					      "which keeps the credentials storm",
					      fs->places[0].where);
			f->advice = text_format("echo auto > "
						"/sys/module/overlay/parameters/cred_shards, "
						"remove it from /etc/modprobe.d, mount again");
		}
	}
}

static void about_probe(struct findings *findings, const struct facts *facts)
{
	const struct module *m = &facts->modules[OVERLAY];
	struct finding *f;

	if (!facts->probe.done || m->origin != ORIGIN_OURS ||
	    facts->probe.mount_lock_per_opendir < 0.5)
		return;
	f = add(findings, "storm-not-removed", m->version);
	f->what = text_format("with our module an opendir still takes mount_lock %.2f times",
			      facts->probe.mount_lock_per_opendir);
	f->advice = text_format("cat /sys/module/overlay/parameters/private_ns; dmesg | grep "
				"ovl-calm says whether the proof of the kernel's layout failed");
}

/* Limits as FUSE sets them by itself: strict, at most 1 %, and nothing that is sure. */
static bool without_floor(const struct filesystem *fs)
{
	return fs->bdi && fs->min_ratio == 0 && fs->strict_limit != 0 && fs->max_ratio >= 0 &&
	       fs->max_ratio <= 1 && !same(fs->policy, "trusted");
}

static char *floor_advice(const struct facts *facts, const struct filesystem *fs)
{
	const struct module *m = &facts->modules[FUSE];

	if (fs->policy)
		return text_format(
			"echo floor > /sys/fs/fuse/writeback/%u:%u/policy; if it is floor "
			"already, all that ordinary users may claim is taken: unmount "
			"what is idle",
			fs->major, fs->minor);
	if (m->state == MODULE_LOADED && is_ours(m->files.wanted.version))
		return text_format("ovl-doctor plan fuse; until then fuse-floor --apply");
	return text_format("fuse-floor --apply, or echo 1 > /sys/class/bdi/%s/min_ratio", fs->bdi);
}

/* It is installed only for kernels whose estimate of a mount's bandwidth counts idle time. */
static void about_idle_bandwidth(struct findings *findings, const struct facts *facts)
{
	const struct module *m = &facts->idle_bandwidth;

	if (m->state != MODULE_ABSENT || !m->files.wanted.path)
		return;
	for (size_t i = 0; i < facts->mounts.count; i++) {
		const struct filesystem *fs = &facts->mounts.list[i];
		struct finding *f;

		if (fs->kind != KIND_FUSE || !fs->bdi || fs->strict_limit == 0)
			continue;
		f = add(findings, "fuse-idle-counted", fs->bdi);
		f->what = text_format("writers of %s at %s may have to wait 0.2 s at a time after "
				      "it was idle: %s is installed but not loaded",
				      fs->type, fs->places[0].where, m->name);
		f->advice =
			text_format("modprobe %s, or fuse-floor --apply, which does it", m->name);
		return; /* one is enough to load it */
	}
}

static void about_fuse(struct findings *findings, const struct facts *facts)
{
	bool storm = facts->storms[STORM_FUSE_THRESHOLD].present == ANSWER_YES;

	for (size_t i = 0; i < facts->mounts.count; i++) {
		const struct filesystem *fs = &facts->mounts.list[i];
		struct finding *f;

		if (fs->kind != KIND_FUSE)
			continue;
		if (storm && without_floor(fs)) {
			f = add(findings, "fuse-no-floor", fs->bdi);
			f->what = text_format("writers of %s at %s may have to wait after every "
					      "page: its threshold of dirty pages has no floor%s",
					      fs->type, fs->places[0].where,
					      fs->threshold == 0 ? ", and is 0 now" : "");
			f->advice = floor_advice(facts, fs);
		}
		if (same(fs->watchdog, "fired")) {
			f = add(findings, "fuse-watchdog-fired", fs->bdi);
			f->what = text_format("the server of %s at %s did not answer in time, and "
					      "is not trusted any more",
					      fs->type, fs->places[0].where);
			f->advice = text_format("look after that server; then echo trusted > "
						"/sys/fs/fuse/writeback/%u:%u/policy",
						fs->major, fs->minor);
		}
	}
}

void findings_make(struct findings *findings, const struct facts *facts)
{
	struct finding *f;

	*findings = (struct findings){ .list = NULL };
	/* A kernel without modules has no such directory, and no such file. */
	if (!kernels_running(&facts->kernels) && !access(at("/proc/modules"), F_OK)) {
		f = add(findings, "kernel-removed", facts->release);
		f->what = text_format("the modules of the running kernel are not installed any "
				      "more: what is not loaded now cannot be loaded");
		f->advice = text_format("reboot into an installed kernel");
	}
	about_package(findings, facts);
	about_loaded(findings, facts);
	for (size_t i = 0; i < facts->kernels.count; i++) {
		about_dkms(findings, &facts->kernels.list[i]);
		about_initramfs(findings, &facts->kernels.list[i]);
	}
	about_signature(findings, facts);
	about_parameters(findings, facts);
	about_probe(findings, facts);
	about_fuse(findings, facts);
	about_idle_bandwidth(findings, facts);
}
