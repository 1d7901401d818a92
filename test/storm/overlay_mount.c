// SPDX-License-Identifier: GPL-2.0-only
#include "overlay_mount.h"

#include <errno.h>
#include <libmount.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

/* Appends to @text at *@used; returns false when there is no room. */
static bool append(char *text, size_t size, size_t *used, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static bool append(char *text, size_t size, size_t *used, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text + *used, size - *used, format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= size - *used)
		return false;
	*used += length;
	return true;
}

int overlay_options(unsigned int layers, unsigned int number, const char *more, char *text,
		    size_t size)
{
	size_t used = 0;
	bool fits = append(text, size, &used, "lowerdir=0");

	for (unsigned int i = 1; i < layers && fits; i++)
		fits = append(text, size, &used, ":%u", i);
	if (fits)
		fits = append(text, size, &used, ",upperdir=%s%u,workdir=%s%u", OVERLAY_UPPER,
			      number, OVERLAY_WORK, number);
	if (fits && more)
		fits = append(text, size, &used, ",%s", more);
	return fits ? 0 : -1;
}

/*
 * Without canonical paths, helpers and /run/mount: the names are relative on purpose, and nothing
 * outside of our mount namespace may learn of this mount.
 */
static int mount_with(struct libmnt_context *cxt, const char *target, const char *options)
{
	char why[512] = "";
	int rc;

	if (mnt_context_set_fstype(cxt, "overlay") || mnt_context_set_source(cxt, "overlay") ||
	    mnt_context_set_target(cxt, target) || mnt_context_set_options(cxt, options) ||
	    mnt_context_set_optsmode(cxt, MNT_OMODE_NOTAB) ||
	    mnt_context_disable_canonicalize(cxt, 1) || mnt_context_disable_helpers(cxt, 1) ||
	    mnt_context_disable_mtab(cxt, 1))
		return complain(FAILED, "cannot mount an overlay: out of memory");
	rc = mnt_context_mount(cxt);
	if (!rc)
		return SUCCESS;
	mnt_context_get_excode(cxt, rc, why, sizeof(why));
	if (!why[0])
		snprintf(why, sizeof(why), "%s", strerror(mnt_context_get_syscall_errno(cxt)));
	return complain(FAILED,
			"cannot mount an overlay with %.60s%s: %s; the kernel log says more",
			options, strlen(options) > 60 ? "..." : "", why);
}

int overlay_mount(unsigned int layers, unsigned int number, const char *more)
{
	char target[16];
	size_t size = sysconf(_SC_PAGESIZE);
	char *options = need_memory(1, size);
	struct libmnt_context *cxt;
	int rc;

	if (overlay_options(layers, number, more, options, size)) {
		rc = complain(BAD_INPUT,
			      "--mount-option: %u layers and these options are more "
			      "than a page",
			      layers);
		free(options);
		return rc;
	}
	/*
	 * fsconfig(2) takes at most 256 bytes per value, which cuts a long lowerdir= short;
	 * mount(2) takes the page. Versions that only know mount(2) ignore the variable.
	 */
	setenv("LIBMOUNT_FORCE_MOUNT2", "always", 1);
	snprintf(target, sizeof(target), "%s%u", OVERLAY_MERGED, number);
	cxt = mnt_new_context();
	if (cxt)
		rc = mount_with(cxt, target, options);
	else
		rc = complain(FAILED, "cannot mount an overlay: out of memory");
	mnt_free_context(cxt);
	free(options);
	return rc;
}

int overlay_unmount(unsigned int number)
{
	char target[16];
	const struct timespec moment = { .tv_nsec = 10000000 };
	int rc;

	snprintf(target, sizeof(target), "%s%u", OVERLAY_MERGED, number);
	for (int i = 0; i < 200; i++) {
		if (!umount2(target, UMOUNT_NOFOLLOW))
			return SUCCESS;
		if (errno != EBUSY)
			break;
		nanosleep(&moment, NULL);
	}
	rc = complain(FAILED, "cannot unmount the overlay: %s; detaching it", strerror(errno));
	umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW);
	return rc;
}
