/* SPDX-License-Identifier: GPL-2.0-only */
/* A file of ours that is there complete, or not at all. */
#ifndef STORM_OUTPUT_FILE_H
#define STORM_OUTPUT_FILE_H

#include <json-c/json.h>

struct output_file {
	int directory; /* open, because a mount may cover its path later; or -1 */
	int fd;
	char name[256];	     /* wanted */
	char temporary[300]; /* written to until it is complete; "" when none */
};

/**
 * output_file_open - make sure early that a file can be written
 * @option: that named it, for messages: "--json"
 * @path: its name, or "-" for standard output, or NULL for none
 *
 * Return: SUCCESS, or BAD_INPUT after one line of complaint.
 */
int output_file_open(struct output_file *f, const char *option, const char *path);

/**
 * output_file_text - write the whole content and put the file in its place
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int output_file_text(struct output_file *f, const char *text);

/**
 * output_file_json - the same for an object
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int output_file_json(struct output_file *f, struct json_object *content);

/* output_file_close - remove what is incomplete */
void output_file_close(struct output_file *f);

#endif
