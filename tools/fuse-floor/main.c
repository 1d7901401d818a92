// SPDX-License-Identifier: GPL-2.0-only
/* fuse-floor: a floor under the dirty threshold of FUSE mounts, from outside the kernel. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "floor.h"
#include "floor_options.h"
#include "floor_report.h"
#include "idle_module.h"
#include "storm.h"

#define FUSECTL_MAGIC 0x65735543
#define ADD_SECONDS                                                                   \
	2.0 /* from the bdi's event to its entry in fusectl: the rest of one mount(2) \
	     */

static const struct floor_host host = {
	.bdi = "/sys/class/bdi",
	.connections = "/sys/fs/fuse/connections",
	.mountinfo = "/proc/self/mountinfo",
};

/*
 * Without fusectl it cannot be told whose a mount is, and mountinfo shows no mounts of containers.
 * A kernel without FUSE has no such directory, and nothing to do.
 */
static int need_fusectl(void)
{
	struct statfs fs;

	if (statfs(host.connections, &fs) || (unsigned long)fs.f_type == FUSECTL_MAGIC)
		return SUCCESS;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("fusectl", host.connections, "fusectl", 0, NULL))
		return complain(FAILED, "%s: fusectl is not mounted, and mounting it failed: %s%s",
				host.connections, strerror(errno),
				errno == EPERM ? "; run as root" : "");
	return SUCCESS;
}

/* Policy of our own fuse module, or NULL when another one runs. */
static const char *read_module_policy(void)
{
	static char policy[32];
	FILE *file = fopen("/sys/module/fuse/parameters/writeback", "re");
	const char *read;

	if (!file)
		return NULL;
	read = fgets(policy, sizeof(policy), file);
	fclose(file);
	policy[strcspn(policy, "\n")] = '\0';
	return read;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* The event comes before the mount is complete. Not FUSE at all: the time passes, that is all. */
static int wait_for(const char *name, bool *found)
{
	double end = now() + ADD_SECONDS;
	int rc = SUCCESS;

	*found = false;
	while (!rc && !*found) {
		struct fuse_bdis b;

		rc = fuse_bdis_read(&b, &host);
		*found = fuse_bdis_find(&b, name) != NULL;
		fuse_bdis_free(&b);
		if (now() > end)
			break;
		if (!*found)
			nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	return rc;
}

static int any_mounts(bool *any)
{
	struct fuse_bdis b;
	int rc = fuse_bdis_read(&b, &host);

	*any = b.count > 0;
	fuse_bdis_free(&b);
	return rc;
}

static int apply(const struct floor_options *o)
{
	bool any;
	int rc = floor_apply(&host, o->state, &o->limits);

	/* No module that looks at all that becomes dirty on a host without FUSE mounts. */
	if (!rc && !any_mounts(&any) && any)
		idle_module_load();
	return rc;
}

static int add_and_apply(const struct floor_options *o)
{
	bool found;
	int rc = wait_for(o->bdi, &found);

	return rc || !found ? rc : apply(o);
}

static int undo_all(const struct floor_options *o)
{
	int rc = floor_undo_all(&host, o->state);

	return idle_module_unload() ? FAILED : rc;
}

static int show(const struct floor_options *o, const char *module_policy)
{
	struct fuse_bdis bdis = { .bdis = NULL };
	struct floor_state state;
	struct floor_report r = { &bdis, &state, &o->limits, module_policy,
				  idle_module_is_loaded() };
	int rc = floor_state_open(&state, o->state, false);

	if (!rc)
		rc = fuse_bdis_read(&bdis, &host);
	if (!rc && o->json) {
		struct json_object *object = floor_report_json(&r);

		puts(json_object_to_json_string_ext(
			object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
		json_object_put(object);
	} else if (!rc) {
		floor_report_print(&r, stdout);
	}
	if (!rc && (fflush(stdout) || ferror(stdout)))
		rc = complain(FAILED, "cannot write the status: %s", strerror(errno));
	fuse_bdis_free(&bdis);
	floor_state_close(&state);
	return rc;
}

int main(int argc, char **argv)
{
	const char *module_policy;
	struct floor_options o;
	int rc = floor_options_parse(argc, argv, &o);

	if (rc)
		return rc;
	if (o.request == FLOOR_HELP) {
		floor_options_help(stdout);
		return SUCCESS;
	}
	rc = need_fusectl();
	if (rc)
		return rc;
	module_policy = read_module_policy();
	switch (o.request) {
	case FLOOR_ADD:
		return module_policy ? SUCCESS : add_and_apply(&o);
	case FLOOR_APPLY:
	case FLOOR_REMOVE:
		return module_policy ? SUCCESS : apply(&o);
	case FLOOR_UNDO_ALL:
		return undo_all(&o);
	default:
		return show(&o, module_policy);
	}
}
