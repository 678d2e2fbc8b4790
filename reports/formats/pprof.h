/*
 * What samples of a pprof profile refer to by number: strings, functions, locations, mappings.
 *
 * Each is written the first time that it is asked for; mappings, whose flags depend on all of
 * their locations, at the end. Numbers of the messages' fields are those of profile.proto.
 */
#ifndef VT_REPORTS_PPROF_H
#define VT_REPORTS_PPROF_H

#include <stdio.h>

#include "reports/findings/samples.h"
#include "reports/formats/protobuf.h"

/* Fields of Profile. */
enum vt__pprof_field {
	VT__PPROF_SAMPLE_TYPE = 1,
	VT__PPROF_SAMPLE = 2,
	VT__PPROF_MAPPING = 3,
	VT__PPROF_LOCATION = 4,
	VT__PPROF_FUNCTION = 5,
	VT__PPROF_STRING_TABLE = 6,
	VT__PPROF_TIME_NANOS = 9,
	VT__PPROF_DURATION_NANOS = 10,
	VT__PPROF_PERIOD_TYPE = 11,
	VT__PPROF_PERIOD = 12,
	VT__PPROF_COMMENT = 13,
	VT__PPROF_DEFAULT_SAMPLE_TYPE = 14,
};

struct vt__pprof_entry;

struct vt__pprof {
	FILE *out;
	struct vt__message message, inner; /* empty between two functions */
	struct vt__frames frames;          /* buffer of one place */
	struct vt__pprof_entry *strings, *functions, *locations, *mappings;
	bool failed; /* out of memory; numbers are 0 then */
};

/* The number of a string: NULL and "" are 0. Bytes that are no text in it are replaced. */
uint64_t vt__pprof_string(struct vt__pprof *pprof, const char *text);

/* The location of a raw frame of a process; of a word that stands for frames that are missing. */
uint64_t vt__pprof_location(struct vt__pprof *pprof, const struct vt__process *process,
			    uint64_t raw);
uint64_t vt__pprof_missing(struct vt__pprof *pprof, const char *missing);

/* Makes the mapping of a process's program the first, if there is none yet: readers take that for
 * the program. */
void vt__pprof_program(struct vt__pprof *pprof, const struct vt__process *process);

void vt__pprof_write_mappings(struct vt__pprof *pprof);
void vt__pprof_release(struct vt__pprof *pprof);

#endif
