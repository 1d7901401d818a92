// SPDX-License-Identifier: GPL-2.0-only
#include "storms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct {
	const char *name;
	unsigned int symbol;
} kernel_functions[] = {
	{ " kern_unmount_array", SYMBOL_KERN_UNMOUNT_ARRAY },
	{ " clone_private_mount", SYMBOL_CLONE_PRIVATE_MOUNT },
	{ " override_creds", SYMBOL_OVERRIDE_CREDS },
	{ " ovl_override_creds", SYMBOL_OVL_OVERRIDE_CREDS },
	{ " lock_rename", SYMBOL_LOCK_RENAME },
	{ " start_renaming", SYMBOL_START_RENAMING },
	{ " bdi_set_max_ratio", SYMBOL_BDI_SET_MAX_RATIO },
};

/* "ffffffff81000000 T name", with "[module]" after it in a module. */
static unsigned int functions_in(const char *kallsyms)
{
	unsigned int has = 0;

	for (size_t i = 0; i < sizeof(kernel_functions) / sizeof(kernel_functions[0]); i++) {
		const char *name = kernel_functions[i].name, *found = kallsyms;

		while ((found = strstr(found, name))) {
			found += strlen(name);
			if (*found == '\n' || *found == '\0') {
				has |= kernel_functions[i].symbol;
				break;
			}
		}
	}
	return has;
}

static bool tells_by_symbols(const struct module_file *f)
{
	return f->path && !f->why_not && (f->uses || f->offers);
}

void kernel_traits_read(struct kernel_traits *traits, const char *release,
			const struct module *modules, size_t count)
{
	char *kallsyms = NULL;

	/* Some 10 MB that the kernel makes up on the spot, so only where no file tells. */
	for (size_t i = 0; i < count && !kallsyms; i++) {
		if (modules[i].state == MODULE_BUILTIN &&
		    !tells_by_symbols(&modules[i].files.in_tree))
			kallsyms = text_read(at("/proc/kallsyms"), NULL);
	}
	*traits = (struct kernel_traits){ .known = kallsyms && *kallsyms };
	sscanf(release, "%u.%u", &traits->major, &traits->minor);
	if (traits->known)
		traits->has = functions_in(kallsyms);
	free(kallsyms);
}

static bool at_least(const struct kernel_traits *t, unsigned int major, unsigned int minor)
{
	return t->major > major || (t->major == major && t->minor >= minor);
}

/* The functions by which to judge: those that the in-tree module uses and has, or for built-in code
 * those of the whole kernel. */
static bool symbols_of(const struct kernel_traits *t, const struct module *m, unsigned int *uses,
		       unsigned int *offers, const char **where)
{
	const struct module_file *f = &m->files.in_tree;

	if (tells_by_symbols(f)) {
		*uses = f->uses;
		*offers = f->offers;
		*where = f->path;
		return true;
	}
	*uses = *offers = t->has;
	*where = "the kernel";
	/* Of a module that is not there, the kernel's own functions tell nothing. */
	return t->known && m->state == MODULE_BUILTIN;
}

static void judge_mount_lock(struct storm *s, const struct kernel_traits *t,
			     const struct module *overlay, const struct probe *probe)
{
	unsigned int uses, offers;
	const char *where;

	/* What the probe saw is the loaded module, not necessarily the kernel's own. */
	if (probe->done && overlay->origin == ORIGIN_IN_TREE) {
		s->evidence = EVIDENCE_BEHAVIOUR;
		s->present = probe->mount_lock_per_opendir >= 0.5 ? ANSWER_YES : ANSWER_NO;
		s->because = text_format("%.2f mount_lock per opendir+close of a probe overlay",
					 probe->mount_lock_per_opendir);
	} else if (symbols_of(t, overlay, &uses, &offers, &where)) {
		s->evidence = EVIDENCE_SYMBOLS;
		s->present = uses & SYMBOL_KERN_UNMOUNT_ARRAY ? ANSWER_NO : ANSWER_YES;
		s->because = text_format("%s %s kern_unmount_array, by which private mounts are "
					 "long-term ones",
					 where, s->present == ANSWER_NO ? "uses" : "does not use");
	} else if (t->major) {
		s->evidence = EVIDENCE_TABLE;
		s->present = at_least(t, 5, 8) ? ANSWER_NO : ANSWER_YES;
		s->because = text_format("kernels before 5.8 have it, this is %u.%u", t->major,
					 t->minor);
	}
}

static void judge_mounter_cred(struct storm *s, const struct kernel_traits *t,
			       const struct module *overlay)
{
	unsigned int uses, offers;
	const char *where;
	bool counted, stored;

	if (symbols_of(t, overlay, &uses, &offers, &where)) {
		s->evidence = EVIDENCE_SYMBOLS;
		stored = offers & SYMBOL_OVL_OVERRIDE_CREDS;
		counted = stored && (uses & SYMBOL_OVERRIDE_CREDS);
	} else if (t->major) {
		s->evidence = EVIDENCE_TABLE;
		where = "kernels of this version";
		stored = at_least(t, 4, 8);
		counted = stored && !at_least(t, 6, 13);
	} else {
		return;
	}
	s->present = stored ? ANSWER_YES : ANSWER_NO;
	if (counted)
		s->because = text_format("%s: a counted reference in each operation "
					 "(override_creds)",
					 where);
	else if (stored)
		s->because =
			text_format("%s: a counted reference only in each open and close", where);
	else
		s->because = text_format("%s: operations do not run as the mounter "
					 "(no ovl_override_creds)",
					 where);
}

