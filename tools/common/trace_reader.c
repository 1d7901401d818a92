// SPDX-License-Identifier: GPL-2.0-only
#include "trace_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event-parse.h>
#include <kbuffer.h>

/* Kept at most while they wait for their turn. */
#define HELD_BYTES   (64UL << 20)
#define HELD_RECORDS (1UL << 20)

/* libtraceevent before 1.3 has no names for "as this machine". */
#define HOST_LONG (sizeof(long) == 8 ? KBUFFER_LSIZE_8 : KBUFFER_LSIZE_4)
#define HOST_ENDIAN \
	(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? KBUFFER_ENDIAN_LITTLE : KBUFFER_ENDIAN_BIG)

struct stream {
	int fd;
	unsigned int source;
	unsigned int cpu;
	bool exhausted;
};

/* @offset into the bytes that are kept; @size 0: records were lost. */
struct held {
	uint64_t time;
	uint64_t sequence;
	size_t offset;
	unsigned int size;
	unsigned int stream;
};

struct trace_reader {
	struct stream *streams;
	unsigned int stream_count;
	struct kbuffer *page_parser;
	void *page;
	size_t page_size;
	struct held *held;
	size_t held_count, held_room;
	char *bytes;
	size_t bytes_used, bytes_room;
	uint64_t sequence;
	uint64_t newest, newest_before;
	uint64_t pages;
};

struct trace_reader *trace_reader_new(void)
{
	struct trace_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->page_size = sysconf(_SC_PAGESIZE);
	r->page = malloc(r->page_size);
	r->page_parser = kbuffer_alloc(HOST_LONG, HOST_ENDIAN);
	if (!r->page || !r->page_parser) {
		trace_reader_free(r);
		return NULL;
	}
	return r;
}

int trace_reader_add(struct trace_reader *r, const struct trace_instance *instance,
		     unsigned int source)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	for (long cpu = 0; cpu < cpus; cpu++) {
		struct stream *streams, *one;
		char name[64], *path;
		int fd;

		snprintf(name, sizeof(name), "per_cpu/cpu%ld/trace_pipe_raw", cpu);
		path = tracefs_instance_get_file(instance->instance, name);
		if (!path)
			return -ENOMEM;
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		tracefs_put_tracing_file(path);
		if (fd < 0 && errno == ENOENT)
			continue; /* a CPU that was never there */
		if (fd < 0)
			return -errno;
		streams = reallocarray(r->streams, r->stream_count + 1, sizeof(*streams));
		if (!streams) {
			close(fd);
			return -ENOMEM;
		}
		r->streams = streams;
		one = &streams[r->stream_count++];
		*one = (struct stream){ .fd = fd, .source = source, .cpu = cpu };
	}
	return r->stream_count ? 0 : -ENODEV;
}

/* Doubles an array until it holds @need elements. */
static bool make_room(void **array, size_t *room, size_t need, size_t size)
{
	size_t larger = *room ? *room : 4096;
	void *memory;

	while (larger < need)
		larger *= 2;
	if (larger == *room)
		return true;
	memory = reallocarray(*array, larger, size);
	if (!memory)
		return false;
	*array = memory;
	*room = larger;
	return true;
}

static int hold(struct trace_reader *r, unsigned int stream, uint64_t time, const void *data,
		unsigned int size)
{
	struct held *h;

	if (r->held_count && (r->held_count >= HELD_RECORDS || r->bytes_used + size > HELD_BYTES)) {
		/* One note for all that is dropped in a row. */
		h = &r->held[r->held_count - 1];
		if (h->stream == stream && !h->size)
			return 0;
		size = 0;
	}
	if (!make_room((void **)&r->held, &r->held_room, r->held_count + 1, sizeof(*r->held)) ||
	    !make_room((void **)&r->bytes, &r->bytes_room, r->bytes_used + size, 1))
		return -ENOMEM;
	h = &r->held[r->held_count++];
	*h = (struct held){
		.time = time,
		.sequence = r->sequence++,
		.offset = r->bytes_used,
		.size = size,
		.stream = stream,
	};
	if (size)
		memcpy(r->bytes + r->bytes_used, data, size);
	/* Records are read as structures of long words. */
	r->bytes_used += (size + 7) & ~7UL;
	if (time > r->newest)
		r->newest = time;
	return 0;
}

