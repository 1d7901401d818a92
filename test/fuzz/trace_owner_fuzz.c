// SPDX-License-Identifier: GPL-2.0-only
/* What is taken for the trace event of a dead process of ours is removed, so nothing else may be
 * taken for it. */
#include "fuzz.h"

#include "trace_owner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), again[TRACE_OWNER_NAME];
	struct trace_owner owner;

	if (trace_owner_parse("ovl_storm", text, &owner) &&
	    (!trace_owner_name("ovl_storm", &owner, again) ||
	     strncmp(again, text, strlen(again)) != 0))
		abort();
	free(text);
	return 0;
}
