/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contention.json: reading it, and what its results are called and grouped by.
 */
#ifndef CONTENTION_RESULTS_H
#define CONTENTION_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/* The results in the N files FILES as one array, or NULL after a message on stderr. */
struct json_object *results_read(char **files, int n);

/* Write RESULTS to FILE ("-": standard output), all or nothing. Return 0, or -1 with a message. */
int results_write(struct json_object *results, const char *file);

const char *result_text(struct json_object *result, const char *key);
int result_number(struct json_object *result, const char *key);

/*
 * Lines per operation on either side, and added ones, that can be compared from boot to boot. Where
 * the filesystem itself has lines that are touched or written just about often enough to count,
 * these are 0 and the new lines, those without a counterpart on the raw filesystem. So it is with
 * exec, which goes through many lists and pools of the whole system, and with filesystems that
 * keep a journal and statistics: ext4 folds a counter into a shared line every 32nd extent look-up,
 * so whether that counts depends on how many directories one operation reads.
 */
int result_raw(struct json_object *result);
int result_overlay(struct json_object *result);

/* What the difference of those two is called: "added" or "new". */
const char *result_judged_by(struct json_object *result);

/*
 * Which module with which of our parameters: "stock", "ovl-calm", "ovl-calm cred_shards=0".
 */
void result_variant(struct json_object *result, char *text, size_t size);

/* What was measured on, without operation and module: "6.1.0-56-amd64, tmpfs, 1 layer, ...". */
void result_setting(struct json_object *result, char *text, size_t size);

#endif
