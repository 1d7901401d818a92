// SPDX-License-Identifier: GPL-2.0-only
/* Reading a measurement directory; see measurement.h. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "measurement.h"

static int failed(const char *dir, const char *file, const char *why)
{
	fprintf(stderr, "contention-report: %s/%s: %s\n", dir, file, why);
	return -1;
}

static FILE *open_in(const char *dir, const char *file)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	return fopen(path, "re");
}

static int read_journal(struct measurement *m)
{
	FILE *from = open_in(m->dir, "phases.jsonl");
	char *line = NULL;
	size_t size = 0;
	int rc = 0;

	if (!from)
		return failed(m->dir, "phases.jsonl", strerror(errno));
	m->journal = json_object_new_array();
	while (!rc && getline(&line, &size, from) > 0) {
		struct json_object *phase = json_tokener_parse(line);

		if (json_object_is_type(phase, json_type_object))
			json_object_array_add(m->journal, phase);
		else
			rc = failed(m->dir, "phases.jsonl", "damaged: a line is no JSON object");
	}
	free(line);
	fclose(from);
	return rc;
}

static int read_records(struct measurement *m)
{
	FILE *from = open_in(m->dir, "records");
	unsigned long line = 0;
	struct record record;
	int rc;

	if (!from)
		return failed(m->dir, "records", strerror(errno));
	while ((rc = record_read(from, &record, &line)) > 0) {
		struct record *more = realloc(m->records, (m->n_records + 1) * sizeof(record));

		if (!more) {
			record_free(&record);
			rc = -1;
			break;
		}
		m->records = more;
		more[m->n_records++] = record;
	}
	fclose(from);
	if (rc) {
		char why[64];

		snprintf(why, sizeof(why), "damaged at line %lu", line);
		return failed(m->dir, "records", why);
	}
	return 0;
}

int measurement_open(struct measurement *m, const char *dir)
{
	memset(m, 0, sizeof(*m));
	m->dir = dir;
	if (!read_journal(m) && !read_records(m))
		return 0;
	measurement_close(m);
	return -1;
}

void measurement_close(struct measurement *m)
{
	for (size_t i = 0; i < m->n_records; i++)
		record_free(&m->records[i]);
	for (size_t i = 0; i < m->n_tables; i++) {
		free(m->tables[i].name);
		symbols_free(&m->tables[i].symbols);
	}
	free(m->records);
	free(m->tables);
	json_object_put(m->journal);
	memset(m, 0, sizeof(*m));
}

static const struct record *find_record(void *data, long phase)
{
	const struct measurement *m = data;

	for (size_t i = 0; i < m->n_records; i++)
		if ((long)m->records[i].head.phase == phase)
			return &m->records[i];
	return NULL;
}

static int read_symbols(const struct measurement *m, const char *name, struct symbols *symbols)
{
	FILE *kallsyms = open_in(m->dir, name);
	FILE *percpu = open_in(m->dir, "percpu");
	int rc = -1;

	if (kallsyms)
		rc = symbols_read(symbols, kallsyms, percpu);
	if (kallsyms)
		fclose(kallsyms);
	if (percpu)
		fclose(percpu);
	return rc;
}

static const struct symbols *find_symbols(void *data, const char *name)
{
	struct measurement *m = data;
	void *more;

	for (size_t i = 0; i < m->n_tables; i++)
		if (!strcmp(m->tables[i].name, name))
			return &m->tables[i].symbols;
	/* The name comes from the journal: it must not lead out of the directory. */
	if (strchr(name, '/'))
		return NULL;
	more = realloc(m->tables, (m->n_tables + 1) * sizeof(*m->tables));
	if (!more)
		return NULL;
	m->tables = more;
	if (read_symbols(m, name, &m->tables[m->n_tables].symbols))
		return NULL;
	m->tables[m->n_tables].name = strdup(name);
	return &m->tables[m->n_tables++].symbols;
}

struct join_source measurement_source(struct measurement *m)
{
	return (struct join_source){
		.record = find_record,
		.symbols = find_symbols,
		.data = m,
	};
}
