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

#include "reports/findings/analysis.h"
#include "reports/findings/launch.h"
#include "reports/compare/merge.h"

/* What is no ASCII becomes \uXXXX: control characters and direction marks among it reach no
 * terminal, whoever shows the document. */
#define VT__JSON_FLAGS (JSON_COMPACT | JSON_ENSURE_ASCII)

struct vt__json_frame;  /* text of a frame that was written before */
struct vt__stack_table; /* reports/formats/stack_table.h */

/* How a document is written that is no plain report, but is looked at as a whole (page.h). */
struct vt__json_form {
	struct vt__stack_table *stacks; /* a stack is its number there */
	size_t processes;               /* that are told of one by one */
	size_t rows;                    /* of a list, of each class; the rest is summed up */
	size_t courses;                 /* call sites of a device over time */
};

struct vt__json {
	FILE *out;
	const struct vt__analysis *analysis;
	const struct vt__process *process;   /* the one that is being written */
	struct vt__frames frames;            /* buffer of one frame and those inlined into it */
	const struct vt__two_marks *between; /* that are compared; NULL: none */
	const struct vt__json_form *form;    /* NULL: a report, with all there is */
	struct vt__json_frame *known;        /* of all processes, by place */
	size_t known_bytes;                  /* of their texts */
};

/* Strings of a recording with U+FFFD for what is no UTF-8. NULL text gives
 * null; NULL if out of memory. */
json_t *vt__json_string(const char *text);
json_t *vt__json_raw(struct vt__raw raw);

/* A string made of `text`, which is UTF-8 and is freed; NULL if it or memory is missing. */
json_t *vt__json_take(char *text);

/* Numbers beyond 2^63-1, which only a damaged recording has, are cut to that. */
json_t *vt__json_number(uint64_t number);

/* json_dumpf() with VT__JSON_FLAGS and `flags`, and DEL as \u007f, which it leaves raw. 0 or -1. */
int vt__json_dump(const json_t *value, FILE *out, size_t flags);

/* Writes `object` without its last brace, and releases it; NULL is -ENOMEM. */
int vt__json_open(FILE *out, json_t *object);

/* Writes `,"name":[...]`: the frames of a stack, none for VT_FORMAT_NONE; and behind
 * "stack" its site. 0 or -ENOMEM. */
int vt__json_stack(struct vt__json *json, const char *name, uint32_t stack);

/* `,"site":N`: the index of the frame by which people know the stack, or null. */
void vt__json_site(FILE *out, const struct vt__frames *frames);

/* A whole object: one frame. 0, -EIO or -ENOMEM. */
int vt__json_frame(FILE *out, const struct vt__frame *frame);

/* Forgets the frames. */
void vt__json_forget_frames(struct vt__json *json);

/* {"purpose", "label"}: string or null. NULL if out of memory. */
json_t *vt__json_use(const struct vt__json *json, uint32_t purpose, uint32_t label);

/* `,"purposes":[...]` of a leak; nothing where nothing was said. */
int vt__json_parts(struct vt__json *json, const struct vt__finding_row *row);

/* `,"refused_frees":[...]` of a call site's live memory; nothing where none was. */
int vt__json_refused_frees(struct vt__json *json, const struct vt__finding_row *row);

/* `,"references":[...]` of physical memory; nothing for other. */
int vt__json_references(struct vt__json *json, const struct vt__finding_row *row);

/* `,"purposes":[...]` of the process. */
int vt__json_purposes(struct vt__json *json);

/* Names of a kind and of its bucket, an ordinal, a number that is 0 if it is not
 * known: null where there is none. NULL if out of memory. */
json_t *vt__json_kind(uint32_t kind);
json_t *vt__json_bucket(uint32_t kind);
json_t *vt__json_device(const struct vt__process *process, uint32_t device);
json_t *vt__json_known(uint64_t number);

/* What every finding has. */
json_t *vt__json_finding(const struct vt__process *process, const struct vt__finding_row *row);

/* Adds rank, world_size, local_rank, launcher and job. -1 if out of memory. */
int vt__json_add_launch(json_t *object, const struct vt__launch *launch);

/* `,"stack":[...],"site":N` of a merged row, empty when too much was written; `frames` is a buffer,
 * `form` may be NULL. 0, -EIO or -ENOMEM. */
int vt__json_merged_stack(struct vt__merge *merge, const struct vt__merged *site,
			  const struct vt__json_form *form, struct vt__frames *frames, FILE *out);

/* How many of `count` rows are written. */
size_t vt__json_rows(const struct vt__json_form *form, size_t count);

/* `,"notes":[...]` of a document on many: that stacks were left out; empty if none was. 0, -EIO or
 * -ENOMEM. */
int vt__json_merged_notes(struct vt__merge *merge, FILE *out);

/* Opens the finding of something that happened; its arrays, after the stack. */
int vt__json_event(struct vt__json *json, const struct vt__finding_row *row);
int vt__json_event_rows(struct vt__json *json, const struct vt__finding_row *row);

/* A stack that may not be known, which is null then. 0 or -ENOMEM. */
int vt__json_optional_stack(struct vt__json *json, const char *name, uint32_t stack);

/* What a fault of the device has, and `,"freed_before":[...]`. NULL; -ENOMEM: out of memory. */
json_t *vt__json_fault(const struct vt__json *json, const struct vt__finding_row *row);
int vt__json_freed_before(struct vt__json *json, const struct vt__finding_row *row);

/* A whole object: a call site and its part. */
int vt__json_share(struct vt__json *json, const struct vt__share *share);

/* The object of a call site that grows; NULL if out of memory. */
json_t *vt__json_growing(const struct vt__json *json, const struct vt__finding_row *row);

/* `,"history":{...}` of a device, by the number of its record; null where there is none. */
int vt__json_history(struct vt__json *json, uint32_t device);

/* `,"events":{...}` of the process: how many there are; null where none were asked for. */
int vt__json_events(struct vt__json *json);

/* `,"marks":[...],"growth":{...}` of the process. */
int vt__json_marks(struct vt__json *json);

/* `,"findings":[...]` and so on, of the process. */
int vt__json_findings(struct vt__json *json);
int vt__json_peaks(struct vt__json *json);
int vt__json_sites(struct vt__json *json); /* by a form alone */
int vt__json_held(struct vt__json *json);
int vt__json_caches(struct vt__json *json);

/* `,"shared_memory":[...]`, of all processes; 0 or -ENOMEM. */
int vt__json_checkpoints(struct vt__json *json);
int vt__json_sharing(struct vt__json *json, const struct vt__analysis *analysis);

/* `,"cards":[...]` */
int vt__json_cards(struct vt__json *json, const struct vt__analysis *analysis);
int vt__json_accounts(struct vt__json *json);
int vt__json_statements(struct vt__json *json);
int vt__json_coverage(struct vt__json *json);

#endif
