// SPDX-License-Identifier: GPL-2.0-only
/* Lookup of kernel symbols; see symbols.h. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

#define USER_END      (1ull << 47) /* addresses below are user space (4 level paging) */
#define USER_END_LA57 (1ull << 56) /* ... or with 5 level paging */

/* Modules have no end symbol: what is further from its symbol than this is not part of one. */
#define MODULE_REACH (1u << 20)

/* Labels that stand before or beside a function and say nothing. */
static bool is_noise(const char *name)
{
	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6) ||
	       !strncmp(name, "__UNIQUE_ID", 11) || !strncmp(name, ".L", 2) || name[0] == '$';
}

static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	/* Of several names the lookup takes the last: let that be a global one. */
	if ((x->type < 'a') != (y->type < 'a'))
		return x->type < 'a' ? 1 : -1;
	return strcmp(y->name, x->name);
}

static char *read_all(FILE *from, size_t *length)
{
	size_t size = 1 << 20, used = 0, got;
	char *text = malloc(size);

	while (text && (got = fread(text + used, 1, size - used - 1, from)) > 0) {
		char *more = text;

		used += got;
		if (used + 1 == size)
			more = realloc(text, size *= 2);
		if (!more)
			free(text);
		text = more;
	}
	if (text)
		text[used] = '\0';
	*length = used;
	return text;
}

/* Remember the borders of the kernel's sections while they pass by. */
static void note_border(struct symbols *symbols, const struct symbol *symbol)
{
	if (symbol->module)
		return;
	if (!strcmp(symbol->name, "_text"))
		symbols->text = symbol->address;
	else if (!strcmp(symbol->name, "_end"))
		symbols->end = symbol->address;
	else if (!strcmp(symbol->name, "__per_cpu_start"))
		symbols->percpu = symbol->address;
	else if (!strcmp(symbol->name, "__per_cpu_end"))
		symbols->percpu_end = symbol->address;
}

/* Cut LINE ("address type name [module]") to pieces. Return false when it is something else. */
static bool parse_symbol(char *line, struct symbol *symbol)
{
	char *rest, *end;

	symbol->address = strtoull(line, &end, 16);
	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	symbol->type = end[1];
	symbol->name = strtok_r(end + 3, " \t", &rest);
	symbol->module = strtok_r(NULL, " \t[]", &rest);
	return symbol->name;
}

static int read_offsets(struct symbols *symbols, FILE *percpu)
{
	uint64_t offset;
	size_t cpu;

	while (fscanf(percpu, "%zu %" SCNx64, &cpu, &offset) == 2) {
		uint64_t *more = realloc(symbols->offsets, (symbols->n_cpus + 1) * sizeof(*more));

		if (!more || cpu != symbols->n_cpus)
			return -1;
		symbols->offsets = more;
		more[symbols->n_cpus++] = offset;
	}
	return 0;
}

int symbols_read(struct symbols *symbols, FILE *kallsyms, FILE *percpu)
{
	size_t length, room = 1;
	char *rest = NULL;

	memset(symbols, 0, sizeof(*symbols));
	symbols->strings = read_all(kallsyms, &length);
	if (!symbols->strings)
		return -1;
	for (size_t i = 0; i < length; i++)
		room += symbols->strings[i] == '\n';
	symbols->all = calloc(room, sizeof(*symbols->all));
	if (!symbols->all || (percpu && read_offsets(symbols, percpu))) {
		symbols_free(symbols);
		return -1;
	}
	for (char *line = strtok_r(symbols->strings, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct symbol *symbol = &symbols->all[symbols->n];

		if (!parse_symbol(line, symbol))
			continue;
		note_border(symbols, symbol);
		symbols->n += !is_noise(symbol->name);
	}
	qsort(symbols->all, symbols->n, sizeof(*symbols->all), compare_symbols);
	/* Without privilege all addresses read as zero. */
	if (!symbols->text || symbols->end <= symbols->text) {
		symbols_free(symbols);
		return -1;
	}
	return 0;
}

void symbols_free(struct symbols *symbols)
{
	free(symbols->all);
	free(symbols->offsets);
	free(symbols->strings);
	memset(symbols, 0, sizeof(*symbols));
}

/* The last symbol at or before ADDRESS, or NULL. */
static const struct symbol *find(const struct symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbols->all[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &symbols->all[low - 1] : NULL;
}

/* Like find(), but only a symbol that ADDRESS can really belong to. */
static const struct symbol *find_owner(const struct symbols *symbols, uint64_t address)
{
	const struct symbol *symbol = find(symbols, address);

	if (!symbol)
		return NULL;
	if (address >= symbols->text && address < symbols->end)
		return symbol->address >= symbols->text ? symbol : NULL;
	return symbol->module && address - symbol->address < MODULE_REACH ? symbol : NULL;
}

static void print_symbol(const struct symbol *symbol, uint64_t offset, char *name, size_t size)
{
	char plus[24] = "";

	if (offset)
		snprintf(plus, sizeof(plus), "+0x%" PRIx64, offset);
	if (symbol->module)
		snprintf(name, size, "%s%s [%s]", symbol->name, plus, symbol->module);
	else
		snprintf(name, size, "%s%s", symbol->name, plus);
}

void symbols_code(const struct symbols *symbols, uint64_t pc, char *name, size_t size)
{
	const struct symbol *symbol = find_owner(symbols, pc);

	if (pc < USER_END || (pc < USER_END_LA57 && !symbol))
		snprintf(name, size, "user:%" PRIx64, pc);
	else if (symbol)
		print_symbol(symbol, 0, name, size);
	else
		snprintf(name, size, "%" PRIx64, pc);
}

void symbols_data(const struct symbols *symbols, uint64_t address, char *name, size_t size)
{
	const struct symbol *symbol;

	for (size_t cpu = 0; cpu < symbols->n_cpus; cpu++) {
		uint64_t nominal = address - symbols->offsets[cpu];

		if (nominal < symbols->percpu || nominal >= symbols->percpu_end)
			continue;
		symbol = find(symbols, nominal);
		if (symbol)
			snprintf(name, size, "percpu:%s/%zu", symbol->name, cpu);
		else
			snprintf(name, size, "percpu:%" PRIx64 "/%zu", nominal, cpu);
		return;
	}
	symbol = find_owner(symbols, address);
	if (symbol)
		print_symbol(symbol, address - symbol->address, name, size);
	else
		snprintf(name, size, "%s:%" PRIx64, address < USER_END ? "user" : "heap", address);
}
