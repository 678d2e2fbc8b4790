/*
 * Reads a line of /proc/PID/stat. What is between its brackets, the process's name, may hold
 * anything: fields are counted from the last bracket.
 */
#ifndef VT_BASE_PROCESS_STAT_H
#define VT_BASE_PROCESS_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* State letter (field 3) and start time in ticks (field 22). False if they are not there: then
 * nothing is changed. */
static inline bool vt__process_stat(const char *line, char *state, uint64_t *start_ticks)
{
	const char *bracket = strrchr(line, ')'), *at = bracket;
	uint64_t ticks = 0;

	for (unsigned field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at || bracket[1] != ' ' || at[1] < '0' || at[1] > '9')
		return false;
	for (at++; *at >= '0' && *at <= '9'; at++)
		ticks = ticks * 10 + (uint64_t)(*at - '0');
	*state = bracket[2];
	*start_ticks = ticks;
	return true;
}

#endif
