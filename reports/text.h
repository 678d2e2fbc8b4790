/*
 * The parts of the text report, in the order in which they stand in it.
 */
#ifndef VT_REPORTS_TEXT_H
#define VT_REPORTS_TEXT_H

#include <stdio.h>

#include "reports/analysis.h"

/* Rows that a terminal can bear; the other formats show all. */
#define VT__TEXT_FINDINGS 20
#define VT__TEXT_FRAMES 32
#define VT__TEXT_SHARES 5
#define VT__TEXT_LABELS 5

enum vt__style {
	VT__PLAIN,
	VT__BOLD,
	VT__DIM,
	VT__RED,
	VT__YELLOW,
	VT__GREEN
};

struct vt__text {
	FILE *out;
	bool colour;
	const struct vt__process *process; /* the one that is being written */
	struct vt__frames frames;          /* buffer of one stack */
};

/* Everything until vt__style(text, VT__PLAIN) is in that style. */
void vt__style(const struct vt__text *text, enum vt__style style);

/* Who the process was, how it ended, and its totals by device and kind. */
void vt__text_process(struct vt__text *text);

/* The findings with their stacks. 0 or -ENOMEM, as the two below. */
int vt__text_findings(struct vt__text *text);

/* What the peak of each device was made of. */
int vt__text_peaks(struct vt__text *text);

/* Up to VT__TEXT_SHARES rows; `whole` is 100 %. */
int vt__text_shares(struct vt__text *text, const struct vt__peak_row *peak, uint64_t whole);

/* A line for each bucket: live bytes by purpose; none where no purpose was said. */
void vt__text_purposes(const struct vt__text *text);

/* A line: the labels of a leak with their bytes; none where nothing was said. */
void vt__text_parts(const struct vt__text *text, const struct vt__finding_row *row);

/* A line: what a refused allocation was for; none where nothing was said. */
void vt__text_refused(const struct vt__text *text, const struct vt_format_finding *record);

/* The frames of a stack, a line each, indented. */
int vt__text_stack(struct vt__text *text, uint32_t stack);

/* One frame in words, without a number: "f() at a.c:3", "libx.so+0x12". */
void vt__text_frame(const struct vt__text *text, const struct vt__frame *frame);

/* The rest of a line that says where a stack allocates: the innermost frame of
 * the program, and the API. 0 or -ENOMEM. */
int vt__text_location(struct vt__text *text, uint32_t stack, const char *api);

/* "cudaMalloc (cuMemAlloc_v2)", from the frames that text->frames holds. */
void vt__text_api(const struct vt__text *text, const char *api);

/* " of pinned host memory on GPU 0", as far as it is known. */
void vt__text_place(const struct vt__text *text, uint32_t kind, uint32_t device);

/* The last line: what it all comes to. */
void vt__text_verdict(const struct vt__text *text, const struct vt__analysis *analysis);

#endif
