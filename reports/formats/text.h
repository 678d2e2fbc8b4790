/*
 * The parts of the text report, and what each of them writes with.
 */
#ifndef VT_REPORTS_TEXT_H
#define VT_REPORTS_TEXT_H

#include <stdio.h>

#include "reports/findings/analysis.h"
#include "reports/compare/shared.h"

/* Rows that a terminal can bear; --all and the other formats show all. */
#define VT__TEXT_FINDINGS 10
#define VT__TEXT_UNSEEN 20
#define VT__TEXT_FRAMES 32
#define VT__TEXT_SHARES 5
#define VT__TEXT_LABELS 5
#define VT__TEXT_REFUSED 3
#define VT__TEXT_REFERENCES 5
#define VT__TEXT_ACCOUNTS 5
/* Lines below the headings of all findings in a first reading: with the verdict, the headings of
 * ten findings, and a line for each section, these fill a screen. */
#define VT__TEXT_BRIEF_LINES 10
/* Terminals limit a link to about 2 KiB; each byte may become three. */
#define VT__TEXT_LINK_BYTES 600
/* Of more processes each is a line, and what is its own. */
#define VT__TEXT_PROCESSES 4
#define VT__TEXT_SITES 40 /* of objects */
#define VT__TEXT_SHARED 3

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
	bool hyperlinks;
	bool all;                          /* no limit to the rows */
	unsigned long sections;            /* those that are shown in whole, see vt__text_view */
	unsigned width;                    /* columns of the terminal; 0: any number */
	bool full_stacks;                  /* every frame, and its whole name */
	size_t brief;                      /* lines below the heading of a finding; 0: all of it */
	const struct vt__process *process; /* the one that is being written; NULL: of many */
	const char *folder;       /* without a process: files below it are named from it; or NULL */
	struct vt__frames frames; /* buffer of one stack */
	struct vt__shared shared; /* findings of several processes */
	size_t processes;         /* that the finding being written was found in; 0: the only one */
};

/* Everything until vt__style(text, VT__PLAIN) is in that style. */
void vt__style(const struct vt__text *text, enum vt__style style);

/* Where the terminal is too narrow for the line, what follows stays and what stands before is cut;
 * without this the line goes on below. */
void vt__text_keep(const struct vt__text *text);

/* `most`, or any number where all rows are asked for. */
size_t vt__text_limit(const struct vt__text *text, size_t most);

/* " (--show peak)", and the line's end. */
void vt__text_more(const struct vt__text *text, enum vt__section section);

/* What is written between the two leads to the file, if it is one of this machine; false:
 * it does not, and there is no end to write. */
bool vt__text_link(const struct vt__text *text, const struct vt__frame *frame);
void vt__text_link_end(const struct vt__text *text);

/* Who the process was, how it ended, and its totals by device and kind. */
void vt__text_process(struct vt__text *text);

/* Parts of it: the command, with its newline or without; "  process 12 on host, ...", without one;
 * the rank, a line or none. */
void vt__text_command(const struct vt__text *text);
void vt__text_command_words(const struct vt__text *text);
void vt__text_identity(const struct vt__text *text);
void vt__text_launch(const struct vt__text *text);

/* The same in a line, for a report on many. `before` is the process before it, or NULL: the
 * command is named where it changes. */
void vt__text_process_line(struct vt__text *text, const struct vt__process *before);

/* In a line: who, how it ended, and last its command, which may be cut. */
void vt__text_process_brief(const struct vt__text *text);

/* The findings of all processes with their stacks, those that several have once. 0 or -ENOMEM. */
int vt__text_findings(struct vt__text *text, const struct vt__analysis *analysis);

/* One finding with its stacks: behind an empty line, but in a first reading. 0 or -ENOMEM. */
int vt__text_finding(struct vt__text *text, const struct vt__finding_row *row);

/* ", 96.0 MiB in 3 allocations"; the bucket is named unless all is device memory. */
void vt__text_sums(FILE *out, const struct vt__sum sums[VT_BUCKET_COUNT]);

/* What was not seen of any process, each line of it once: gaps, losses, what could not be read. 0
 * or -ENOMEM. */
int vt__text_unseen(struct vt__text *text, const struct vt__analysis *analysis);

/* Whether there is any such line, but for those that the verdict counts itself. */
bool vt__text_is_unseen(const struct vt__analysis *analysis);

/* A line for each handle whose memory only other processes than its owner hold. 0 or -ENOMEM. */
int vt__text_sharing(struct vt__text *text, const struct vt__analysis *analysis);

/* Cards between the processes of a run: in whole, or in a line each. 0 or -ENOMEM. */
int vt__text_cards(struct vt__text *text, const struct vt__analysis *analysis);
/* A line for each process whose memory was off the card, or is. 0 or -ENOMEM. */
int vt__text_checkpoints(struct vt__text *text, const struct vt__analysis *analysis);

/* The sections that are not asked for, in a line each. 0 or -ENOMEM. */
int vt__text_summary(struct vt__text *text, const struct vt__analysis *analysis);

/* The rest of a finding after its heading: a bad or late free; a refused
 * allocation. text->frames holds the stack for the API's name. */
int vt__text_free(struct vt__text *text, const struct vt__finding_row *row);
int vt__text_refusal(struct vt__text *text, const struct vt__finding_row *row);

