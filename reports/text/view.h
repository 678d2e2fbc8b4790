/*
 * How much a text report shows, and what it is shown on.
 */
#ifndef VT_REPORTS_VIEW_H
#define VT_REPORTS_VIEW_H

#include <stdbool.h>

/* What a first reading has in a line, in the order in which a report shows it in whole.
 * VT__SECTION(identifier, word of --show, what it is) */
#define VT__SECTIONS(VT__SECTION)                                                                  \
	VT__SECTION(FINDINGS, "findings", "all stacks and facts of each finding")                  \
	VT__SECTION(PROCESSES, "processes", "how each process ended, its totals by kind")          \
	VT__SECTION(PEAK, "peak", "what the peaks were made of")                                   \
	VT__SECTION(OBJECTS, "objects", "call sites of objects that were not destroyed")           \
	VT__SECTION(CACHES, "caches", "segments of caches, and the blocks that pin them")          \
	VT__SECTION(ACCOUNT, "account", "the device's memory by the driver's word")                \
	VT__SECTION(COVERAGE, "coverage", "the ways to the driver that were watched")              \
	VT__SECTION(NOTES, "notes", "why names are missing")                                       \
	VT__SECTION(CARDS, "cards", "each card between the processes of a run")                    \
	VT__SECTION(RANKS, "ranks", "processes and ranks beside one another")

enum vt__section {
#define VT__SECTION(id, word, what) VT__SECTION_##id,
	VT__SECTIONS(VT__SECTION)
#undef VT__SECTION
	VT__SECTION_COUNT
};

#define VT__SECTIONS_ALL ((1ul << VT__SECTION_COUNT) - 1)

struct vt__text_view {
	unsigned long sections; /* bit 1 << enum vt__section: that one in whole */
	bool all;               /* every row, however many there are */
	bool full_stacks;       /* every frame, and its whole name */
	bool exact_bytes;
	bool colour;     /* terminal escapes */
	bool hyperlinks; /* to the files of frames */
	unsigned width;  /* columns that a line may have; 0: any number */
};

#endif
