/*
 * The parts of the JSON report. It is written as it is made: an object for
 * each row, never the whole document in memory.
 *
 * A row is opened with jansson (vt__json_open) and closed by a literal brace
 * once the arrays in it, which may be long, are written.
 */
#ifndef VT_REPORTS_JSON_H
#define VT_REPORTS_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "reports/analysis.h"

struct vt__json_frame; /* text of a frame that was written before */

struct vt__json {
	FILE *out;
	const struct vt__process *process; /* the one that is being written */
	struct vt__frames frames;          /* buffer of one frame and those inlined into it */
	struct vt__json_frame *known;      /* of that process, by raw frame */
};

/* Strings of a recording with U+FFFD for what is no UTF-8. NULL text gives
 * null; NULL if out of memory. */
json_t *vt__json_string(const char *text);

/* Numbers beyond 2^63-1, which only a damaged recording has, are cut to that. */
json_t *vt__json_number(uint64_t number);

/* Writes `object` without its last brace, and releases it; NULL is -ENOMEM. */
int vt__json_open(FILE *out, json_t *object);

/* Writes `,"name":[...]`: the frames of a stack, none for VT_FORMAT_NONE. */
int vt__json_stack(struct vt__json *json, const char *name, uint32_t stack);

/* Forgets the frames of the process. */
void vt__json_forget_frames(struct vt__json *json);

/* {"purpose", "label"}: string or null. NULL if out of memory. */
json_t *vt__json_use(const struct vt__json *json, uint32_t purpose, uint32_t label);

/* `,"purposes":[...]` of a leak; nothing where nothing was said. */
int vt__json_parts(struct vt__json *json, const struct vt__finding_row *row);

/* `,"purposes":[...]` of the process. */
int vt__json_purposes(struct vt__json *json);

/* `,"findings":[...]` and `,"peak":[...]` of the process. */
int vt__json_findings(struct vt__json *json);
int vt__json_peaks(struct vt__json *json);

#endif