/* The same of a fault of the device, and of memory that was freed while an executable graph has
 * its address; and the words for the latter alone. */
int vt__text_fault(struct vt__text *text, const struct vt__finding_row *row);
int vt__text_stale(struct vt__text *text, const struct vt__finding_row *row);
void vt__text_stale_reason(const struct vt__text *text, const struct vt__finding_row *row);

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
void vt__text_rest_growing(const struct vt__text *text, const struct vt__finding_row *row);

/* "64.0 KiB a mark", "1.0 executable graphs a mark". */
void vt__text_growth_rate(FILE *out, const struct vt__finding_row *row);

/* ", 3 times"; nothing for once. */
void vt__text_times(const struct vt__text *text, uint64_t count);

/* The rest of a line, and its end: the site of a stack alone. 0 or -ENOMEM. */
int vt__text_site_line(struct vt__text *text, uint32_t stack);

/* A title and the site of a stack alone, within a line; nothing where there is none. 0 or -ENOMEM.
 */
int vt__text_titled_site(struct vt__text *text, const char *title, uint32_t stack);

/* A title and the frames below it, in a first reading the site behind it; nothing for
 * VT_FORMAT_NONE. 0 or -ENOMEM. */
int vt__text_titled_stack(struct vt__text *text, const char *title, uint32_t stack);

/* What the peak of each device was made of. */
int vt__text_peaks(struct vt__text *text);

/* Up to VT__TEXT_SHARES rows; `whole` is 100 %. */
int vt__text_shares(struct vt__text *text, const struct vt__peak_row *peak, uint64_t whole);

/* A line: the objects that are live on a device; none if there are none. */
void vt__text_held(const struct vt__text *text, const struct vt__device_row *device);

/* The call sites of objects that were not destroyed, most first. 0 or -ENOMEM. */
int vt__text_held_sites(struct vt__text *text);

/* "executable graphs", for that many of them. */
void vt__text_objects(FILE *out, uint64_t count, uint32_t kind);

/* "40 executable graphs (150.0 MiB)"; bytes where they are known. */
void vt__text_object_count(FILE *out, struct vt__sum sum, uint32_t kind);

/* The same of each kind that has any, with commas between. Whether one has. */
bool vt__text_kinds(FILE *out, const struct vt__sum sums[VT_KIND_COUNT]);

/* Its caches: the blocks that were seen, in a part of a line; how many there are. And how many
 * there are whose blocks were not. */
size_t vt__text_caches_line(const struct vt__text *text);
size_t vt__text_caches_unseen(const struct vt__process *process);

/* In whole, with the segments. 0 or -ENOMEM. */
int vt__text_caches(struct vt__text *text);

/* The device's memory by the driver's word, beside who holds it. 0 or -ENOMEM. */
int vt__text_accounts(struct vt__text *text);

/* The owners of a refusal's account in a line; nothing where there is none. 0 or -ENOMEM. */
int vt__text_owners_then(struct vt__text *text, uint32_t account);

/* The owners of a statement, a line each, with their largest call sites. 0 or -ENOMEM. */
int vt__text_statement(struct vt__text *text, uint32_t statement);

/* What the driver could tell more of at a refusal; `needed` bytes were asked for. */
void vt__text_account_then(const struct vt__text *text, uint32_t account, uint64_t needed);

/* A line: whether growth was looked for, and by which marks; none without marks. */
void vt__text_marks(const struct vt__text *text);

/* Of devices whose rest may grow, and of those where it was looked at and does not. */
void vt__text_rests_untold(const struct vt__text *text);
void vt__text_rests_told(const struct vt__text *text);

/* In quotes. */
void vt__text_mark_name(const struct vt__text *text, const struct vt_format_mark *mark);
bool vt__text_growth_untold(const struct vt__process *process);

/* The coverage certificate: a line. And a line for each thing not reached. */
void vt__text_coverage(const struct vt__text *text);
void vt__text_coverage_faults(const struct vt__text *text);
void vt__text_device_heap(const struct vt__text *text);
bool vt__text_nothing_seen(const struct vt__process *process);

/* A note in a line; the closure is the struct vt__text. */
void vt__text_note(const char *note, void *closure);

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

/* The name of its function alone, or where the code lies. */
void vt__text_function(const struct vt__text *text, const struct vt__frame *frame);

/* The rest of a line that says where a stack allocates: its site, and the API. 0 or
 * -ENOMEM. */
int vt__text_location(struct vt__text *text, uint32_t stack, struct vt__raw api);

/* The name of a driver function, or that it is not known. */
void vt__text_api_name(const struct vt__text *text, struct vt__raw api);

/* "cudaMalloc (cuMemAlloc_v2)", from the frames that text->frames holds. */
void vt__text_api(const struct vt__text *text, struct vt__raw api);

/* " of pinned host memory on GPU 0", as far as it is known. */
void vt__text_place(const struct vt__text *text, uint32_t kind, uint32_t device);

/* The first line: what it all comes to. */
void vt__text_verdict(const struct vt__text *text, const struct vt__analysis *analysis);

/* A line where not everything was seen or read; for what has no verdict. */
void vt__text_doubts(const struct vt__text *text, const struct vt__analysis *analysis);

#endif
