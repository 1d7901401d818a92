// SPDX-License-Identifier: GPL-2.0-only
/* ovl-doctor: is this host affected, what runs on it, and what is there to do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "distribution.h"
#include "options.h"
#include "plan.h"
#include "report.h"
#include "storm.h"
#include "text.h"

static bool colours(const struct options *o)
{
	const char *terminal = getenv("TERM"), *no_colour = getenv("NO_COLOR");

	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	return isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0 &&
	       !(no_colour && *no_colour);
}

/* What was not written was not told: exit codes of a full disk must not say "nothing to do". */
static int finish(int code)
{
	if (fflush(stdout) || ferror(stdout)) {
		complain(FAILED, "cannot write the report: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	return code;
}

static void print_json(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

static int examine(const struct options *o, const struct facts *facts)
{
	struct findings findings;

	findings_make(&findings, facts);
	if (o->prometheus)
		return report_prometheus(facts, &findings, o->prometheus) ? EXIT_TROUBLE
		       : findings.count					  ? EXIT_FINDINGS
									  : EXIT_NOTHING_TO_DO;
	if (o->json)
		print_json(report_json(facts, &findings));
	else
		report_text(facts, &findings, colours(o), stdout);
	return finish(findings.count ? EXIT_FINDINGS : EXIT_NOTHING_TO_DO);
}

static int make_plan(const struct options *o, const struct facts *facts)
{
	struct plan plan;

	plan_make(&plan, facts, o->module);
	if (o->json)
		print_json(plan_json(&plan));
	else
		plan_text(&plan, stdout);
	return finish(plan.needed ? EXIT_FINDINGS : EXIT_NOTHING_TO_DO);
}

int main(int argc, char **argv)
{
	struct options o;
	struct facts facts;
	struct depth depth;

	if (options_parse(argc, argv, &o))
		return EXIT_USAGE;
	if (o.request == REQUEST_HELP) {
		options_help(stdout);
		return finish(EXIT_NOTHING_TO_DO);
	}
	if (o.root) {
		char *root = realpath(o.root, NULL);

		machine_root = root && strcmp(root, "/") != 0 ? root : "";
	}
	kernel_source_script = o.kernel_source;
	depth = (struct depth){
		.initramfs = o.initramfs && o.request == REQUEST_EXAMINE,
		.probe = o.probe && o.request == REQUEST_EXAMINE,
		.files = o.request == REQUEST_PLAN,
	};
	if (facts_read(&facts, &depth))
		return EXIT_TROUBLE;
	return o.request == REQUEST_PLAN ? make_plan(&o, &facts) : examine(&o, &facts);
}
