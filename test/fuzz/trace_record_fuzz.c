// SPDX-License-Identifier: GPL-2.0-only
/* write-lat decodes what comes out of the trace buffer; records have other sizes on each kernel. */
#include "fuzz.h"

#include "decoder.h"
#include "unit/trace_formats.h"

static void ignore(const struct event *event, void *context)
{
	(void)event;
	(void)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct stacks *stacks;
	static struct decoder *decoder;
	struct trace_record record = { .time = 1, .size = size };
	void *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (!decoder) {
		stacks = stacks_new(NULL);
		decoder = decoder_new(stacks);
		if (decoder_add(decoder, begin_format, EVENT_CALL_BEGIN, CALL_PWRITE64) ||
		    decoder_add(decoder, switch_format, EVENT_SLEEP, 0) ||
		    decoder_add(decoder, stack_format, EVENT_STACK, 0))
			abort();
	}
	if (size)
		memcpy(copy, data, size);
	record.data = copy;
	decoder_record(decoder, &record, ignore, NULL);
	free(copy);
	return 0;
}
