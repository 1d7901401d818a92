// SPDX-License-Identifier: GPL-2.0-only
#include "decoder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event-parse.h>

#define MAX_KINDS 96
#define MAX_IDS	  65536

/* Where a number is in a record; size 0: nowhere. */
struct place {
	unsigned short offset, size;
	bool is_signed;
};

struct kind {
	enum event_type type;
	unsigned int which;
	struct place pid;
	/* By type: fd len pos; ret; pos there; prev_pid next_pid prev_state; size caller. */
	struct place field[3];
};

struct decoder {
	struct tep_handle *tep;
	struct stacks *stacks;
	struct kind kinds[MAX_KINDS];
	unsigned int count;
	unsigned char by_id[MAX_IDS]; /* number of the kind + 1 */
};

struct decoder *decoder_new(struct stacks *stacks)
{
	struct decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->stacks = stacks;
	d->tep = tep_alloc();
	if (!d->tep) {
		free(d);
		return NULL;
	}
	return d;
}

static bool find_field(struct tep_event *event, const char *name, struct place *place)
{
	struct tep_format_field *field = tep_find_any_field(event, name);

	if (!field)
		return false;
	*place = (struct place){
		.offset = field->offset,
		.size = field->size,
		.is_signed = field->flags & TEP_FIELD_IS_SIGNED,
	};
	return true;
}

static bool find_fields(struct tep_event *event, struct kind *kind)
{
	if (!find_field(event, "common_pid", &kind->pid))
		return false;
	switch (kind->type) {
	case EVENT_CALL_BEGIN:
		find_field(event, "len", &kind->field[1]);
		find_field(event, "pos", &kind->field[2]);
		return find_field(event, "fd", &kind->field[0]);
	case EVENT_CALL_END:
		return find_field(event, "ret", &kind->field[0]);
	case EVENT_POSITION:
		return find_field(event, "pos", &kind->field[0]) &&
		       find_field(event, "there", &kind->field[1]);
	case EVENT_SLEEP:
		return find_field(event, "prev_pid", &kind->field[0]) &&
		       find_field(event, "next_pid", &kind->field[1]) &&
		       find_field(event, "prev_state", &kind->field[2]);
	case EVENT_STACK:
		return find_field(event, "size", &kind->field[0]) &&
		       find_field(event, "caller", &kind->field[1]);
	default:
		return true;
	}
}

/* How events print themselves may be beyond the library; their fields are all that is needed. */
int decoder_add(struct decoder *d, const char *format, enum event_type type, unsigned int which)
{
	struct kind *kind = &d->kinds[d->count];
	const char *line = strstr(format, "ID:");
	struct tep_event *event;
	int id;

	if (d->count == MAX_KINDS)
		return -ENOSPC;
	if (!line || sscanf(line, "ID: %d", &id) != 1 || id < 0 || id >= MAX_IDS)
		return -EINVAL;
	tep_parse_event(d->tep, format, strlen(format), "write_lat");
	event = tep_find_event(d->tep, id);
	*kind = (struct kind){ .type = type, .which = which };
	if (!event || !find_fields(event, kind))
		return -EINVAL;
	d->by_id[id] = ++d->count;
	return 0;
}

/* 0 where the record is too short or the field does not exist. */
static int64_t number(const struct trace_record *record, const struct place *place)
{
	const char *at = (const char *)record->data + place->offset;
	uint64_t value = 0;

	if (!place->size || place->size > 8 || place->offset + place->size > record->size)
		return 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&value, at, place->size);
#else
	memcpy((char *)&value + 8 - place->size, at, place->size);
#endif
	if (place->is_signed && place->size < 8 && value >> (place->size * 8 - 1))
		value |= ~0ULL << (place->size * 8);
	return (int64_t)value;
}

static void stack_event(struct decoder *d, const struct trace_record *record,
			const struct kind *kind, struct event *e)
{
	unsigned int start = kind->field[1].offset;
	uint64_t addresses[MAX_FRAMES];
	struct stack stack;
	size_t depth = 0, room;
	int64_t said = number(record, &kind->field[0]);

	room = record->size > start ? (record->size - start) / sizeof(unsigned long) : 0;
	if (said > 0 && (uint64_t)said < room)
		room = said;
	while (depth < room && depth < MAX_FRAMES) {
		unsigned long address;

		memcpy(&address, (const char *)record->data + start + depth * sizeof(address),
		       sizeof(address));
		/* Ends the stacks of kernels before 5.2. */
		if (address == ~0UL)
			break;
		addresses[depth++] = address;
	}
	e->stack.id = stacks_add(d->stacks, addresses, depth, &stack);
	e->stack.cause_of_write = stack.cause_of_write;
	e->stack.cause_of_sync = stack.cause_of_sync;
}

static void switch_events(const struct trace_record *record, const struct kind *kind,
			  struct event *e, event_fn *fn, void *context)
{
	int64_t state = number(record, &kind->field[2]);

	e->tid = number(record, &kind->field[0]);
	/* The low bits are ways to sleep; a task that was preempted has a bit above them, or none.
	 */
	e->runnable = !(state & 0xff);
	fn(e, context);
	e->type = EVENT_WAKE;
	e->tid = number(record, &kind->field[1]);
	fn(e, context);
}

void decoder_record(struct decoder *d, const struct trace_record *record, event_fn *fn,
		    void *context)
{
	struct event e = { .type = EVENT_LOST, .time = record->time };
	const struct kind *kind;
	unsigned short id;

	if (!record->data) {
		fn(&e, context);
		return;
	}
	if (record->size < sizeof(id))
		return;
	memcpy(&id, record->data, sizeof(id));
	if (!d->by_id[id])
		return;
	kind = &d->kinds[d->by_id[id] - 1];
	e.type = kind->type;
	e.which = kind->which;
	e.tid = number(record, &kind->pid);
	switch (kind->type) {
	case EVENT_CALL_BEGIN:
		e.begin.fd_or_address = number(record, &kind->field[0]);
		e.begin.length = number(record, &kind->field[1]);
		e.begin.offset = kind->field[2].size ? number(record, &kind->field[2]) : -1;
		break;
	case EVENT_CALL_END:
		e.result = number(record, &kind->field[0]);
		break;
	case EVENT_POSITION:
		if (!number(record, &kind->field[1]))
			return;
		e.position = number(record, &kind->field[0]);
		break;
	case EVENT_SLEEP:
		switch_events(record, kind, &e, fn, context);
		return;
	case EVENT_STACK:
		stack_event(d, record, kind, &e);
		break;
	default:
		break;
	}
	fn(&e, context);
}

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	tep_free(d->tep);
	free(d);
}
