// SPDX-License-Identifier: GPL-2.0-only
#include "dkms.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "distribution.h"
#include "text.h"

static const char *const looked_for[] = { "overlay", "fuse", "cuse", "virtiofs", NULL };

/* dkms_tree="/elsewhere" in its configuration, which is shell. */
char *dkms_tree(void)
{
	char *text = text_read(at("/etc/dkms/framework.conf"), NULL), *line;
	char *tree = "/var/lib/dkms";

	while ((line = text_next_line(&text))) {
		line += strspn(line, " \t");
		if (!starts_with(line, "dkms_tree="))
			continue;
		line += strlen("dkms_tree=");
		line += strspn(line, "\"'");
		tree = text_copy(line, strcspn(line, "\"' \t#"));
	}
	return tree;
}

/* The word after "for kernel" in one of the first lines. */
char *dkms_log_kernel(const char *log)
{
	const char *end = log;
	char *found;

	for (int i = 0; i < 10 && end; i++) {
		end = strchr(end, '\n');
		end = end ? end + 1 : NULL;
	}
	found = strstr(log, "for kernel ");
	if (!found || (end && found > end))
		return NULL;
	found += strlen("for kernel ");
	return text_copy(found, strcspn(found, " \t\n:("));
}

char *dkms_log_line(const char *log)
{
	static const char *const telling[] = { "kernel-source: error:", "ovl-calm:",
					       "build-module:", "error:", "Error " };

	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
		const char *found = strstr(log, telling[i]), *start = found;

		if (!found)
			continue;
		while (start > log && start[-1] != '\n')
			start--;
		return text_copy(start, strcspn(start, "\n"));
	}
	return NULL;
}

/* Is there a module of ours for this kernel below VERSION/KERNEL/ARCHITECTURE/module? */
static bool is_built(const char *base, const char *version, const char *kernel)
{
	char *place = at("%s/%s/%s", base, version, kernel);
	size_t count;
	char **architectures = names_in(place, &count);

	for (size_t i = 0; i < count; i++) {
		size_t modules;

		names_in(text_format("%s/%s/module", place, architectures[i]), &modules);
		if (modules)
			return true;
	}
	return false;
}

/* DKMS links kernel-KERNEL-ARCHITECTURE to VERSION/KERNEL/ARCHITECTURE of what is installed. */
static char *installed_version(const char *base, const char *kernel)
{
	char *prefix = text_format("kernel-%s-", kernel);
	size_t count;
	char **names = names_in(at("%s", base), &count);

	for (size_t i = 0; i < count; i++) {
		char target[4096];
		ssize_t length;

		/* "6.1.0-5" is no prefix of "6.1.0-5-amd64-x86_64": architectures have no dash. */
		if (!starts_with(names[i], prefix) || strchr(names[i] + strlen(prefix), '-'))
			continue;
		length = readlink(at("%s/%s", base, names[i]), target, sizeof(target) - 1);
		if (length > 0)
			return text_copy(target, strcspn(text_copy(target, length), "/"));
	}
	return NULL;
}

static void read_failure(struct kernel *k, const char *base, const char *version)
{
	char *path = text_format("%s/%s/build/make.log", base, version);
	char *log = text_read(at("%s", path), NULL);

	if (!log || !same(dkms_log_kernel(log), k->release))
		return;
	k->dkms = DKMS_FAILED;
	k->log = path;
	k->log_says = dkms_log_line(log);
}

static void read_state(struct kernel *k, const char *base, char **versions, size_t count)
{
	k->dkms = count ? DKMS_MISSING : DKMS_NOT_ADDED;
	k->version = count ? versions[count - 1] : NULL;
	if (k->overlay.builtin) {
		k->dkms = DKMS_NEEDLESS;
		return;
	}
	for (size_t i = count; i-- > 0 && k->dkms == DKMS_MISSING;) {
		if (is_built(base, versions[i], k->release)) {
			k->dkms = DKMS_BUILT;
			k->version = versions[i];
		}
	}
	if (k->dkms == DKMS_BUILT && installed_version(base, k->release)) {
		k->dkms = DKMS_INSTALLED;
		k->version = installed_version(base, k->release);
	}
	for (size_t i = count; i-- > 0 && k->dkms == DKMS_MISSING;)
		read_failure(k, base, versions[i]);
}

static void read_kernel(struct kernel *k, const char *base, char **versions, size_t count)
{
	module_files_read(&k->overlay, k->release, "overlay");
	module_files_read(&k->fuse, k->release, "fuse");
	read_state(k, base, versions, count);
	k->has_headers = !access(
		text_format("%s/Makefile", follow(at("/lib/modules/%s/build", k->release))), F_OK);
	k->headers = headers_advice(k->release);
	if (k->has_headers && (k->dkms == DKMS_MISSING || k->dkms == DKMS_FAILED))
		k->source_wanted = source_complaint(k->release);
}

/* Directories of removed kernels stay behind with what DKMS had put there. */
static bool is_kernel(const char *release)
{
	return !access(at("/lib/modules/%s/kernel", release), F_OK) ||
	       !access(at("/lib/modules/%s/modules.builtin", release), F_OK);
}

static char **added_versions(const char *base, size_t *count)
{
	size_t all;
	char **names = names_in(at("%s", base), &all), **versions = NULL;

	*count = 0;
	for (size_t i = 0; i < all; i++) {
		if (names[i][0] < '0' || names[i][0] > '9')
			continue;
		versions = array_room(versions, *count, sizeof(*versions));
		versions[(*count)++] = names[i];
	}
	return versions;
}

void kernels_read(struct kernels *kernels, const char *running, bool with_initramfs)
{
	char *base = text_format("%s/ovl-calm", dkms_tree());
	size_t releases, versions_count;
	char **names = names_in(at("/lib/modules"), &releases);
	char **versions = added_versions(base, &versions_count);

	*kernels =
		(struct kernels){ .added = versions_count ? versions[versions_count - 1] : NULL };
	for (size_t i = 0; i < releases; i++) {
		struct kernel *k;

		if (!is_kernel(names[i]))
			continue;
		kernels->list = array_room(kernels->list, kernels->count, sizeof(*kernels->list));
		k = &kernels->list[kernels->count++];
		k->release = names[i];
		k->running = same(names[i], running);
		read_kernel(k, base, versions, versions_count);
		if (with_initramfs)
			initramfs_read(&k->initramfs, k->release, looked_for);
	}
}

struct kernel *kernels_running(const struct kernels *kernels)
{
	for (size_t i = 0; i < kernels->count; i++) {
		if (kernels->list[i].running)
			return &kernels->list[i];
	}
	return NULL;
}

const char *dkms_state_name(enum dkms_state state)
{
	static const char *const names[] = { "not-added", "missing",   "failed",
					     "built",	  "installed", "needless" };

	return names[state];
}
