// SPDX-License-Identifier: GPL-2.0-only
#include "modules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dkms.h"
#include "text.h"

static const char *const suffixes[] = { ".ko", ".ko.xz", ".ko.gz", ".ko.zst" };

/* Where a kernel keeps its own, below /lib/modules/<release>/kernel. */
static const char *directory_of(const char *name)
{
	return strcmp(name, "overlay") ? "fs/fuse" : "fs/overlayfs";
}

/* Is @path, of @length bytes, the file of module @name? Dashes and underscores are one. */
static bool names_module(const char *path, size_t length, const char *name)
{
	const char *start = memrchr(path, '/', length);
	size_t base = start ? (size_t)(start + 1 - path) : 0, i;

	for (i = 0; name[i]; i++) {
		char c = base + i < length ? path[base + i] : '\0';

		if (c != name[i] && !(c == '-' && name[i] == '_'))
			return false;
	}
	for (size_t j = 0; j < sizeof(suffixes) / sizeof(suffixes[0]); j++) {
		if (length - base - i == strlen(suffixes[j]) &&
		    !strncmp(path + base + i, suffixes[j], strlen(suffixes[j])))
			return true;
	}
	return false;
}

char *modules_dep_find(const char *dep, const char *name)
{
	for (const char *line = dep; line && *line; line = strchr(line, '\n')) {
		size_t length;

		line += *line == '\n';
		length = strcspn(line, ":\n");
		if (names_module(line, length, name))
			return text_copy(line, length);
	}
	return NULL;
}

static bool read_from(struct module_file *f, const char *directory, const char *name)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *path = text_format("%s/%s%s", directory, name, suffixes[i]);

		if (!access(at("%s", path), F_OK)) {
			module_file_read(f, path);
			return true;
		}
	}
	return false;
}

/* DKMS may put the kernel's own module away for as long as ours is installed. */
static void read_in_tree(struct module_file *f, const char *kernel, const char *name)
{
	char *away = text_format("%s/ovl-calm/original_module/%s", dkms_tree(), kernel);
	char **architectures;
	size_t count;

	if (read_from(f, text_format("/lib/modules/%s/kernel/%s", kernel, directory_of(name)),
		      name))
		return;
	architectures = names_in(at("%s", away), &count);
	for (size_t i = 0; i < count; i++) {
		if (read_from(f, text_format("%s/%s", away, architectures[i]), name))
			return;
	}
}

void module_files_read(struct module_files *files, const char *kernel, const char *name)
{
	char *dep = text_read(at("/lib/modules/%s/modules.dep", kernel), NULL);
	char *builtin = text_read(at("/lib/modules/%s/modules.builtin", kernel), NULL);
	char *found = dep ? modules_dep_find(dep, name) : NULL;

	*files = (struct module_files){ .builtin = builtin && modules_dep_find(builtin, name) };
	read_in_tree(&files->in_tree, kernel, name);
	if (!found)
		return;
	if (found[0] != '/')
		found = text_format("/lib/modules/%s/%s", kernel, found);
	if (same(found, files->in_tree.path))
		files->wanted = files->in_tree;
	else
		module_file_read(&files->wanted, found);
}

static bool same_build(const char *id, const char *srcversion, const char *version,
		       const struct module_file *f)
{
	if (!f->path || f->why_not)
		return false;
	if (id && f->build_id)
		return same(id, f->build_id);
	if (srcversion && f->srcversion)
		return same(srcversion, f->srcversion);
	return version && same(version, f->version);
}

bool module_same(const struct module *m, const struct module_file *f)
{
	return same_build(m->build_id, m->srcversion, m->version, f);
}

bool module_file_same(const struct module_file *a, const struct module_file *b)
{
	return same_build(a->build_id, a->srcversion, a->version, b);
}

static enum module_origin origin_of(const struct module *m)
{
	char *taint = text_line(at("/sys/module/%s/taint", m->name));

	if (m->state == MODULE_BUILTIN)
		return ORIGIN_IN_TREE;
	if (m->state == MODULE_ABSENT)
		return ORIGIN_UNKNOWN;
	if (is_ours(m->version) ||
	    (m->source == &m->files.wanted && m->source->path && is_ours(m->source->version)))
		return ORIGIN_OURS;
	if (taint && strchr(taint, 'O'))
		return ORIGIN_OTHER;
	return ORIGIN_IN_TREE;
}

/* initstate tells a module from built-in code, which may have a directory for its parameters. */
static void read_loaded(struct module *m)
{
	unsigned char *notes;
	char *references;
	size_t size;

	if (!access(at("/sys/module/%s/initstate", m->name), F_OK))
		m->state = MODULE_LOADED;
	else if (m->files.builtin || !access(at("/sys/module/%s", m->name), F_OK))
		m->state = MODULE_BUILTIN;
	if (m->state != MODULE_LOADED)
		return;
	m->version = text_line(at("/sys/module/%s/version", m->name));
	m->srcversion = text_line(at("/sys/module/%s/srcversion", m->name));
	notes = (unsigned char *)text_read(at("/sys/module/%s/notes/.note.gnu.build-id", m->name),
					   &size);
	if (notes)
		m->build_id = build_id_of_notes(notes, size);
	references = text_line(at("/sys/module/%s/refcnt", m->name));
	if (references)
		m->references = atoi(references);
}

void module_read(struct module *m, const char *kernel, const char *name)
{
	bool comparable;

	*m = (struct module){ .name = name, .references = -1 };
	module_files_read(&m->files, kernel, name);
	read_loaded(m);
	if (module_same(m, &m->files.wanted))
		m->source = &m->files.wanted;
	else if (module_same(m, &m->files.in_tree))
		m->source = &m->files.in_tree;
	m->origin = origin_of(m);
	/* Without a build id an in-tree module shows nothing that ours would not show as well. */
	comparable =
		m->files.wanted.path && !m->files.wanted.why_not &&
		(m->build_id || m->srcversion || m->version || is_ours(m->files.wanted.version));
	m->replaced = m->state == MODULE_LOADED && comparable && m->source != &m->files.wanted;
}

const char *module_file_label(const struct module_files *files, const struct module_file *f)
{
	if (is_ours(f->version))
		return f->version;
	if (f == &files->in_tree || same(f->path, files->in_tree.path))
		return "in-tree";
	return f->version ? text_format("version %s", f->version) : "of unknown origin";
}

const char *module_state_name(enum module_state state)
{
	static const char *const names[] = { "not loaded", "loaded", "built in" };

	return names[state];
}

const char *module_origin_name(enum module_origin origin)
{
	static const char *const names[] = { "unknown", "ovl-calm", "in-tree", "other" };

	return names[origin];
}
