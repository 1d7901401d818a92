/* SPDX-License-Identifier: GPL-2.0-only */
/* Removal of instances and kprobe events by the names that trace_owner.h gives them. */
#ifndef COMMON_TRACE_LEFTOVERS_H
#define COMMON_TRACE_LEFTOVERS_H

/**
 * trace_leftovers_remove_group - remove all instances and events of one owner
 *
 * @directory: where tracefs is. Instances first: an event that one records cannot go.
 * Return: number of objects removed, or -errno of the last that would not go.
 */
int trace_leftovers_remove_group(const char *directory, const char *group);

/**
 * trace_leftovers_remove_dead - the same for each dead owner of @program
 */
int trace_leftovers_remove_dead(const char *directory, const char *program);

/**
 * trace_kprobe_events_write - append one command to kprobe_events
 *
 * Return: 0 or -errno.
 */
int trace_kprobe_events_write(const char *directory, const char *command);

#endif
