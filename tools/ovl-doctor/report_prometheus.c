// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"
#include "text.h"

static void metric(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A label's value, with what the format gives a meaning escaped. */
static char *escaped(const char *value)
{
	char *text = need_memory(2 * strlen(value) + 1, 1), *c = text;

	for (; *value; value++) {
		if (*value == '\\' || *value == '"' || *value == '\n')
			*c++ = '\\';
		*c++ = *value == '\n' ? 'n' : *value;
	}
	return text;
}

static void tell_modules(const struct facts *facts, FILE *out)
{
	metric(out, "ovl_calm_module_info",
	       "State and origin of a kernel module as it runs now, value 1.");
	for (int i = 0; i < MODULES; i++) {
		const struct module *m = &facts->modules[i];

		fprintf(out,
			"ovl_calm_module_info{module=\"%s\",state=\"%s\",origin=\"%s\","
			"version=\"%s\"} 1\n",
			m->name, module_state_name(m->state),
			m->state == MODULE_ABSENT ? "" : module_origin_name(m->origin),
			escaped(or_else(m->version, "")));
	}
	metric(out, "ovl_calm_module_replaced",
	       "Whether modprobe would load another file than the one that runs.");
	for (int i = 0; i < MODULES; i++)
		fprintf(out, "ovl_calm_module_replaced{module=\"%s\"} %d\n", facts->modules[i].name,
			facts->modules[i].replaced);
}

static void tell_storms(const struct facts *facts, FILE *out)
{
	metric(out, "ovl_calm_storm_present",
	       "Whether the modules that the kernel came with have this storm.");
	for (int i = 0; i < STORMS; i++) {
		if (facts->storms[i].present != ANSWER_UNKNOWN)
			fprintf(out, "ovl_calm_storm_present{storm=\"%s\"} %d\n", storm_name(i),
				facts->storms[i].present == ANSWER_YES);
	}
	metric(out, "ovl_calm_storm_removed", "Whether the loaded modules remove this storm.");
	for (int i = 0; i < STORMS; i++)
		fprintf(out, "ovl_calm_storm_removed{storm=\"%s\"} %d\n", storm_name(i),
			facts->storms[i].removed == ANSWER_YES);
}

static void tell_mounts(const struct facts *facts, FILE *out)
{
	unsigned int overlays = 0, fuse = 0;

	for (size_t i = 0; i < facts->mounts.count; i++) {
		if (facts->mounts.list[i].kind == KIND_OVERLAY)
			overlays++;
		else
			fuse++;
	}
	metric(out, "ovl_calm_filesystems", "Mounted filesystems, each counted once.");
	fprintf(out, "ovl_calm_filesystems{type=\"overlay\"} %u\n", overlays);
	fprintf(out, "ovl_calm_filesystems{type=\"fuse\"} %u\n", fuse);
}

static void tell_kernels(const struct facts *facts, FILE *out)
{
	metric(out, "ovl_calm_dkms_info", "What DKMS did for an installed kernel, value 1.");
	for (size_t i = 0; i < facts->kernels.count; i++) {
		const struct kernel *k = &facts->kernels.list[i];

		fprintf(out, "ovl_calm_dkms_info{kernel=\"%s\",running=\"%s\",state=\"%s\"} 1\n",
			escaped(k->release), k->running ? "true" : "false",
			dkms_state_name(k->dkms));
	}
}

/* Every finding has a sample only while it is there, so the total is there always. */
static void tell_findings(const struct findings *findings, FILE *out)
{
	metric(out, "ovl_calm_findings", "Number of findings, each with a recommendation.");
	fprintf(out, "ovl_calm_findings %zu\n", findings->count);
	metric(out, "ovl_calm_finding", "A finding that is there now, value 1.");
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->list[i];
		bool again = false;

		for (size_t j = 0; j < i; j++)
			again |= same(f->code, findings->list[j].code) &&
				 same(f->object, findings->list[j].object);
		if (!again)
			fprintf(out, "ovl_calm_finding{code=\"%s\",object=\"%s\"} 1\n", f->code,
				escaped(f->object));
	}
}

int report_prometheus(const struct facts *facts, const struct findings *findings, const char *path)
{
	/* node_exporter reads *.prom, so a name with another end stays unseen. */
	char *temporary = text_format("%s.%d", path, (int)getpid());
	FILE *out = fopen(temporary, "wxe");
	bool written;

	if (!out)
		return complain(FAILED,
				"cannot write %s: %s; the directory must exist and be "
				"writable",
				temporary, strerror(errno));
	/* Whatever the umask, the exporter runs as somebody else. */
	fchmod(fileno(out), 0644);
	tell_modules(facts, out);
	tell_storms(facts, out);
	tell_mounts(facts, out);
	tell_kernels(facts, out);
	tell_findings(findings, out);
	metric(out, "ovl_calm_doctor_last_run_timestamp_seconds",
	       "When ovl-doctor last wrote this file, in seconds since 1970.");
	fprintf(out, "ovl_calm_doctor_last_run_timestamp_seconds %lld\n", (long long)time(NULL));
	written = !fflush(out) && !fsync(fileno(out));
	if (fclose(out))
		written = false;
	if (written && !rename(temporary, path))
		return SUCCESS;
	complain(FAILED, "cannot write %s: %s", path, strerror(errno));
	unlink(temporary);
	return FAILED;
}
