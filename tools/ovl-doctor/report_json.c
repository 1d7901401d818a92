// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include "storm.h"
#include "text.h"

#define SCHEMA 1

static void put(struct json_object *to, const char *key, struct json_object *value)
{
	json_object_object_add(to, key, value);
}

/* NULL becomes null. */
static void put_text(struct json_object *to, const char *key, const char *text)
{
	put(to, key, text ? json_object_new_string(text) : NULL);
}

/* Negative means not known, and becomes null. */
static void put_number(struct json_object *to, const char *key, long long number)
{
	put(to, key, number < 0 ? NULL : json_object_new_int64(number));
}

static void put_ratio(struct json_object *to, const char *key, double ratio)
{
	put(to, key, ratio < 0 ? NULL : json_object_new_double(ratio));
}

static void put_bool(struct json_object *to, const char *key, bool value)
{
	put(to, key, json_object_new_boolean(value));
}

static void put_answer(struct json_object *to, const char *key, enum answer answer)
{
	put(to, key,
	    answer == ANSWER_UNKNOWN ? NULL : json_object_new_boolean(answer == ANSWER_YES));
}

static struct json_object *file_json(const struct module_file *f)
{
	struct json_object *o;

	if (!f->path)
		return NULL;
	o = json_object_new_object();
	put_text(o, "path", f->path);
	put_text(o, "unreadable", f->why_not);
	put_text(o, "version", f->version);
	put_text(o, "srcversion", f->srcversion);
	put_text(o, "build_id", f->build_id);
	put_bool(o, "signed", f->is_signed);
	put_text(o, "signer", f->signer);
	put_text(o, "signer_serial", f->signer_serial);
	return o;
}

static struct json_object *module_json(const struct module *m)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "name", m->name);
	put_text(o, "state", module_state_name(m->state));
	put_text(o, "origin", m->state == MODULE_ABSENT ? NULL : module_origin_name(m->origin));
	put_text(o, "version", m->version);
	put_text(o, "srcversion", m->srcversion);
	put_text(o, "build_id", m->build_id);
	put_number(o, "references", m->references);
	put_text(o, "loaded_from", m->source ? m->source->path : NULL);
	put_bool(o, "replaced", m->replaced);
	put(o, "modprobe_file", file_json(&m->files.wanted));
	put(o, "in_tree_file", file_json(&m->files.in_tree));
	return o;
}

static struct json_object *storm_json(const struct storm *s)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "name", storm_name(s->name));
	put_text(o, "text", storm_text(s->name));
	put_answer(o, "present", s->present);
	put_text(o, "evidence", evidence_name(s->evidence));
	put_text(o, "because", s->because);
	put_answer(o, "removed", s->removed);
	put_text(o, "removed_by", s->removed_by);
	return o;
}

static struct json_object *place_json(const struct place *p)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "where", p->where);
	put_text(o, "namespace", p->namespace);
	put_number(o, "pid", p->pid);
	put_bool(o, "here", p->here);
	return o;
}

static struct json_object *user_json(const struct user *u)
{
	struct json_object *o = json_object_new_object();

	put_number(o, "pid", u->pid);
	put_text(o, "command", u->command);
	put_text(o, "container", u->container);
	put_text(o, "how", u->how);
	return o;
}

struct json_object *filesystem_json(const struct filesystem *fs)
{
	struct json_object *o = json_object_new_object(), *places = json_object_new_array(),
			   *users = json_object_new_array();

	put_text(o, "type", fs->type);
	put_text(o, "source", fs->source);
	put_text(o, "device", text_format("%u:%u", fs->major, fs->minor));
	for (size_t i = 0; i < fs->place_count; i++)
		json_object_array_add(places, place_json(&fs->places[i]));
	for (size_t i = 0; i < fs->user_count; i++)
		json_object_array_add(users, user_json(&fs->users[i]));
	put(o, "mounts", places);
	put(o, "users", users);
	if (fs->kind == KIND_OVERLAY) {
		put_number(o, "lower_layers", fs->lower_layers ? fs->lower_layers : -1);
		put_bool(o, "has_upper", fs->has_upper);
		put_text(o, "private_ns", fs->private_ns);
		put_number(o, "private_mounts", fs->private_mounts);
		put_number(o, "cred_shards", fs->cred_shards);
		return o;
	}
	put_number(o, "mounter", fs->mounter);
	put_text(o, "bdi", fs->bdi);
	put_ratio(o, "min_ratio", fs->min_ratio);
	put_ratio(o, "max_ratio", fs->max_ratio);
	put(o, "strict_limit",
	    fs->strict_limit < 0 ? NULL : json_object_new_boolean(fs->strict_limit));
	put_number(o, "threshold_bytes", fs->threshold);
	put_text(o, "policy", fs->policy);
	put_text(o, "watchdog", fs->watchdog);
	return o;
}

