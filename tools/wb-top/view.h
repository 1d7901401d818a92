/* SPDX-License-Identifier: GPL-2.0-only */
/* What is shown, as lines of text: the same on a terminal and in batch mode. */
#ifndef WB_TOP_VIEW_H
#define WB_TOP_VIEW_H

#include <json-c/json.h>
#include <stdio.h>

#include "bdis.h"
#include "events.h"
#include "global_state.h"
#include "throttled.h"

struct sample {
	double interval; /* seconds that events were collected over */
	struct global_state global;
	struct bdi_list bdis;
	const struct throttled *throttled;
	const struct events *events;
};

enum line_kind { LINE_PLAIN, LINE_TITLE, LINE_ALARM };

/* Called for each line, without its end. */
typedef void line_fn(void *context, enum line_kind kind, const char *text);

/**
 * view_lines - put a sample into lines
 * @s: the sample
 * @line: gets each line in turn
 * @context: handed to @line
 */
void view_lines(const struct sample *s, line_fn *line, void *context);

/**
 * view_json - the same as one object (wb-top.8 describes its keys)
 *
 * Return: a new object, released with json_object_put().
 */
struct json_object *view_json(const struct sample *s);

#endif
