/* SPDX-License-Identifier: GPL-2.0-only */
/* A JSON file that is there complete, or not at all. */
#ifndef STORM_JSON_FILE_H
#define STORM_JSON_FILE_H

#include <json-c/json.h>

struct json_file {
	int directory; /* open, because a mount may cover its path later; or -1 */
	int fd;
	char name[256];	     /* wanted */
	char temporary[300]; /* written to until it is complete; "" when none */
};

/**
 * json_file_open - make sure early that a file can be written
 * @path: its name, or "-" for standard output, or NULL for none
 *
 * Return: SUCCESS, or BAD_INPUT after one line of complaint.
 */
int json_file_open(struct json_file *f, const char *path);

/**
 * json_file_write - write the whole content and put the file in its place
 *
 * Return: SUCCESS, or FAILED after one line of complaint.
 */
int json_file_write(struct json_file *f, struct json_object *content);

/* json_file_close - remove what is incomplete */
void json_file_close(struct json_file *f);

#endif
