// SPDX-License-Identifier: GPL-2.0-only
/* The scaling model; see scaling.h. */
#include <json-c/json.h>

#include "scaling.h"

double scaling_cap(const struct scaling *model, double transfers)
{
	return transfers > 0 ? 1e9 / (transfers * model->transfer_ns) : 0;
}

double scaling_rate(const struct scaling *model, unsigned int cores, double cap)
{
	double rate = cores * 1e9 / model->op_ns;

	return cap > 0 && rate > cap ? cap : rate;
}

static double member(struct json_object *object, const char *key)
{
	return json_object_get_double(json_object_object_get(object, key));
}

void scaling_transfers(struct json_object *lines, double *best, double *worst)
{
	*best = *worst = 0;
	for (size_t i = 0; lines && i < json_object_array_length(lines); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);
		double touch = member(line, "touch_per_op");
		double writes = member(line, "writes_per_op");

		if (touch > *best)
			*best = touch;
		/* An operation that only reads a line others write needs it once all the same. */
		if (writes < touch)
			writes = touch;
		if (writes > *worst)
			*worst = writes;
	}
}
