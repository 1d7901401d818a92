/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of kernel functions: what can be probed, and what an address belongs to. */
#ifndef WRITE_LAT_FUNCTION_NAMES_H
#define WRITE_LAT_FUNCTION_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_FUNCTION_NAME 128

/**
 * function_resolve - the name that a function has in this kernel
 * @functions: text of available_filter_functions: "name" or "name [module]" in each line
 * @name: as in the source
 * @resolved: of MAX_FUNCTION_NAME bytes; filled in on success
 *
 * The name itself is taken first, then clones that the compiler made: name.isra.N, name.part.N,
 * name.constprop.N and their combinations, but not name.cold, which is no function.
 *
 * Return: false when there is none.
 */
bool function_resolve(const char *functions, const char *name, char *resolved);

/* Addresses of functions with their names, sorted. */
struct kernel_text;

/**
 * kernel_text_read - take functions from a text like /proc/kallsyms
 *
 * Return: NULL when it has no addresses (not root, kptr_restrict) or memory is short.
 */
struct kernel_text *kernel_text_read(FILE *kallsyms);

/**
 * kernel_text_name - the function that @address is in, or NULL
 */
const char *kernel_text_name(const struct kernel_text *text, uint64_t address);

/**
 * kernel_text_address - where the function of exactly this name begins
 *
 * Return: 0 when there is none, or more than one.
 */
uint64_t kernel_text_address(const struct kernel_text *text, const char *name);

void kernel_text_free(struct kernel_text *text);

#endif
