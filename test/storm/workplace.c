// SPDX-License-Identifier: GPL-2.0-only
#include "workplace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"
#include "overlay_mount.h"
#include "storm.h"

#define RAW_NAME "r"

static int open_directory(int parent, const char *path)
{
	return openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_directory(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * The scratch filesystem covers a directory that exists everywhere. Only this process and its
 * tasks see that, and what the caller named lies open before.
 */
static int mount_scratch(void)
{
	static const char *const places[] = { "/tmp", "/mnt", "/run", "/var/tmp", "/srv" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (!mount("ovl-storm", places[i], "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"))
			return open_directory(AT_FDCWD, places[i]);
		if (errno != ENOENT && errno != ENOTDIR)
			break;
	}
	return -1;
}

/* Directories are opened after this: overlay refuses layers on mounts of another namespace. */
static int enter_private_namespace(void)
{
	if (unshare(CLONE_NEWNS))
		return complain(FAILED,
				"cannot make a private mount namespace: %s; run as root "
				"or give --path and --raw",
				strerror(errno));
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return complain(FAILED, "cannot make all mounts private: %s", strerror(errno));
	return SUCCESS;
}

static int make_scratch(struct workplace *w)
{
	w->scratch = mount_scratch();
	if (w->scratch < 0)
		return complain(FAILED, "cannot mount a private tmpfs: %s", strerror(errno));
	return SUCCESS;
}

static int open_given(struct workplace *w, enum side side, const char *option, const char *path)
{
	w->parent[side] = open_directory(AT_FDCWD, path);
	if (w->parent[side] < 0)
		return complain(BAD_INPUT, "--%s %s: cannot open this directory: %s", option, path,
				strerror(errno));
	return SUCCESS;
}

static int make_in_parent(struct workplace *w, enum side side, const char *path)
{
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(w->name[side], sizeof(w->name[side]), "ovl-storm.%d.%u", getpid(), i);
		if (!mkdirat(w->parent[side], w->name[side], 0755)) {
			w->made[side] = true;
			return open_directory(w->parent[side], w->name[side]);
		}
		if (errno != EEXIST)
			break;
	}
	complain(FAILED, "cannot make a directory in %s: %s", path, strerror(errno));
	return -1;
}

/* Nothing to compare with when what lies beneath is an overlay as well. */
static int refuse_overlay(int fd, const struct options *o)
{
	if (!is_overlay(fd))
		return SUCCESS;
	return complain(BAD_INPUT,
			"%s: is itself on an overlay, so there is nothing to compare "
			"with; name a directory on another filesystem",
			o->path	  ? o->raw
			: o->base ? o->base
				  : "the private tmpfs");
}

/* A measurement of the wrong filesystem looks like a good result, so this is asserted. */
static int check_sides(const struct workplace *w, const struct options *o)
{
	if (!is_overlay(w->roots[SIDE_OVERLAY][0]))
		return complain(o->path ? BAD_INPUT : FAILED, "%s: is on %s, not on an overlay",
				o->path ? o->path : "our mount",
				filesystem_name(w->roots[SIDE_OVERLAY][0]).text);
	return refuse_overlay(w->roots[SIDE_RAW][0], o);
}

static int fill_layers(struct workplace *w)
{
	char name[16];
	int rc = SUCCESS;

	for (unsigned int i = 0; i < w->shape.layers && !rc; i++) {
		int layer = -1;

		if (stop_signal)
			return FAILED;
		snprintf(name, sizeof(name), "%u", i);
		if (mkdirat(w->home, name, 0755) || (layer = open_directory(w->home, name)) < 0)
			return complain(FAILED, "cannot make lower layer %s: %s", name,
					strerror(errno));
		rc = tree_make_layer(layer, &w->shape, i);
		close(layer);
	}
	return rc;
}

static int make_raw(struct workplace *w)
{
	if (mkdirat(w->home, RAW_NAME, 0755))
		return complain(FAILED, "cannot make directory %s: %s", RAW_NAME, strerror(errno));
	w->roots[SIDE_RAW][0] = open_directory(w->home, RAW_NAME);
	if (w->roots[SIDE_RAW][0] < 0)
		return complain(FAILED, "cannot open directory %s: %s", RAW_NAME, strerror(errno));
	return SUCCESS;
}

/* An empty directory of that name and number, whatever was there. */
static int make_empty_directory(struct workplace *w, const char *prefix, unsigned int number)
{
	char name[16];

	snprintf(name, sizeof(name), "%s%u", prefix, number);
	if (tree_remove(w->home, name))
		return FAILED;
	if (mkdirat(w->home, name, 0755))
		return complain(FAILED, "cannot make directory %s: %s", name, strerror(errno));
	return SUCCESS;
}

static int mount_one(struct workplace *w, unsigned int number)
{
	char merged[16];
	int rc;

	if (make_empty_directory(w, OVERLAY_UPPER, number) ||
	    make_empty_directory(w, OVERLAY_WORK, number) ||
	    make_empty_directory(w, OVERLAY_MERGED, number))
		return FAILED;
	rc = overlay_mount(w->shape.layers, number, w->mount_options);
	if (rc)
		return rc;
	w->mounted[number] = true;
	snprintf(merged, sizeof(merged), "%s%u", OVERLAY_MERGED, number);
	w->roots[SIDE_OVERLAY][number] = open_directory(w->home, merged);
	if (w->roots[SIDE_OVERLAY][number] < 0)
		return complain(FAILED, "cannot open overlay %u: %s", number, strerror(errno));
	return SUCCESS;
}

static int mount_over_empty_uppers(struct workplace *w)
{
	int rc = SUCCESS;

	if (fchdir(w->home))
		return complain(FAILED, "cannot enter the base directory: %s", strerror(errno));
	for (unsigned int i = 0; i < w->mounts && !rc; i++)
		rc = stop_signal ? FAILED : mount_one(w, i);
	return rc;
}

static int unmount(struct workplace *w)
{
	int rc = SUCCESS;

	for (unsigned int i = 0; i < w->mounts; i++) {
		close_directory(&w->roots[SIDE_OVERLAY][i]);
		if (!w->mounted[i])
			continue;
		if (fchdir(w->home))
			return complain(FAILED, "cannot enter the base directory: %s",
					strerror(errno));
		if (overlay_unmount(i))
			rc = FAILED;
		w->mounted[i] = false;
	}
	return rc;
}

static int leave(int rc)
{
	if (chdir("/") && !rc)
		return complain(FAILED, "cannot enter /: %s", strerror(errno));
	return rc;
}

int workplace_renew(struct workplace *w)
{
	int rc = unmount(w);

	if (!rc)
		rc = mount_over_empty_uppers(w);
	return leave(rc);
}

int workplace_unmount(struct workplace *w)
{
	return leave(unmount(w));
}

static int make_own_overlay(struct workplace *w, const struct options *o)
{
	int rc = refuse_overlay(o->base ? w->parent[SIDE_RAW] : w->scratch, o);

	if (rc)
		return rc;
	if (o->base)
		w->home = make_in_parent(w, SIDE_RAW, o->base);
	else
		w->home = dup(w->scratch);
	if (w->home < 0)
		return FAILED;
	rc = make_raw(w);
	if (!rc)
		rc = fill_layers(w);
	if (!rc)
		rc = tree_make_whole(w->roots[SIDE_RAW][0], &w->shape);
	if (!rc)
		rc = mount_over_empty_uppers(w);
	return rc;
}

static int use_given_overlay(struct workplace *w, const struct options *o)
{
	int rc = SUCCESS;

	/* Before anything is written. */
	w->roots[SIDE_OVERLAY][0] = dup(w->parent[SIDE_OVERLAY]);
	w->roots[SIDE_RAW][0] = dup(w->parent[SIDE_RAW]);
	rc = check_sides(w, o);
	if (rc)
		return rc;

	for (int side = 0; side < SIDE_COUNT && !rc; side++) {
		close_directory(&w->roots[side][0]);
		w->roots[side][0] = make_in_parent(w, side, side == SIDE_RAW ? o->raw : o->path);
		if (w->roots[side][0] < 0)
			return FAILED;
		rc = tree_make_whole(w->roots[side][0], &w->shape);
	}
	return rc;
}

int workplace_make(struct workplace *w, const struct options *o, unsigned int tasks,
		   bool lower_files)
{
	bool root = geteuid() == 0;
	int rc = SUCCESS;

	*w = (struct workplace){
		.shape = {
			.tasks = tasks,
			.shared = o->shared,
			.layers = o->path ? 1 : o->layers,
			.entries = o->entries,
			.lower_files = lower_files ? o->batch : 0,
		},
		.mount_options = o->mount_options,
		.own_overlay = !o->path,
		.scratch = -1,
		.parent = { -1, -1 },
		.home = -1,
		.mounts = o->path ? 1 : o->mounts,
		.root_count = { o->path ? 1 : o->mounts, 1 },
	};
	for (unsigned int i = 0; i < MAX_MOUNTS; i++)
		w->roots[SIDE_OVERLAY][i] = w->roots[SIDE_RAW][i] = -1;
	if (!o->path && !root)
		return complain(BAD_INPUT, "making an overlay needs root: run as root, or give "
					   "--path and --raw to use one that is mounted");
	if (root)
		rc = enter_private_namespace();
	if (!rc && o->path)
		rc = open_given(w, SIDE_OVERLAY, "path", o->path);
	if (!rc && (o->raw || o->base))
		rc = open_given(w, SIDE_RAW, o->raw ? "raw" : "base", o->raw ? o->raw : o->base);
	if (!rc && root)
		rc = make_scratch(w);
	if (!rc)
		rc = o->path ? use_given_overlay(w, o) : make_own_overlay(w, o);
	if (!rc)
		rc = check_sides(w, o);
	return leave(rc);
}

int workplace_remove(struct workplace *w)
{
	int rc = unmount(w);

	for (int side = 0; side < SIDE_COUNT; side++) {
		close_directory(&w->roots[side][0]);
		if (w->made[side] && tree_remove(w->parent[side], w->name[side]))
			rc = FAILED;
		w->made[side] = false;
		close_directory(&w->parent[side]);
	}
	close_directory(&w->home);
	close_directory(&w->scratch);
	return leave(rc);
}
