// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a test guest: what the host asked for. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"

static void append(char ***list, size_t *nr, const char *value)
{
	*list = realloc(*list, (*nr + 2) * sizeof(**list));
	if (!*list)
		fatal("out of memory");
	(*list)[*nr] = strdup(value);
	(*list)[++*nr] = NULL;
}

static unsigned int positive(const char *key, const char *value)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (errno || end == value || *end || !n || n > 1000000)
		fatal("bad %s '%s' in the run configuration: a number, 1 or more", key, value);
	return n;
}

void config_read(struct config *cfg, const char *path)
{
	char line[4096];
	FILE *f;

	memset(cfg, 0, sizeof(*cfg));
	cfg->case_timeout = 300;
	cfg->slow = 1;
	snprintf(cfg->root, sizeof(cfg->root), "/dev/vda");
	snprintf(cfg->cases, sizeof(cfg->cases), "%s", CASES_DIR);
	f = fopen(path, "re");
	if (!f)
		fatal("no run configuration %s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		char *value = strchr(line, '=');

		line[strcspn(line, "\n")] = '\0';
		if (!value)
			fatal("line without '=' in the run configuration: %s", line);
		*value++ = '\0';
		if (!strcmp(line, "suite"))
			snprintf(cfg->suite, sizeof(cfg->suite), "%s", value);
		else if (!strcmp(line, "root"))
			snprintf(cfg->root, sizeof(cfg->root), "%s", value);
		else if (!strcmp(line, "cases_dir"))
			snprintf(cfg->cases, sizeof(cfg->cases), "%s", value);
		else if (!strcmp(line, "case"))
			append(&cfg->globs, &cfg->nr_globs, value);
		else if (!strcmp(line, "env"))
			append(&cfg->env, &cfg->nr_env, value);
		else if (!strcmp(line, "case_timeout"))
			cfg->case_timeout = positive(line, value);
		else if (!strcmp(line, "slow"))
			cfg->slow = positive(line, value);
		else if (!strcmp(line, "leaks_at_end"))
			cfg->leaks_at_end = true;
		else if (!strcmp(line, "probe"))
			cfg->probe = true;
		else
			fatal("unknown key '%s' in the run configuration", line);
	}
	fclose(f);
}
