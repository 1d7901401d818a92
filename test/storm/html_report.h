/* SPDX-License-Identifier: GPL-2.0-only */
/* ovl-storm report: results as one page that needs nothing else. */
#ifndef STORM_HTML_REPORT_H
#define STORM_HTML_REPORT_H

/**
 * html_report_main - the subcommand
 * @argc: from "report" on
 *
 * The pictures are drawn by gnuplot, which must be installed, and lie within the page.
 *
 * Return: exit status: SUCCESS, FAILED or BAD_INPUT.
 */
int html_report_main(int argc, char **argv);

#endif
