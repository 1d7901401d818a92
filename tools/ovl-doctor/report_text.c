// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <string.h>

#include "text.h"

/* More would hide the rest; --json names all. */
#define USERS_SHOWN  4
#define PLACES_SHOWN 3

struct paint {
	FILE *out;
	const char *bold, *warn, *good, *plain;
};

static void heading(const struct paint *p, const char *text)
{
	fprintf(p->out, "\n%s%s%s\n", p->bold, text, p->plain);
}

static void tell_module(const struct paint *p, const struct module *m)
{
	fprintf(p->out, "  %-9s ", m->name);
	if (m->state != MODULE_LOADED) {
		fprintf(p->out, "%s", module_state_name(m->state));
		if (m->state == MODULE_ABSENT && m->files.wanted.path)
			fprintf(p->out, "; modprobe would load %s (%s)",
				module_file_label(&m->files, &m->files.wanted),
				m->files.wanted.path);
		fputc('\n', p->out);
		return;
	}
	fprintf(p->out, "%s%s%s, from %s\n", m->origin == ORIGIN_OURS ? p->good : "",
		m->origin == ORIGIN_OURS ? m->version : module_origin_name(m->origin), p->plain,
		m->source ? m->source->path : "a file that is not here any more");
}

static void tell_modules(const struct paint *p, const struct facts *facts)
{
	heading(p, "Modules");
	for (int i = 0; i < MODULES; i++) {
		const struct module *m = &facts->modules[i];

		if (i <= FUSE || m->state != MODULE_ABSENT)
			tell_module(p, m);
	}
}

static void tell_storms(const struct paint *p, const struct facts *facts)
{
	heading(p, "Storms of this kernel's own modules");
	for (int i = 0; i < STORMS; i++) {
		const struct storm *s = &facts->storms[i];
		const char *colour = s->present == ANSWER_NO || s->removed == ANSWER_YES ? p->good
				     : s->present == ANSWER_YES				 ? p->warn
											 : "";

		fprintf(p->out, "  %-15s %s%-8s%s %s\n", storm_name(s->name), colour,
			s->present != ANSWER_YES   ? answer_name(s->present)
			: s->removed == ANSWER_YES ? "removed"
						   : "yes",
			p->plain, storm_text(s->name));
		fprintf(p->out, "                  (%s: %s%s%s)\n", evidence_name(s->evidence),
			s->because, s->removed_by ? "; removed by " : "",
			or_else(s->removed_by, ""));
	}
	if (facts->probe.done)
		fprintf(p->out,
			"  probe: %.2f mount_lock per opendir+close with the loaded module\n",
			facts->probe.mount_lock_per_opendir);
	else
		fprintf(p->out, "  probe: %s\n", facts->probe.why_not);
}

static void tell_users(const struct paint *p, const struct filesystem *fs)
{
	size_t containers = 0;

	for (size_t i = 0; i < fs->user_count; i++) {
		const char *container = fs->users[i].container;
		bool again = false;

		for (size_t j = 0; j < i && container && !again; j++)
			again = same(container, fs->users[j].container);
		containers += container && !again;
	}
	if (!fs->user_count)
		return;
	fprintf(p->out, "            used by %zu processes", fs->user_count);
	if (containers)
		fprintf(p->out, " of %zu containers", containers);
	for (size_t i = 0; i < fs->user_count && i < USERS_SHOWN; i++)
		fprintf(p->out, "%s%d %s%s%s", i ? ", " : ": ", (int)fs->users[i].pid,
			fs->users[i].command, fs->users[i].container ? " in " : "",
			or_else(fs->users[i].container, ""));
	fprintf(p->out, "%s\n", fs->user_count > USERS_SHOWN ? ", ..." : "");
}

static void tell_places(const struct paint *p, const struct filesystem *fs)
{
	for (size_t i = 0; i < fs->place_count && i < PLACES_SHOWN; i++)
		fprintf(p->out, "%s%s%s", i ? ", " : "", fs->places[i].where,
			fs->places[i].here
				? ""
				: text_format(" (namespace of %d)", (int)fs->places[i].pid));
	fprintf(p->out, "%s\n", fs->place_count > PLACES_SHOWN ? ", ..." : "");
}

static void tell_overlay(const struct paint *p, const struct filesystem *fs)
{
	fprintf(p->out, "  %3u:%-5u ", fs->major, fs->minor);
	tell_places(p, fs);
	fprintf(p->out, "            %d lower layers%s", fs->lower_layers,
		fs->has_upper ? " and an upper one" : ", read-only");
	if (fs->private_ns)
		fprintf(p->out, ", private_ns %s, cred_shards %d", fs->private_ns, fs->cred_shards);
	fputc('\n', p->out);
	tell_users(p, fs);
}

