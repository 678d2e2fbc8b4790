/*
 * The part of the recording's format about marks and growth.
 *
 * A mark is a moment that the program, NVTX or a timer names again and again: a
 * step, a request. One series of marks is followed; its marks are numbered from
 * 1. Nothing is done at a mark itself but to count it. A site whose live bytes
 * are about to change for the first time since the last mark first enters what
 * it held at the marks that it has not seen (vt_format_site.mark is the last
 * that it has); so a site's live bytes are what it held at every later mark.
 *
 * The history of a site is bounded: VT_FORMAT_WINDOWS windows of 2^stride_log2
 * marks each, with the least that was held at one of their marks. Window i has
 * the marks from (i << stride_log2) + 1 on. When the windows are full, pairs
 * are merged and the stride doubles. The least, because memory that comes and
 * goes returns to it and memory that stays lifts it.
 *
 * A site has no history before it held more at a mark than at one before. Then
 * `mark_first` is the first mark since when it held `mark_bytes` at each, 0 if
 * it held nothing at the last.
 *
 * Of a call site of objects (bucket HELD) it is their number that rises and falls:
 * what is said of bytes above is said of `counts` then.
 */
#ifndef VT_LEDGER_FORMAT_MARKS_H
#define VT_LEDGER_FORMAT_MARKS_H

#include <stdint.h>

#define VT_FORMAT_WINDOWS 32u
#define VT_FORMAT_WINDOW_EMPTY UINT64_MAX /* no mark of the window is in the history */

/* Who named a mark. VT_MARKER(identifier, name in JSON, words in text) */
#define VT_MARKERS(VT_MARKER)                                                                      \
	VT_MARKER(PROGRAM, "program", "marked by the program")                                     \
	VT_MARKER(NVTX, "nvtx", "an NVTX mark or range")                                           \
	VT_MARKER(TIMER, "timer", "by time")                                                       \
	VT_MARKER(CALL, "call", "calls of a function")                                             \
	VT_MARKER(OUTSIDE, "outside", "marked from outside")

enum vt_marker {
#define VT_MARKER(id, json, words) VT_MARKER_##id,
	VT_MARKERS(VT_MARKER)
#undef VT_MARKER
	VT_MARKER_COUNT
};

/* A series of marks: those with the same name by the same marker. */
struct vt_format_mark {
	uint32_t name;     /* string */
	uint32_t marker;   /* enum vt_marker */
	uint32_t followed; /* 1: histories are of these marks */
	uint32_t reserved;
	uint64_t count; /* of a followed one, the number of the last mark */
	uint64_t first_time_ns;
	uint64_t last_time_ns;
};

/* What a site held at the marks up to its vt_format_site.mark. */
struct vt_format_growth {
	uint32_t site;
	uint32_t stride_log2;
	uint32_t first_mark;  /* windows begin with it */
	uint32_t rises;       /* marks at which it held more than at the one before */
	uint32_t falls;       /* less */
	uint32_t last_count;  /* as last_bytes; 0 where an older writer made it */
	uint64_t first_bytes; /* at first_mark */
	uint64_t last_bytes;
	uint64_t bytes[VT_FORMAT_WINDOWS];  /* the least; VT_FORMAT_WINDOW_EMPTY: see there */
	uint32_t counts[VT_FORMAT_WINDOWS]; /* allocations, the same; at most UINT32_MAX */
};

_Static_assert(sizeof(struct vt_format_mark) == 40, "no hidden padding");
_Static_assert(sizeof(struct vt_format_growth) == 40 + 12 * VT_FORMAT_WINDOWS, "no hidden padding");

#endif
