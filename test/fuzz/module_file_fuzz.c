// SPDX-License-Identifier: GPL-2.0-only
/* ovl-doctor reads modules that anybody may have built, signed or cut short. */
#include "fuzz.h"

#include "module_file.h"
#include "unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct module_file f;
	/* On the heap and of that size, so that each byte beyond it is noticed. */
	unsigned char *bytes = malloc(size ? size : 1);

	if (!bytes)
		abort();
	if (size)
		memcpy(bytes, data, size);
	free(build_id_of_notes(bytes, size));
	/* A compressor for each input would take all the time. */
	if (!unpack_program(bytes, size)) {
		if (!module_file_parse(&f, bytes, size) && !f.why_not)
			abort();
		is_ours(f.version);
	}
	free(bytes);
	return 0;
}