static void tell_fuse(const struct paint *p, const struct filesystem *fs)
{
	fprintf(p->out, "  %3u:%-5u ", fs->major, fs->minor);
	tell_places(p, fs);
	fprintf(p->out, "            %s", fs->type);
	if (fs->mounter >= 0)
		fprintf(p->out, ", mounted by user %d", fs->mounter);
	if (fs->bdi)
		fprintf(p->out, ", bdi %s, min_ratio %g %%, max_ratio %g %%", fs->bdi,
			fs->min_ratio, fs->max_ratio);
	if (fs->strict_limit >= 0)
		fprintf(p->out, ", strict_limit %d", fs->strict_limit);
	if (fs->threshold >= 0)
		fprintf(p->out, ", threshold %lld KiB", fs->threshold / 1024);
	if (fs->policy)
		fprintf(p->out, ", policy %s", fs->policy);
	if (same(fs->watchdog, "fired"))
		fprintf(p->out, " (%swatchdog fired%s)", p->warn, p->plain);
	fputc('\n', p->out);
	tell_users(p, fs);
}

static void tell_mounts(const struct paint *p, const struct facts *facts)
{
	heading(p, "Overlay and FUSE mounts");
	for (size_t i = 0; i < facts->mounts.count; i++) {
		const struct filesystem *fs = &facts->mounts.list[i];

		if (fs->kind == KIND_OVERLAY)
			tell_overlay(p, fs);
		else
			tell_fuse(p, fs);
	}
	if (!facts->mounts.count)
		fprintf(p->out, "  none\n");
	fprintf(p->out, "  in %zu mount namespaces", facts->mounts.namespaces);
	if (facts->mounts.hidden)
		fprintf(p->out, "; those of %zu processes cannot be seen%s", facts->mounts.hidden,
			facts->privileged ? "" : " without root");
	fputc('\n', p->out);
}

static void tell_initramfs(const struct paint *p, const struct initramfs *image)
{
	if (!image->path)
		return;
	fprintf(p->out, "    %s: ", image->path);
	if (image->why_not)
		fprintf(p->out, "not readable (%s)", image->why_not);
	else if (!image->count)
		fprintf(p->out, "carries no overlay or fuse module");
	for (size_t i = 0; i < image->count; i++)
		fprintf(p->out, "%s%s%s%s%s",
			i		 ? ", "
			: image->why_not ? "; "
					 : "carries ",
			image->modules[i].path, image->modules[i].version ? " (" : "",
			or_else(image->modules[i].version, ""),
			image->modules[i].version ? ")" : "");
	fputc('\n', p->out);
}

static void tell_kernels(const struct paint *p, const struct facts *facts)
{
	heading(p, "Kernels");
	for (size_t i = 0; i < facts->kernels.count; i++) {
		const struct kernel *k = &facts->kernels.list[i];

		fprintf(p->out, "  %s%s: DKMS %s%s%s, %s\n", k->release,
			k->running ? " (running)" : "", dkms_state_name(k->dkms),
			k->version ? " " : "", or_else(k->version, ""),
			k->overlay.wanted.path
				? text_format("modprobe loads %s (%s)",
					      module_file_label(&k->overlay, &k->overlay.wanted),
					      k->overlay.wanted.path)
			: k->overlay.builtin ? "overlayfs is built in"
					     : "no overlay module");
		tell_initramfs(p, &k->initramfs);
	}
}

static void tell_signatures(const struct paint *p, const struct facts *facts)
{
	const struct signatures *s = &facts->signatures;
	const struct module_file *m = &facts->modules[OVERLAY].files.wanted;

	heading(p, "Signatures");
	fprintf(p->out, "  Secure Boot %s, lockdown %s, sig_enforce %s: unsigned modules %s\n",
		s->efi ? answer_name(s->secure_boot) : "no (no UEFI)",
		or_else(s->lockdown, "unknown"), answer_name(s->enforced),
		s->demanded ? "are refused" : "load");
	if (m->path)
		fprintf(p->out, "  %s: %s\n", m->path,
			m->signer      ? text_format("signed by \"%s\", %s", m->signer,
						     signatures_trust(s, m->signer, m->signer_serial) ==
								     ANSWER_YES
							     ? "whose key the kernel has"
						     : signatures_trust(s, m->signer,
									m->signer_serial) == ANSWER_NO
							     ? "whose key the kernel does not have"
							     : "the kernel's keys cannot be read")
			: m->is_signed ? "signed"
				       : "not signed");
}

static void tell_findings(const struct paint *p, const struct findings *findings)
{
	if (!findings->count) {
		fprintf(p->out, "\n%sNothing to do.%s\n", p->good, p->plain);
		return;
	}
	heading(p, text_format("Findings: %zu", findings->count));
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->list[i];

		fprintf(p->out, "  %s%s%s (%s): %s\n      -> %s\n", p->warn, f->code, p->plain,
			f->object, f->what, f->advice);
	}
}

void report_text(const struct facts *facts, const struct findings *findings, bool colours,
		 FILE *out)
{
	struct paint p = { .out = out, .bold = "", .warn = "", .good = "", .plain = "" };

	if (colours)
		p = (struct paint){ out, "\033[1m", "\033[33m", "\033[32m", "\033[0m" };
	fprintf(out, "%s, kernel %s%s\n", or_else(facts->host, "unknown host"), facts->release,
		facts->privileged ? "" : " (not root: some things cannot be seen)");
	tell_modules(&p, facts);
	tell_storms(&p, facts);
	tell_mounts(&p, facts);
	tell_kernels(&p, facts);
	tell_signatures(&p, facts);
	tell_findings(&p, findings);
}
