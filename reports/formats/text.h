/*
 * The parts of the text report, in the order in which they stand in it.
 */
#ifndef VT_REPORTS_TEXT_H
#define VT_REPORTS_TEXT_H

#include <stdio.h>

#include "reports/findings/analysis.h"
#include "reports/compare/shared.h"

/* Rows that a terminal can bear; the other formats show all. */
#define VT__TEXT_FINDINGS 20
#define VT__TEXT_FRAMES 32
#define VT__TEXT_SHARES 5
#define VT__TEXT_LABELS 5
#define VT__TEXT_REFUSED 3
#define VT__TEXT_REFERENCES 5
#define VT__TEXT_ACCOUNTS 5
/* Of more processes each is a line, and what is its own. */
#define VT__TEXT_PROCESSES 4
/* Call sites of fewer objects are what programs have. */
#define VT__TEXT_MANY_OBJECTS 100

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
	bool full_stacks;                  /* every frame, and its whole name */
	const struct vt__process *process; /* the one that is being written; NULL: of many */
	const char *folder;       /* without a process: files below it are named from it; or NULL */
	struct vt__frames frames; /* buffer of one stack */
	struct vt__shared shared; /* findings of several processes */
	size_t processes;         /* that the finding being written was found in; 0: one */
};

/* Everything until vt__style(text, VT__PLAIN) is in that style. */
void vt__style(const struct vt__text *text, enum vt__style style);

/* Who the process was, how it ended, and its totals by device and kind. */
void vt__text_process(struct vt__text *text);

/* Parts of it: the command, with its newline; "  process 12 on host, ...", without one; the rank,
 * a line or none. */
void vt__text_command(const struct vt__text *text);
void vt__text_identity(const struct vt__text *text);
void vt__text_launch(const struct vt__text *text);

/* The same in a line, for a report on many. `before` is the process before it, or NULL: the
 * command is named where it changes. */
void vt__text_process_line(struct vt__text *text, const struct vt__process *before);

/* What several processes found, each once with its stack. 0 or -ENOMEM. */
int vt__text_shared(struct vt__text *text);

/* The findings that no other process has, with their stacks. 0 or -ENOMEM, as the two below. */
int vt__text_findings(struct vt__text *text);

/* An empty line, and one finding with its stacks. 0 or -ENOMEM. */
int vt__text_finding(struct vt__text *text, const struct vt__finding_row *row);

/* How many more of a class there are; nothing for none. */
void vt__text_rest(const struct vt__text *text, enum vt__class finding_class, size_t count,
		   struct vt__sum sum);

/* The rest of a finding after its heading: a bad or late free; a refused
 * allocation. text->frames holds the stack for the API's name. */
int vt__text_free(struct vt__text *text, const struct vt__finding_row *row);
int vt__text_refusal(struct vt__text *text, const struct vt__finding_row *row);

/* What happened at the second stack of a bad free, record->free_stack. Static. */
const char *vt__earlier_title(const struct vt_format_finding *record);

/* Why a free was refused, or that it came late: "freed before". */
void vt__text_free_reason(const struct vt__text *text, const struct vt__finding_row *row);

/* Where frees of the call site's live memory were refused, with their stacks;
 * nothing where none was. 0 or -ENOMEM. */
int vt__text_refused_frees(struct vt__text *text, const struct vt__finding_row *row);

/* What keeps the call site's physical memory, with their stacks; nothing for other
 * memory. 0 or -ENOMEM. */
int vt__text_references(struct vt__text *text, const struct vt__finding_row *row);

/* The same of a call site that grows. */
int vt__text_growing(struct vt__text *text, const struct vt__finding_row *row);

/* ", 3 times"; nothing for once. */
void vt__text_times(const struct vt__text *text, uint64_t count);

/* A title and the frames below it; nothing for VT_FORMAT_NONE. 0 or -ENOMEM. */
int vt__text_titled_stack(struct vt__text *text, const char *title, uint32_t stack);

/* What the peak of each device was made of. */
int vt__text_peaks(struct vt__text *text);

/* Up to VT__TEXT_SHARES rows; `whole` is 100 %. */
int vt__text_shares(struct vt__text *text, const struct vt__peak_row *peak, uint64_t whole);

/* A line: the objects that are live on a device; none if there are none. */
void vt__text_held(const struct vt__text *text, const struct vt__device_row *device);

/* The call sites that hold many objects. 0 or -ENOMEM. */
int vt__text_held_sites(struct vt__text *text);

/* The device's memory by the driver's word, beside what is tracked. */
void vt__text_accounts(const struct vt__text *text);

/* What the driver could tell more of at a refusal; `needed` bytes were asked for. */
void vt__text_account_then(const struct vt__text *text, uint32_t account, uint64_t needed);

/* A line: whether growth was looked for, and by which marks; none without marks. */
void vt__text_marks(const struct vt__text *text);

/* The coverage certificate: a line, and one more for each thing not reached. The faults alone:
 * without the line. */
void vt__text_coverage(const struct vt__text *text);
void vt__text_coverage_faults(const struct vt__text *text);

/* A line for each bucket: live bytes by purpose; none where no purpose was said. */
void vt__text_purposes(const struct vt__text *text);

/* A line: the labels of a leak with their bytes; none where nothing was said. */
void vt__text_parts(const struct vt__text *text, const struct vt__finding_row *row);

/* A purpose in the program's words, or that none was said. */
void vt__text_purpose(const struct vt__text *text, uint32_t purpose);

/* A line: what a refused allocation was for; none where nothing was said. */
void vt__text_refused(const struct vt__text *text, const struct vt_format_finding *record);

/* The frames of a stack, folded unless text->full_stacks, indented. 0 or -ENOMEM. */
int vt__text_stack(struct vt__text *text, uint32_t stack);

/* A frame where it alone tells of a stack: "f at a.c:3", "libx.so+0x12". */
void vt__text_site(const struct vt__text *text, const struct vt__frame *frame);

/* The rest of a line that says where a stack allocates: its site, and the API. 0 or
 * -ENOMEM. */
int vt__text_location(struct vt__text *text, uint32_t stack, struct vt__raw api);

/* The name of a driver function, or that it is not known. */
void vt__text_api_name(const struct vt__text *text, struct vt__raw api);

/* "cudaMalloc (cuMemAlloc_v2)", from the frames that text->frames holds. */
void vt__text_api(const struct vt__text *text, struct vt__raw api);

/* " of pinned host memory on GPU 0", as far as it is known. */
void vt__text_place(const struct vt__text *text, uint32_t kind, uint32_t device);

/* The last line: what it all comes to. */
void vt__text_verdict(const struct vt__text *text, const struct vt__analysis *analysis);

#endif
