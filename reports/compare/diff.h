/*
 * Two runs beside one another: call sites and findings that are new, grown,
 * shrunk or gone, and the peaks of each device.
 */
#ifndef VT_REPORTS_DIFF_H
#define VT_REPORTS_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reports/compare/merge.h"

#define VT__DIFF_JSON_SCHEMA "vramtrack-diff/1"

/* VT__CHANGE(identifier, name in JSON and in text) */
#define VT__CHANGES(VT__CHANGE)                                                                    \
	VT__CHANGE(SAME, "same")                                                                   \
	VT__CHANGE(NEW, "new")                                                                     \
	VT__CHANGE(GROWN, "grown")                                                                 \
	VT__CHANGE(SHRUNK, "shrunk")                                                               \
	VT__CHANGE(GONE, "gone")                                                                   \
	VT__CHANGE(UNSURE, "unsure") /* the side that has less was not all seen */

enum vt__change {
#define VT__CHANGE(id, name) VT__CHANGE_##id,
	VT__CHANGES(VT__CHANGE)
#undef VT__CHANGE
	VT__CHANGE_COUNT
};
extern const char *const vt__change_names[VT__CHANGE_COUNT];

enum vt__side {
	VT__BEFORE,
	VT__AFTER,
	VT__SIDE_COUNT
};

/* What is below both is no change. */
struct vt__diff_limits {
	uint64_t least_bytes;  /* a change of fewer bytes is none */
	unsigned long percent; /* nor is one of not more than this part of what was before */
};

struct vt__diff_row {
	const struct vt__merged *site;
	struct vt__sum sides[VT__SIDE_COUNT];
	enum vt__change change;
};

/* The largest peak that any process of a side had on a device. */
struct vt__diff_peak {
	int32_t ordinal; /* CUDA's; -1: no device */
	enum vt_bucket bucket;
	uint64_t sides[VT__SIDE_COUNT];
	enum vt__change change;
};

struct vt__diff_side {
	const char *const *paths; /* borrowed */
	size_t path_count;
	const char *name;   /* as the user calls it */
	bool unread_folder; /* set with the paths: one of its folders could not be read */
	size_t processes, unreadable, uncovered;
	size_t running;   /* processes: what they hold is compared with leaks */
	size_t unwatched; /* that nobody looked through at their end: it is not known what went
			     past the recorder */
	uint64_t lost;
	uint64_t findings;
};

struct vt__diff {
	struct vt__diff_side sides[VT__SIDE_COUNT];
	struct vt__diff_limits limits;
	struct vt__merge *merge;
	struct vt__diff_row *rows; /* those that changed, the largest change first */
	size_t row_count;
	const struct vt__diff_row
		*same; /* those that did not, the largest first; of `rows`'s memory */
	size_t same_count;
	size_t counts[VT__CHANGE_COUNT]; /* of all rows that are findings */
	struct vt__diff_peak *peaks;     /* by device and bucket */
	size_t peak_count;
	bool growth;        /* a finding or a peak is new or grown */
	bool growth_unsure; /* one may be, for all that was seen of the sides */
};

/* Whether all of a side is what could not be read: then nothing is compared, for what is not seen
 * is not gone, and what was not seen is not new. */
static inline bool vt__diff_is_unseen(const struct vt__diff_side *side)
{
	return side->unreadable && !side->processes;
}

/* Whether a part of a side was not read, went past the recorder or was lost: what was seen of it is
 * the least that there was. */
static inline bool vt__diff_is_partial(const struct vt__diff_side *side)
{
	return side->unreadable || side->unread_folder || side->uncovered || side->lost;
}

/* Sides are set with paths and names; limits too. Reads, names on standard error
 * what cannot be read. 0 or -ENOMEM; release in any case. */
int vt__diff_make(struct vt__diff *diff, struct vt__symbolizer *symbolizer);
void vt__diff_release(struct vt__diff *diff);

enum vt__change vt__change_of(uint64_t before, uint64_t after,
			      const struct vt__diff_limits *limits);

/* Whether a row is compared by how often it happened, not by bytes. */
bool vt__diff_row_counts(const struct vt__diff_row *row);

/* 0, -EIO or -ENOMEM. */
int vt__diff_text(const struct vt__diff *diff, bool colour, FILE *out);
int vt__diff_json(const struct vt__diff *diff, bool colour, FILE *out);

#endif
