// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "text.h"

/* Stopped in this order, started in the reverse one. */
static const struct {
	enum engine engine;
	const char *word; /* in the label of a container */
	const char *paths[4];
	const char *stop[4], *start;
} engines[] = {
	{ ENGINE_KUBERNETES,
	  "kubernetes",
	  { "/var/lib/kubelet/" },
	  { "kubectl drain $(hostname) --ignore-daemonsets --delete-emptydir-data",
	    "systemctl stop kubelet", "crictl pods -q | xargs -r crictl stopp" },
	  "systemctl start kubelet; kubectl uncordon $(hostname)" },
	{ ENGINE_DOCKER,
	  "docker",
	  { "/var/lib/docker/", "/run/docker/" },
	  { "docker ps -q | xargs -r docker stop", "systemctl stop docker.socket docker.service" },
	  "systemctl start docker.service # and docker start what has no restart policy" },
	{ ENGINE_CONTAINERD,
	  "containerd",
	  { "/run/containerd/", "/var/lib/containerd/", "/run/k3s/containerd/" },
	  { "for n in $(ctr namespaces list -q); do ctr -n $n tasks list -q | xargs -r -n 1 ctr -n "
	    "$n tasks kill --signal SIGKILL; done",
	    "systemctl stop containerd" },
	  "systemctl start containerd" },
	{ ENGINE_CRIO,
	  "cri-o",
	  { "/var/lib/containers/storage/overlay-containers/" },
	  { "crictl pods -q | xargs -r crictl stopp", "systemctl stop crio" },
	  "systemctl start crio" },
	{ ENGINE_PODMAN,
	  "podman",
	  { "/var/lib/containers/", "/.local/share/containers/", "/run/containers/" },
	  { "podman stop --all # as each user who runs containers", "podman unmount --all" },
	  "podman start --all # as each user" },
};

#define ENGINES (sizeof(engines) / sizeof(engines[0]))

enum engine engine_of_path(const char *path)
{
	for (size_t i = 0; i < ENGINES; i++) {
		for (size_t j = 0; j < 4 && engines[i].paths[j]; j++) {
			const char *found = strstr(path, engines[i].paths[j]);

			/* A home directory stands before Podman's. */
			if (found == path || (found && starts_with(engines[i].paths[j], "/.")))
				return engines[i].engine;
		}
	}
	return 0;
}

static unsigned int engines_of(const struct filesystem *fs)
{
	unsigned int found = 0;

	for (size_t i = 0; i < fs->place_count; i++)
		found |= engine_of_path(fs->places[i].where);
	for (size_t i = 0; i < fs->user_count; i++) {
		for (size_t j = 0; j < ENGINES && fs->users[i].container; j++) {
			if (starts_with(fs->users[i].container, engines[j].word))
				found |= engines[j].engine;
		}
	}
	return found;
}

static void step(struct plan *plan, char *text)
{
	for (size_t i = 0; i < plan->step_count; i++) {
		if (same(plan->steps[i], text))
			return;
	}
	plan->steps = array_room(plan->steps, plan->step_count, sizeof(*plan->steps));
	plan->steps[plan->step_count++] = text;
}

/* What no engine will unmount: first its processes, then each of its places. */
static void free_filesystem(struct plan *plan, const struct filesystem *fs)
{
	char *pids = NULL;

	for (size_t i = 0; i < fs->user_count; i++)
		pids = text_format("%s%s%d", or_else(pids, ""), pids ? " " : "",
				   (int)fs->users[i].pid);
	if (pids)
		step(plan, text_format("kill %s", pids));
	for (size_t i = 0; i < fs->place_count; i++) {
		const struct place *p = &fs->places[i];

		if (p->here)
			step(plan, text_format("umount '%s'", p->where));
		else
			step(plan, text_format("nsenter --mount --target %d umount '%s' || "
					       "true # gone with its last process",
					       (int)p->pid, p->where));
	}
}

static void make_steps(struct plan *plan)
{
	const char *name = plan->module->name;
	bool fuse = plan->kind == KIND_FUSE;

	for (size_t i = 0; i < ENGINES; i++) {
		if (!(plan->engines & engines[i].engine))
			continue;
		for (size_t j = 0; j < 4 && engines[i].stop[j]; j++)
			step(plan, text_format("%s", engines[i].stop[j]));
	}
	for (size_t i = 0; i < plan->mounts->count; i++) {
		const struct filesystem *fs = &plan->mounts->list[i];

		if (fs->kind == plan->kind && !engines_of(fs))
			free_filesystem(plan, fs);
	}
	if (fuse)
		step(plan, text_format("umount /sys/fs/fuse/connections"));
	step(plan, text_format("modprobe -r %s && modprobe %s", fuse ? "virtiofs cuse fuse" : name,
			       name));
	if (is_ours(plan->module->files.wanted.version))
		step(plan, text_format("cat /sys/module/%s/version # must print %s", name,
				       plan->module->files.wanted.version));
	if (fuse)
		step(plan, text_format("mount -t fusectl fusectl /sys/fs/fuse/connections"));
	for (size_t i = ENGINES; i-- > 0;) {
		if (plan->engines & engines[i].engine)
			step(plan, text_format("%s", engines[i].start));
	}
}

