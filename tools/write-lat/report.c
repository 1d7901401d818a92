// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <inttypes.h>
#include <string.h>

#include "call_probes.h"

#define BAR_WIDTH 40

/* "12.3 ms": three digits are enough to compare by eye. */
static const char *duration(uint64_t ns, char *text, size_t size)
{
	if (ns < 1000000)
		snprintf(text, size, "%.0f us", ns / 1e3);
	else if (ns < 1000000000)
		snprintf(text, size, "%.1f ms", ns / 1e6);
	else
		snprintf(text, size, "%.2f s", ns / 1e9);
	return text;
}

#define DURATION(ns) duration(ns, (char[24]){ 0 }, 24)

static void histogram(const struct cause_summary *c, FILE *out)
{
	uint64_t most = 0;

	for (unsigned int i = 0; i < BUCKET_COUNT; i++) {
		if (c->buckets[i] > most)
			most = c->buckets[i];
	}
	for (unsigned int i = 0; i < BUCKET_COUNT; i++) {
		int bar = most ? (int)((c->buckets[i] * BAR_WIDTH + most - 1) / most) : 0;

		if (c->buckets[i])
			fprintf(out, "    from %8s  %6" PRIu64 " %.*s\n", DURATION(1000ULL << i),
				c->buckets[i], bar, "########################################");
	}
}

static void causes(const struct result *r, FILE *out)
{
	const struct summary *s = r->summary;

	fprintf(out, "\n%-28s %10s %12s %10s\n", "cause", "slow calls", "time in it", "longest");
	for (int cause = 0; cause < CAUSES; cause++) {
		const struct cause_summary *c = &s->causes[cause];

		if (!c->slow_calls && c->time < s->slow_time / 100)
			continue;
		fprintf(out, "%-28s %10" PRIu64 " %12s %10s\n", cause_text(cause)->title,
			c->slow_calls, DURATION(c->time),
			c->slow_calls ? DURATION(c->longest) : "-");
		histogram(c, out);
	}
}

static void stack_of(const struct result *r, uint32_t id, FILE *out)
{
	const struct stack *stack = stacks_get(r->stacks, id);

	for (unsigned int i = 0; stack && i < stack->depth; i++) {
		if (stack->names[i])
			fprintf(out, "            %s\n", stack->names[i]);
		else
			fprintf(out, "            0x%" PRIx64 "\n", stack->addresses[i]);
	}
}

static void one_call(const struct result *r, const struct call *call, unsigned int number,
		     FILE *out)
{
	size_t count;
	const struct wait_probe *probes = wait_probes(&count);

	fprintf(out, "\n%3u. %s %s: %s", number, DURATION(call->end - call->start),
		call_kind_name(call->kind), cause_text(call_cause(call))->title);
	fprintf(out, "\n     thread %d", (int)call->tid);
	if (call_kind_has_length(call->kind))
		fprintf(out, ", %" PRId64 "%s", call->length,
			call->kind >= CALL_WRITEV && call->kind <= CALL_PWRITEV2 ? " vectors"
										 : " bytes");
	if (call->offset >= 0)
		fprintf(out, " at %" PRId64, call->offset);
	fprintf(out, " of %s", call->file ? call->file : "a file that is gone");
	if (call->result < 0)
		fprintf(out, ", failed: %s", strerror((int)-call->result));
	fputc('\n', out);
	for (unsigned int i = 0; i < call->segment_count; i++) {
		const struct segment *s = &call->segments[i];

		fprintf(out, "     %10s  %10s  %s%s%s%s\n", DURATION(s->start - call->start),
			DURATION(s->end - s->start), cause_text(s->cause)->title,
			s->probe >= 0 ? " (" : "", s->probe >= 0 ? probes[s->probe].name : "",
			s->probe >= 0 ? ")" : "");
		if (s->stack && (s->cause == CAUSE_OTHER || r->options->stacks))
			stack_of(r, s->stack, out);
	}
	if (call->segments_dropped)
		fprintf(out, "     and %u shorter pieces\n", call->segments_dropped);
}

static void advice(const struct result *r, FILE *out)
{
	const struct summary *s = r->summary;
	enum cause most = CAUSES;

	for (int cause = 0; cause < CAUSES; cause++) {
		if (cause_text(cause)->advice && s->causes[cause].slow_calls &&
		    (most == CAUSES || s->causes[cause].time > s->causes[most].time))
			most = cause;
	}
	if (most != CAUSES)
		fprintf(out, "\nadvice, %s: %s\n", cause_text(most)->title,
			cause_text(most)->advice);
	if (most != CAUSE_RMW && s->causes[CAUSE_RMW].slow_calls)
		fprintf(out, "\nadvice, %s: %s\n", cause_text(CAUSE_RMW)->title,
			cause_text(CAUSE_RMW)->advice);
}

static void trust(const struct result *r, FILE *out)
{
	const struct call_counts *c = r->counts;
	double each = overhead_per_call(r->overhead);

	fputc('\n', out);
	if (each >= 0)
		fprintf(out,
			"overhead: %.1f us for each call (%.1f us traced, %.1f us untraced: pwrite "
			"of "
			"a byte to memory); write-lat itself took %.2f s of CPU in %.1f s\n",
			each / 1e3, overhead_of_call(r->overhead, true) / 1e3,
			overhead_of_call(r->overhead, false) / 1e3, r->tool_cpu, r->seconds);
	else
		fprintf(out, "overhead: not measured\n");
	if (r->losses.lost || c->lost_notes)
		fprintf(out,
			"lost: %" PRId64 " events did not fit the buffers (--buffer); %" PRIu64
			" calls dropped, as their story has gaps\n",
			r->losses.lost, c->untold);
	if (r->losses.missed)
		fprintf(out, "missed: %" PRId64 " probe hits (too many at once)\n",
			r->losses.missed);
	if (c->unfinished)
		fprintf(out, "unfinished: %" PRIu64 " calls whose end was not seen\n",
			c->unfinished);
	for (unsigned int i = 0; i < r->notes->count; i++)
		fprintf(out, "note: %s\n", r->notes->text[i]);
}

void report_text(const struct result *r, FILE *out)
{
	const struct summary *s = r->summary;

	fprintf(out,
		"%" PRIu64 " calls in %.1f s, %" PRIu64
		" of them slow (over %s); %s in calls, %s in "
		"slow ones\n",
		s->calls, r->seconds, s->slow, DURATION(s->threshold), DURATION(s->time),
		DURATION(s->slow_time));
	if (s->slow)
		causes(r, out);
	for (unsigned int i = 0; i < s->worst_count; i++)
		one_call(r, &s->worst[i], i + 1, out);
	advice(r, out);
	trust(r, out);
}

void report_causes(FILE *out)
{
	for (int cause = 0; cause < CAUSES; cause++) {
		const struct cause_text *text = cause_text(cause);

		fprintf(out, "%-20s  %s%s%s\n", text->id, text->title, text->advice ? ". " : "",
			text->advice ? text->advice : "");
	}
}
