// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's list of symbols has another look in each kernel; contention-report reads one that a
 * guest wrote. */
#include "fuzz.h"

#include "function_names.h"
#include "lock_counter.h"
#include "symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), why_not[256], resolved[MAX_FUNCTION_NAME], filter[128];
	struct symbol_range lock;
	struct kernel_text *functions;
	struct symbols symbols;
	FILE *file;

	if (lock_symbol(text, &lock, why_not, sizeof(why_not)) &&
	    (lock.end < lock.start || lock_filter(&lock, filter, sizeof(filter))))
		abort();
	function_resolve(text, "balance_dirty_pages", resolved);
	if (size) {
		file = fmemopen(text, size, "r");
		functions = kernel_text_read(file);
		if (functions)
			kernel_text_name(functions, 0xffffffff81000000);
		kernel_text_free(functions);
		rewind(file);
		if (!symbols_read(&symbols, file, NULL)) {
			symbols_code(&symbols, 0xffffffff81000000, filter, sizeof(filter));
			symbols_data(&symbols, 0xffffffff82000000, filter, sizeof(filter));
			symbols_free(&symbols);
		}
		fclose(file);
	}
	free(text);
	return 0;
}