void plan_make(struct plan *plan, const struct facts *facts, int module)
{
	*plan = (struct plan){
		.module = &facts->modules[module],
		.mounts = &facts->mounts,
		.kind = module == OVERLAY ? KIND_OVERLAY : KIND_FUSE,
		.unexplained = -1,
	};
	plan->possible = plan->module->state != MODULE_BUILTIN;
	plan->needed = plan->module->replaced;
	for (size_t i = 0; i < facts->mounts.count; i++) {
		const struct filesystem *fs = &facts->mounts.list[i];

		if (fs->kind != plan->kind)
			continue;
		plan->holders++;
		plan->engines |= engines_of(fs);
	}
	/* fuse is also held by its control filesystem, its device and the modules above it. */
	if (plan->kind == KIND_OVERLAY && plan->module->references >= 0 &&
	    plan->module->references > (int)plan->holders)
		plan->unexplained = plan->module->references - plan->holders;
	else if (plan->kind == KIND_OVERLAY && plan->module->references >= 0)
		plan->unexplained = 0;
	if (plan->needed)
		make_steps(plan);
}

static void tell_holder(const struct filesystem *fs, FILE *out)
{
	fprintf(out, "  %u:%u %s\n", fs->major, fs->minor, fs->type);
	for (size_t i = 0; i < fs->place_count; i++)
		fprintf(out, "      mounted at %s%s\n", fs->places[i].where,
			fs->places[i].here ? ""
					   : text_format(" in %s, the namespace of process %d",
							 or_else(fs->places[i].namespace, "?"),
							 (int)fs->places[i].pid));
	for (size_t i = 0; i < fs->user_count; i++)
		fprintf(out, "      process %d (%s)%s%s: %s\n", (int)fs->users[i].pid,
			fs->users[i].command, fs->users[i].container ? " of " : "",
			or_else(fs->users[i].container, ""), fs->users[i].how);
}

static void tell_verdict(const struct plan *plan, FILE *out)
{
	const struct module *m = plan->module;

	if (!plan->possible)
		fprintf(out, "%s is built into the kernel: no module can replace it.\n", m->name);
	else if (m->state == MODULE_ABSENT)
		fprintf(out, "%s is not loaded: the next mount loads %s.\n", m->name,
			or_else(m->files.wanted.path, "no module, because there is none"));
	else if (!plan->needed)
		fprintf(out, "%s runs as modprobe would load it (%s): there is nothing to swap.\n",
			m->name, or_else(m->files.wanted.path, "no file"));
	else
		fprintf(out, "%s runs %s; modprobe would load %s (%s).\n", m->name,
			m->origin == ORIGIN_OURS ? m->version : module_origin_name(m->origin),
			module_file_label(&m->files, &m->files.wanted), m->files.wanted.path);
}

void plan_text(const struct plan *plan, FILE *out)
{
	tell_verdict(plan, out);
	if (!plan->needed)
		return;
	if (plan->holders)
		fprintf(out, "\nHeld by %zu mounted filesystems:\n", plan->holders);
	else
		fprintf(out, "\nNo mounted filesystem that can be seen holds it.\n");
	for (size_t i = 0; i < plan->mounts->count; i++) {
		if (plan->mounts->list[i].kind == plan->kind)
			tell_holder(&plan->mounts->list[i], out);
	}
	if (plan->unexplained > 0)
		fprintf(out,
			"  and by %d more that no process's mount table shows: unmounted lazily "
			"but "
			"still open,\n  or in a namespace without a process (findmnt -t nsfs)\n",
			plan->unexplained);
	if (plan->mounts->hidden)
		fprintf(out, "  %zu processes could not be looked into: run as root\n",
			plan->mounts->hidden);
	fprintf(out, "\nChoice 1: reboot\n\nChoice 2: drain and swap, as root\n");
	for (size_t i = 0; i < plan->step_count; i++)
		fprintf(out, "  %zu. %s\n", i + 1, plan->steps[i]);
}

struct json_object *plan_json(const struct plan *plan)
{
	struct json_object *o = json_object_new_object(), *holders = json_object_new_array(),
			   *steps = json_object_new_array();
	const struct module *m = plan->module;

	json_object_object_add(o, "schema", json_object_new_int(1));
	json_object_object_add(o, "module", json_object_new_string(m->name));
	json_object_object_add(o, "state", json_object_new_string(module_state_name(m->state)));
	json_object_object_add(o, "swap_needed", json_object_new_boolean(plan->needed));
	json_object_object_add(o, "loaded_version",
			       m->version ? json_object_new_string(m->version) : NULL);
	json_object_object_add(o, "modprobe_path",
			       m->files.wanted.path ? json_object_new_string(m->files.wanted.path)
						    : NULL);
	for (size_t i = 0; i < plan->mounts->count; i++) {
		if (plan->mounts->list[i].kind == plan->kind)
			json_object_array_add(holders, filesystem_json(&plan->mounts->list[i]));
	}
	json_object_object_add(o, "holders", holders);
	json_object_object_add(o, "unexplained_references",
			       plan->unexplained < 0 ? NULL
						     : json_object_new_int(plan->unexplained));
	json_object_object_add(o, "unseen_processes", json_object_new_int64(plan->mounts->hidden));
	for (size_t i = 0; i < plan->step_count; i++)
		json_object_array_add(steps, json_object_new_string(plan->steps[i]));
	json_object_object_add(o, "drain_steps", steps);
	return o;
}
