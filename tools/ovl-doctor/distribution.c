// SPDX-License-Identifier: GPL-2.0-only
#include "distribution.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "text.h"

const char *kernel_source_script;

static enum family family_of(const char *id)
{
	static const char *const rhel[] = { "rhel",	 "fedora", "centos",	"rocky",
					    "almalinux", "ol",	   "openeuler", "anolis" };

	if (!strcmp(id, "debian") || !strcmp(id, "ubuntu"))
		return FAMILY_DEBIAN;
	if (!strcmp(id, "suse") || starts_with(id, "opensuse") || !strcmp(id, "sles"))
		return FAMILY_SUSE;
	for (size_t i = 0; i < sizeof(rhel) / sizeof(rhel[0]); i++) {
		if (!strcasecmp(id, rhel[i]))
			return FAMILY_RHEL;
	}
	return FAMILY_UNKNOWN;
}

/* The first family among the words of a value, which may be quoted. */
static enum family family_of_words(char *words)
{
	enum family family = FAMILY_UNKNOWN;
	char *word;

	while (family == FAMILY_UNKNOWN && (word = strsep(&words, " \"'"))) {
		if (*word)
			family = family_of(word);
	}
	return family;
}

enum family distribution_family(void)
{
	char *text = text_read(at("/etc/os-release"), NULL), *line;
	enum family by_id = FAMILY_UNKNOWN, by_likeness = FAMILY_UNKNOWN;

	if (!text)
		text = text_read(at("/usr/lib/os-release"), NULL);
	while ((line = text_next_line(&text))) {
		if (starts_with(line, "ID="))
			by_id = family_of_words(line + 3);
		else if (starts_with(line, "ID_LIKE="))
			by_likeness = family_of_words(line + 8);
	}
	return by_id != FAMILY_UNKNOWN ? by_id : by_likeness;
}

char *headers_advice(const char *kernel)
{
	switch (distribution_family()) {
	case FAMILY_DEBIAN:
		return text_format("apt install linux-headers-%s", kernel);
	case FAMILY_RHEL:
		return text_format("yum install kernel-devel-%s", kernel);
	case FAMILY_SUSE:
		return text_format("zypper install kernel-default-devel (for %s)", kernel);
	default:
		return text_format("install the headers (build tree) of kernel %s", kernel);
	}
}

char *initramfs_advice(const char *kernel)
{
	switch (distribution_family()) {
	case FAMILY_DEBIAN:
		return text_format("update-initramfs -u -k %s", kernel);
	case FAMILY_RHEL:
	case FAMILY_SUSE:
		return text_format("dracut -f --kver %s", kernel);
	default:
		return text_format("make the initramfs of kernel %s anew", kernel);
	}
}

/* Never a script of a foreign root: that would run foreign code with the caller's rights. */
static const char *find_script(void)
{
	const char *found = kernel_source_script;
	size_t count;
	char **names;

	if (found)
		return found;
	names = names_in("/usr/src", &count);
	for (size_t i = 0; i < count; i++) {
		char *path = text_format("/usr/src/%s/tools/kernel-source", names[i]);

		if (starts_with(names[i], "ovl-calm-") && !access(path, X_OK))
			found = path;
	}
	return found;
}

char *source_complaint(const char *kernel)
{
	char *headers = follow(at("/lib/modules/%s/build", kernel));
	const char *script = find_script();
	/* A path that packages of headers lack, so that they are not taken for sources. */
	char *argv[] = { (char *)script,
			 "--kernel",
			 (char *)kernel,
			 "--kdir",
			 headers,
			 "--check",
			 "fs/overlayfs/super.c",
			 "--root",
			 (char *)machine_root,
			 NULL };
	char *output, *rest, *line, *last = NULL;
	int status;

	if (!script)
		return NULL;
	if (!*machine_root)
		argv[7] = NULL;
	output = child_text(argv, &status);
	for (rest = output; (line = text_next_line(&rest));) {
		if (starts_with(line, "kernel-source: error: "))
			last = line + strlen("kernel-source: error: ");
	}
	/* 2: a script that is too old for the question. */
	return !status || status == 2 || status == 127 ? NULL : last;
}
