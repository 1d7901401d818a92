/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache lines that CPUs take from each other, as the processor's own samples of memory accesses
 * show them (perf-c2c(1)). Needs real hardware: Intel, AMD IBS or Arm SPE.
 */
#ifndef STORM_CONTENDED_LINES_H
#define STORM_CONTENDED_LINES_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define MAX_LINES	   1024
#define LINE_FUNCTIONS	   3
#define MAX_FUNCTION_NAMES 16

struct line_function {
	char name[64];
	uint64_t hits;
};

struct contended_line {
	uint64_t address; /* of its first byte */
	uint64_t hits;	  /* samples that found it changed in another CPU's cache */
	struct line_function functions[MAX_FUNCTION_NAMES]; /* that hit, the most frequent first */
	unsigned int function_count;
};

struct contended_lines {
	uint64_t samples;			/* memory accesses of the tasks */
	uint64_t hits;				/* of all lines */
	uint64_t left_out;			/* hits of lines beyond MAX_LINES */
	struct contended_line lines[MAX_LINES]; /* the most hits first */
	unsigned int count;
};

/**
 * contended_lines_parse - read what "perf mem -D -x , report" prints
 * @text: read to its end
 * @line_size: bytes of a cache line, a power of two
 * @lines: filled in
 *
 * Return: SUCCESS; or FAILED after one line of complaint, when that is no such text.
 */
int contended_lines_parse(FILE *text, unsigned int line_size, struct contended_lines *lines);

/* A perf that samples this process and what it starts. */
struct line_recorder {
	pid_t perf;
	int end; /* perf ends when this is closed */
	char directory[32];
};

/**
 * line_recorder_check - whether this machine can sample memory accesses
 *
 * Return: SUCCESS; or FAILED after one line of complaint, with perf's own words and what to do.
 */
int line_recorder_check(void);

/**
 * line_recorder_begin - start to sample this process and all that it starts from now on
 * @r: line_recorder_end() is needed only after success
 *
 * Return: SUCCESS once perf samples; or FAILED after one line of complaint.
 */
int line_recorder_begin(struct line_recorder *r);

/**
 * line_recorder_end - stop, and read what was sampled
 * @lines: filled in; NULL: throw the samples away
 *
 * Leaves no file and no process behind, whatever happens.
 *
 * Return: SUCCESS; or FAILED after one line of complaint.
 */
int line_recorder_end(struct line_recorder *r, struct contended_lines *lines);

#endif