static struct json_object *initramfs_json(const struct initramfs *image)
{
	struct json_object *o, *modules = json_object_new_array();

	if (!image->path) {
		json_object_put(modules);
		return NULL;
	}
	o = json_object_new_object();
	put_text(o, "path", image->path);
	put_text(o, "unreadable", image->why_not);
	for (size_t i = 0; i < image->count; i++)
		json_object_array_add(modules, file_json(&image->modules[i]));
	put(o, "modules", modules);
	return o;
}

static struct json_object *kernel_json(const struct kernel *k)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "release", k->release);
	put_bool(o, "running", k->running);
	put_text(o, "dkms", dkms_state_name(k->dkms));
	put_text(o, "version", k->version);
	put_text(o, "log", k->log);
	put_bool(o, "headers", k->has_headers);
	put_text(o, "source_missing", k->source_wanted);
	put(o, "modprobe_file", file_json(&k->overlay.wanted));
	put(o, "initramfs", initramfs_json(&k->initramfs));
	return o;
}

static struct json_object *signatures_json(const struct signatures *s)
{
	struct json_object *o = json_object_new_object();

	put_bool(o, "efi", s->efi);
	put_answer(o, "secure_boot", s->secure_boot);
	put_answer(o, "shim_validates", s->shim_validates);
	put_answer(o, "sig_enforce", s->enforced);
	put_text(o, "lockdown", s->lockdown);
	put_bool(o, "demanded", s->demanded);
	put_text(o, "dkms_certificate", s->mok);
	put_text(o, "dkms_certificate_serial", s->mok_serial);
	put_text(o, "dkms_key", s->mok_key_id);
	return o;
}

static struct json_object *finding_json(const struct finding *f)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "code", f->code);
	put_text(o, "object", f->object);
	put_text(o, "what", f->what);
	put_text(o, "advice", f->advice);
	return o;
}

static struct json_object *probe_json(const struct probe *p)
{
	struct json_object *o = json_object_new_object();

	put_bool(o, "done", p->done);
	put_text(o, "why_not", p->done ? NULL : p->why_not);
	put_ratio(o, "mount_lock_per_opendir", p->done ? p->mount_lock_per_opendir : -1);
	return o;
}

struct json_object *report_json(const struct facts *facts, const struct findings *findings)
{
	struct json_object *o = json_object_new_object(), *list;

	put(o, "schema", json_object_new_int(SCHEMA));
	put_text(o, "host", facts->host);
	put_text(o, "kernel", facts->release);
	put_bool(o, "privileged", facts->privileged);
	put(o, "modules", list = json_object_new_array());
	for (int i = 0; i < MODULES; i++)
		json_object_array_add(list, module_json(&facts->modules[i]));
	put(o, "storms", list = json_object_new_array());
	for (int i = 0; i < STORMS; i++)
		json_object_array_add(list, storm_json(&facts->storms[i]));
	put(o, "probe", probe_json(&facts->probe));
	put(o, "filesystems", list = json_object_new_array());
	for (size_t i = 0; i < facts->mounts.count; i++)
		json_object_array_add(list, filesystem_json(&facts->mounts.list[i]));
	put_number(o, "mount_namespaces", facts->mounts.namespaces);
	put_number(o, "unseen_processes", facts->mounts.hidden);
	put(o, "kernels", list = json_object_new_array());
	for (size_t i = 0; i < facts->kernels.count; i++)
		json_object_array_add(list, kernel_json(&facts->kernels.list[i]));
	put(o, "signatures", signatures_json(&facts->signatures));
	put(o, "findings", list = json_object_new_array());
	for (size_t i = 0; i < findings->count; i++)
		json_object_array_add(list, finding_json(&findings->list[i]));
	return o;
}