static void judge_upper_rename(struct storm *s, const struct kernel_traits *t,
			       const struct module *overlay)
{
	unsigned int uses, offers;
	const char *where;

	if (!symbols_of(t, overlay, &uses, &offers, &where))
		return;
	s->evidence = EVIDENCE_SYMBOLS;
	s->present = uses & (SYMBOL_LOCK_RENAME | SYMBOL_START_RENAMING) ? ANSWER_YES : ANSWER_NO;
	s->because = text_format("%s %s the rename lock of the upper filesystem", where,
				 s->present == ANSWER_YES ? "takes" : "does not take");
}

static const struct filesystem *starved(const struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		if (mounts->list[i].kind == KIND_FUSE && mounts->list[i].threshold == 0)
			return &mounts->list[i];
	}
	return NULL;
}

static void judge_fuse(struct storm *s, const struct kernel_traits *t, const struct module *fuse,
		       const struct mounts *mounts)
{
	const struct filesystem *fs = starved(mounts);
	unsigned int uses = 0, offers;
	const char *where = "";
	bool symbols = symbols_of(t, fuse, &uses, &offers, &where);

	if (fs) {
		s->evidence = EVIDENCE_BEHAVIOUR;
		s->present = ANSWER_YES;
		s->because = text_format("%s at %s may hold 0 bytes of dirty pages at this moment",
					 fs->type, fs->places[0].where);
	} else if (symbols && !(uses & SYMBOL_BDI_SET_MAX_RATIO)) {
		s->evidence = EVIDENCE_SYMBOLS;
		s->present = ANSWER_NO;
		s->because = text_format("%s does not limit itself (bdi_set_max_ratio)", where);
	} else if (t->major) {
		/* Not visible in any symbol: where the kernel began to give a floor. */
		s->evidence = EVIDENCE_TABLE;
		s->present = at_least(t, 3, 15) || symbols ? ANSWER_YES : ANSWER_NO;
		s->because = text_format("%s; %s",
					 symbols ? "it limits itself to 1 % of the memory"
						 : "kernels of this version limit FUSE",
					 at_least(t, 6, 14)
						 ? "from 6.14 on the threshold has a low floor"
						 : "before 6.14 the threshold has no floor");
	}
}

static void judge_removed(struct storm storms[STORMS], const struct module *overlay,
			  const struct module *fuse, const struct mounts *mounts)
{
	struct storm *lock = &storms[STORM_MOUNT_LOCK], *cred = &storms[STORM_MOUNTER_CRED];
	bool ours = overlay->origin == ORIGIN_OURS, calm_fuse = fuse->origin == ORIGIN_OURS;

	for (int i = 0; i < STORMS; i++)
		storms[i].removed = ANSWER_NO;
	if (ours)
		lock->removed = cred->removed = ANSWER_YES;
	for (size_t i = 0; i < mounts->count; i++) {
		const struct filesystem *fs = &mounts->list[i];

		if (same(fs->private_ns, "none"))
			lock->removed = ANSWER_NO;
		if (fs->kind == KIND_OVERLAY && fs->cred_shards == 0)
			cred->removed = ANSWER_NO;
		if (same(fs->policy, "strict"))
			calm_fuse = false;
	}
	if (lock->removed == ANSWER_YES)
		lock->removed_by = overlay->version;
	if (cred->removed == ANSWER_YES)
		cred->removed_by = overlay->version;
	if (calm_fuse) {
		storms[STORM_FUSE_THRESHOLD].removed = ANSWER_YES;
		storms[STORM_FUSE_THRESHOLD].removed_by = fuse->version;
	}
}

void storms_judge(struct storm storms[STORMS], const struct kernel_traits *traits,
		  const struct module *overlay, const struct module *fuse,
		  const struct mounts *mounts, const struct probe *probe)
{
	for (int i = 0; i < STORMS; i++)
		storms[i] = (struct storm){ .name = i,
					    .evidence = EVIDENCE_NONE,
					    .because = "nothing here tells" };
	judge_mount_lock(&storms[STORM_MOUNT_LOCK], traits, overlay, probe);
	judge_mounter_cred(&storms[STORM_MOUNTER_CRED], traits, overlay);
	judge_upper_rename(&storms[STORM_UPPER_RENAME], traits, overlay);
	judge_fuse(&storms[STORM_FUSE_THRESHOLD], traits, fuse, mounts);
	judge_removed(storms, overlay, fuse, mounts);
}

const char *storm_name(enum storm_name name)
{
	static const char *const names[] = { "mount-lock", "mounter-cred", "upper-rename",
					     "fuse-threshold" };

	return names[name];
}

const char *storm_text(enum storm_name name)
{
	static const char *const texts[] = {
		"mount_lock taken by each opendir, directory read and copy-up",
		"reference count of the mounter's credentials",
		"rename lock of the upper filesystem in copy-up and whiteout",
		"FUSE writers wait although next to nothing is dirty",
	};

	return texts[name];
}

const char *evidence_name(enum evidence evidence)
{
	static const char *const names[] = { "behaviour", "symbols", "version-table", "none" };

	return names[evidence];
}