static int hold_page(struct trace_reader *r, unsigned int stream)
{
	unsigned long long time;
	void *data;
	int rc = 0;

	if (kbuffer_load_subbuffer(r->page_parser, r->page))
		return -EIO;
	data = kbuffer_read_event(r->page_parser, &time);
	if (kbuffer_missed_events(r->page_parser))
		rc = hold(r, stream, data ? time : r->newest, NULL, 0);
	while (data && !rc) {
		rc = hold(r, stream, time, data, kbuffer_event_size(r->page_parser));
		data = kbuffer_next_event(r->page_parser, &time);
	}
	r->pages++;
	return rc;
}

/* In turns, so that a busy CPU cannot keep the reader from the others. */
static int read_streams(struct trace_reader *r)
{
	size_t reads = 0, limit = HELD_BYTES / r->page_size;
	bool some = true;

	for (unsigned int i = 0; i < r->stream_count; i++)
		r->streams[i].exhausted = false;
	while (some && reads < limit) {
		some = false;
		for (unsigned int i = 0; i < r->stream_count; i++) {
			struct stream *s = &r->streams[i];
			ssize_t size;
			int rc;

			if (s->exhausted)
				continue;
			size = read(s->fd, r->page, r->page_size);
			if (size <= 0) {
				if (size < 0 && errno != EAGAIN && errno != EINTR)
					return -errno;
				s->exhausted = size == 0 || errno == EAGAIN;
				continue;
			}
			rc = hold_page(r, i);
			if (rc)
				return rc;
			some = true;
			reads++;
		}
	}
	return 0;
}

static int by_time(const void *left, const void *right)
{
	const struct held *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->sequence < b->sequence ? -1 : 1;
}

/* Moves what was not handed out to the beginning. */
static void keep_from(struct trace_reader *r, size_t first)
{
	size_t used = 0;
	char *bytes;

	if (first == r->held_count) {
		r->bytes_used = 0;
		return;
	}
	bytes = malloc(r->bytes_room);
	if (!bytes)
		return; /* compacted when memory is back */
	for (size_t i = first; i < r->held_count; i++) {
		struct held *h = &r->held[i];

		memcpy(bytes + used, r->bytes + h->offset, h->size);
		h->offset = used;
		used += (h->size + 7) & ~7UL;
	}
	free(r->bytes);
	r->bytes = bytes;
	r->bytes_used = used;
}

int trace_reader_drain(struct trace_reader *r, bool all, trace_ordered_fn *fn, void *context)
{
	int rc = read_streams(r);
	size_t i;

	qsort(r->held, r->held_count, sizeof(*r->held), by_time);
	for (i = 0; i < r->held_count; i++) {
		const struct held *h = &r->held[i];
		const struct trace_record record = {
			.time = h->time,
			.source = r->streams[h->stream].source,
			.cpu = r->streams[h->stream].cpu,
			.data = h->size ? r->bytes + h->offset : NULL,
			.size = h->size,
		};

		if (!all && h->time > r->newest_before)
			break;
		fn(&record, context);
	}
	keep_from(r, i);
	memmove(r->held, r->held + i, (r->held_count - i) * sizeof(*r->held));
	r->held_count -= i;
	r->newest_before = r->newest;
	return rc;
}

uint64_t trace_reader_pages(const struct trace_reader *r)
{
	return r->pages;
}

void trace_reader_free(struct trace_reader *r)
{
	if (!r)
		return;
	for (unsigned int i = 0; i < r->stream_count; i++)
		close(r->streams[i].fd);
	if (r->page_parser)
		kbuffer_free(r->page_parser);
	free(r->streams);
	free(r->page);
	free(r->held);
	free(r->bytes);
	free(r);
}
