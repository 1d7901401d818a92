// SPDX-License-Identifier: GPL-2.0-only
/* Facts about the running kernel; see guest_facts.h. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../storm/storm.h"
#include "guest_facts.h"
#include "phase.h"

#define KALLSYMS "/proc/kallsyms"
#define MODULE	 "/sys/module/overlay"

static int failed(const char *what, const char *path)
{
	return complain(-1, "%s %s: %s", what, path, strerror(errno));
}

int save_symbols(const char *out, char *name, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325ull;
	char temporary[4096], final[4096], buffer[65536];
	FILE *from, *to;
	size_t got;

	snprintf(temporary, sizeof(temporary), "%s/kallsyms.new", out);
	from = fopen(KALLSYMS, "re");
	if (!from)
		return failed("cannot read", KALLSYMS);
	to = fopen(temporary, "we");
	if (!to) {
		fclose(from);
		return failed("cannot write", temporary);
	}
	while ((got = fread(buffer, 1, sizeof(buffer), from)) > 0) {
		for (size_t i = 0; i < got; i++)
			hash = (hash ^ (uint8_t)buffer[i]) * 0x100000001b3ull;
		fwrite(buffer, 1, got, to);
	}
	fclose(from);
	if (ferror(to) | fclose(to)) {
		failed("cannot write", temporary);
		unlink(temporary);
		return -1;
	}
	snprintf(name, size, "kallsyms.%016" PRIx64, hash);
	snprintf(final, sizeof(final), "%s/%s", out, name);
	return rename(temporary, final) ? failed("cannot write", final) : 0;
}

/* Call ACT for each symbol whose name is accepted; stop when it returns non-zero. */
static int for_each_symbol(int (*act)(const char *name, uint64_t address, void *data), void *data)
{
	FILE *from = fopen(KALLSYMS, "re");
	char line[1024], name[512];
	uint64_t address;
	int rc = 0;

	if (!from)
		return failed("cannot read", KALLSYMS);
	while (!rc && fgets(line, sizeof(line), from))
		if (sscanf(line, "%" SCNx64 " %*c %511s", &address, name) == 2)
			rc = act(name, address, data);
	fclose(from);
	return rc;
}

struct irq_entries {
	uint64_t old_style[64], new_style[256];
	int n_old, n_new;
};

static int collect_irq_entry(const char *name, uint64_t address, void *data)
{
	/* Before 5.8 the entry points had no prefix; later these are the C functions behind. */
	static const char *const old_style[] = {
		"common_interrupt",
		"apic_timer_interrupt",
		"reschedule_interrupt",
		"call_function_interrupt",
		"call_function_single_interrupt",
		"irq_work_interrupt",
		"x86_platform_ipi",
		"error_interrupt",
		"spurious_interrupt",
		"reboot_interrupt",
		"thermal_interrupt",
		"threshold_interrupt",
		"deferred_error_interrupt",
	};
	struct irq_entries *found = data;

	if (!strncmp(name, "asm_sysvec_", 11) || !strcmp(name, "asm_common_interrupt") ||
	    !strcmp(name, "asm_spurious_interrupt")) {
		if (found->n_new < 256)
			found->new_style[found->n_new++] = address;
		return 0;
	}
	for (size_t i = 0; i < sizeof(old_style) / sizeof(old_style[0]); i++)
		if (!strcmp(name, old_style[i]) && found->n_old < 64)
			found->old_style[found->n_old++] = address;
	return 0;
}

int announce_irq_entries(void)
{
	struct irq_entries found = { .n_old = 0 };
	const uint64_t *entries;
	int n;

	if (for_each_symbol(collect_irq_entry, &found))
		return -1;
	entries = found.n_new ? found.new_style : found.old_style;
	n = found.n_new ? found.n_new : found.n_old;
	if (!n || !entries[0])
		return complain(-1,
				"%s shows no interrupt entry points: run as root, with "
				"kernel.kptr_restrict below 2",
				KALLSYMS);
	for (int i = 0; i < n; i++)
		announce_irq_entry(entries[i]);
	return n;
}

static int find_percpu_table(const char *name, uint64_t address, void *data)
{
	if (strcmp(name, "__per_cpu_offset"))
		return 0;
	*(uint64_t *)data = address;
	return 1;
}

/* Read kernel memory at ADDRESS through FD, an open /proc/kcore. Return 0, or -1. */
static int read_kcore(int fd, uint64_t address, void *to, size_t size)
{
	Elf64_Ehdr head;
	Elf64_Phdr part;

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head))
		return -1;
	for (int i = 0; i < head.e_phnum; i++) {
		if (pread(fd, &part, sizeof(part), head.e_phoff + i * sizeof(part)) != sizeof(part))
			return -1;
		if (part.p_type == PT_LOAD && address >= part.p_vaddr &&
		    address - part.p_vaddr + size <= part.p_memsz)
			return pread(fd, to, size, part.p_offset + (address - part.p_vaddr)) ==
					       (ssize_t)size
				       ? 0
				       : -1;
	}
	errno = ENXIO;
	return -1;
}

int save_percpu_offsets(const char *out)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	uint64_t table = 0, offset;
	char path[4096];
	FILE *to;
	int fd, rc = 0;

	if (for_each_symbol(find_percpu_table, &table) < 0)
		return -1;
	fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed("cannot read", "/proc/kcore");
	snprintf(path, sizeof(path), "%s/percpu", out);
	to = fopen(path, "we");
	if (!to) {
		close(fd);
		return failed("cannot write", path);
	}
	for (long cpu = 0; cpu < cpus && !rc; cpu++) {
		rc = read_kcore(fd, table + cpu * sizeof(offset), &offset, sizeof(offset));
		if (!rc)
			fprintf(to, "%ld %" PRIx64 "\n", cpu, offset);
	}
	close(fd);
	if (rc) {
		fclose(to);
		return failed("cannot read __per_cpu_offset in", "/proc/kcore");
	}
	return fclose(to) ? failed("cannot write", path) : 0;
}

/* First line of a small file, or NULL. The caller frees it. */
static char *first_line(const char *path)
{
	FILE *from = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!from)
		return NULL;
	if (getline(&line, &size, from) < 0) {
		free(line);
		line = NULL;
	} else {
		line[strcspn(line, "\n")] = '\0';
	}
	fclose(from);
	return line;
}

static struct json_object *describe_parameters(void)
{
	struct json_object *params = json_object_new_object();
	DIR *dir = opendir(MODULE "/parameters");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[512];
		char *value;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), MODULE "/parameters/%s", entry->d_name);
		value = first_line(path);
		if (value)
			json_object_object_add(params, entry->d_name,
					       json_object_new_string(value));
		free(value);
	}
	if (dir)
		closedir(dir);
	return params;
}

void describe_module(struct json_object *to)
{
	char *version = first_line(MODULE "/version");
	const char *name = "ovl-calm";

	/* The kernel's own module has no version; built in, it has no state either. */
	if (!version)
		name = access(MODULE "/initstate", F_OK) ? "built-in" : "stock";
	json_object_object_add(to, "module", json_object_new_string(name));
	json_object_object_add(to, "module_version",
			       version ? json_object_new_string(version) : NULL);
	json_object_object_add(to, "params", describe_parameters());
	free(version);
}
