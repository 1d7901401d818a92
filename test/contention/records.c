// SPDX-License-Identifier: GPL-2.0-only
/* The text form of the plugin's results; see records.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->touch_ops != y->touch_ops)
		return x->touch_ops < y->touch_ops ? 1 : -1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void write_line(FILE *out, const struct line *line)
{
	fprintf(out, "line %" PRIx64 " %" PRIx64 " %u %u %" PRIu64 " %u %u",
		line->number << LINE_SHIFT, line->vaddr, line->touch_ops, line->write_ops,
		line->writes, line->vcpus, line->writers);
	for (unsigned int i = 0; i < line->n_pcs; i++)
		fprintf(out, " %" PRIx64 "/%u%s", line->pcs[i].pc, line->pcs[i].ops,
			line->pcs[i].wrote ? "w" : "");
	fputc('\n', out);
}

int record_write(FILE *out, const struct record_phase *head, const struct line_table *lines)
{
	struct line *kept = NULL;
	size_t n = 0;

	if (lines->used) {
		kept = malloc(lines->used * sizeof(*kept));
		if (!kept)
			return -1;
	}
	for (size_t i = 0; i < lines->n_slots; i++) {
		const struct line *line = &lines->slots[i];

		if (line->touch_ops && line_is_contended(line) &&
		    (uint64_t)line->touch_ops * RECORD_SHARE >= head->ops)
			kept[n++] = *line;
	}
	if (n)
		qsort(kept, n, sizeof(*kept), compare_lines);
	fprintf(out,
		"phase %" PRIu64 " vcpus %u ops %" PRIu64 " busy %u irqs %" PRIu64 " lost %" PRIu64
		"\n",
		head->phase, head->vcpus, head->ops, head->busy, head->irqs, head->lost);
	for (size_t i = 0; i < n; i++)
		write_line(out, &kept[i]);
	fprintf(out, "end %" PRIu64 "\n", head->phase);
	free(kept);
	return fflush(out) || ferror(out) ? -1 : 0;
}

static int parse_pcs(struct line *line, const char *text)
{
	int used;

	while (*text == ' ') {
		struct line_pc *by = &line->pcs[line->n_pcs];

		if (line->n_pcs == LINE_PCS ||
		    sscanf(text, " %" SCNx64 "/%" SCNu32 "%n", &by->pc, &by->ops, &used) != 2)
			return -1;
		text += used;
		by->wrote = *text == 'w';
		text += by->wrote;
		line->n_pcs++;
	}
	return *text == '\n' ? 0 : -1;
}

static int parse_line(struct record *record, const char *text)
{
	struct line line = { 0 }, *more;
	uint64_t paddr;
	int used;

	if (sscanf(text,
		   "line %" SCNx64 " %" SCNx64 " %" SCNu32 " %" SCNu32 " %" SCNu64 " %" SCNu16
		   " %" SCNu16 "%n",
		   &paddr, &line.vaddr, &line.touch_ops, &line.write_ops, &line.writes, &line.vcpus,
		   &line.writers, &used) != 7)
		return -1;
	line.number = paddr >> LINE_SHIFT;
	if (parse_pcs(&line, text + used))
		return -1;
	more = realloc(record->lines, (record->n_lines + 1) * sizeof(line));
	if (!more)
		return -1;
	record->lines = more;
	more[record->n_lines++] = line;
	return 0;
}

static int parse_head(struct record_phase *head, const char *text)
{
	return sscanf(text,
		      "phase %" SCNu64 " vcpus %u ops %" SCNu64 " busy %u irqs %" SCNu64
		      " lost %" SCNu64,
		      &head->phase, &head->vcpus, &head->ops, &head->busy, &head->irqs,
		      &head->lost) == 6
		       ? 0
		       : -1;
}

int record_read(FILE *in, struct record *record, unsigned long *line_number)
{
	char *text = NULL;
	size_t size = 0;
	uint64_t end;
	int state = 0; /* 0 before the head, 1 inside, 2 complete, -1 damaged */

	memset(record, 0, sizeof(*record));
	while ((state == 0 || state == 1) && getline(&text, &size, in) > 0) {
		++*line_number;
		if (state == 0)
			state = parse_head(&record->head, text) ? -1 : 1;
		else if (sscanf(text, "end %" SCNu64, &end) == 1)
			state = end == record->head.phase ? 2 : -1;
		else if (parse_line(record, text))
			state = -1;
	}
	free(text);
	if (state == 2)
		return 1;
	record_free(record);
	return state == 0 ? 0 : -1;
}

void record_free(struct record *record)
{
	free(record->lines);
	memset(record, 0, sizeof(*record));
}
