// SPDX-License-Identifier: GPL-2.0-only
#include "mounts.h"

#include <libmount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "text.h"

/* Colons part layers, a backslash hides one, "::" starts data-only layers; 6.8 and later may show
 * each layer as an option of its own, lowerdir+= or datadir+=. */
int lower_layers(const char *options)
{
	int count = 0;

	for (const char *at_option = options; at_option && *at_option;) {
		const char *c = at_option;

		if (starts_with(c, "lowerdir+=") || starts_with(c, "datadir+=")) {
			count++;
		} else if (starts_with(c, "lowerdir=")) {
			count++;
			for (c += strlen("lowerdir="); *c && *c != ','; c++) {
				if (*c == '\\' && c[1])
					c++;
				else if (*c == ':' && c[1] != ':')
					count++;
			}
		}
		at_option = c;
		while (*at_option && *at_option != ',')
			at_option += *at_option == '\\' && at_option[1] ? 2 : 1;
		at_option += *at_option == ',';
	}
	return count;
}

static bool kind_of(const char *type, enum kind *kind)
{
	if (same(type, "overlay")) {
		*kind = KIND_OVERLAY;
		return true;
	}
	*kind = KIND_FUSE;
	return type && (same(type, "fuse") || same(type, "fuseblk") || same(type, "virtiofs") ||
			starts_with(type, "fuse.") || starts_with(type, "fuseblk."));
}

/* The number in a file of the machine, or @missing. */
static int number_in(const char *path, int missing)
{
	char *line = text_line(path);

	return line && *line ? atoi(line) : missing;
}

static void read_overlay(struct filesystem *fs, const char *options)
{
	char *dir = text_format("/sys/fs/overlay/%u:%u", fs->major, fs->minor);

	fs->lower_layers = lower_layers(options);
	fs->has_upper = options && strstr(options, "upperdir=");
	fs->private_ns = text_line(at("%s/private_ns", dir));
	fs->private_mounts = number_in(at("%s/private_mounts", dir), -1);
	fs->cred_shards = number_in(at("%s/cred_shards", dir), -1);
}

static struct filesystem *find_or_add(struct mounts *mounts, struct libmnt_fs *mounted,
				      enum kind kind)
{
	dev_t device = mnt_fs_get_devno(mounted);
	const char *options = mnt_fs_get_fs_options(mounted), *user;
	struct filesystem *fs;

	for (size_t i = 0; i < mounts->count; i++) {
		fs = &mounts->list[i];
		if (fs->major == major(device) && fs->minor == minor(device))
			return fs;
	}
	mounts->list = array_room(mounts->list, mounts->count, sizeof(*mounts->list));
	fs = &mounts->list[mounts->count++];
	*fs = (struct filesystem){
		.kind = kind,
		.type = text_format("%s", mnt_fs_get_fstype(mounted)),
		.source = text_format("%s", or_else(mnt_fs_get_source(mounted), "none")),
		.major = major(device),
		.minor = minor(device),
		.private_mounts = -1,
		.cred_shards = -1,
		.mounter = -1,
	};
	if (kind == KIND_OVERLAY) {
		read_overlay(fs, options);
		return fs;
	}
	user = options ? strstr(options, "user_id=") : NULL;
	if (user)
		fs->mounter = atoi(user + strlen("user_id="));
	fuse_read_policy(fs);
	return fs;
}

static bool has_place(const struct filesystem *fs, int id)
{
	for (size_t i = 0; i < fs->place_count; i++) {
		if (fs->places[i].id == id)
			return true;
	}
	return false;
}

static void read_namespace(struct mounts *mounts, const char *pid, const char *namespace, bool here)
{
	char *path = at("/proc/%s/mountinfo", pid);
	struct libmnt_table *table = mnt_new_table_from_file(path);
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *mounted;
	enum kind kind;

	if (!table) {
		mounts->hidden++;
		mnt_free_iter(iter);
		return;
	}
	mounts->namespaces++;
	while (iter && !mnt_table_next_fs(table, iter, &mounted)) {
		struct filesystem *fs;

		if (!kind_of(mnt_fs_get_fstype(mounted), &kind))
			continue;
		fs = find_or_add(mounts, mounted, kind);
		/* A chroot sees mounts of its namespace under other names: once is enough. */
		if (has_place(fs, mnt_fs_get_id(mounted)))
			continue;
		fs->places = array_room(fs->places, fs->place_count, sizeof(*fs->places));
		fs->places[fs->place_count++] = (struct place){
			.id = mnt_fs_get_id(mounted),
			.where = text_format("%s", or_else(mnt_fs_get_target(mounted), "?")),
			.namespace = namespace ? text_format("%s", namespace) : NULL,
			.pid = same(pid, "self") ? -1 : atoi(pid),
			.here = here,
		};
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
}

static char *namespace_of(const char *pid)
{
	char target[64];
	ssize_t length = readlink(at("/proc/%s/ns/mnt", pid), target, sizeof(target) - 1);

	return length > 0 ? text_copy(target, length) : NULL;
}

static bool seen(char **namespaces, size_t count, const char *namespace)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(namespaces[i], namespace))
			return true;
	}
	return false;
}

/* Processes in one namespace but other roots see different parts of it, so all of those that have
 * a root of their own are read too. */
static bool has_own_root(const char *pid)
{
	char target[4096];
	ssize_t length = readlink(at("/proc/%s/root", pid), target, sizeof(target) - 1);

	return length > 0 && !(length == 1 && target[0] == '/');
}

void mounts_read(struct mounts *mounts)
{
	size_t count, namespace_count = 0;
	char **pids = names_in(at("/proc"), &count), **namespaces = NULL, *own;

	*mounts = (struct mounts){ .list = NULL };
	own = namespace_of("self");
	read_namespace(mounts, "self", own, true);
	if (own) {
		namespaces = array_room(namespaces, namespace_count, sizeof(*namespaces));
		namespaces[namespace_count++] = own;
	}
	for (size_t i = 0; i < count; i++) {
		char *namespace;
		bool known;

		if (pids[i][0] < '0' || pids[i][0] > '9')
			continue;
		namespace = namespace_of(pids[i]);
		/* Gone by now, or not ours to see. */
		if (!namespace) {
			mounts->hidden += !access(at("/proc/%s/mountinfo", pids[i]), F_OK);
			continue;
		}
		known = seen(namespaces, namespace_count, namespace);
		if (known && !has_own_root(pids[i]))
			continue;
		read_namespace(mounts, pids[i], namespace, same(namespace, own));
		if (known) {
			mounts->namespaces--;
			continue;
		}
		namespaces = array_room(namespaces, namespace_count, sizeof(*namespaces));
		namespaces[namespace_count++] = namespace;
	}
}
