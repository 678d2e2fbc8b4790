/*
 * Call sites and findings of many recordings, those of the same identity as one.
 *
 * What is added is copied: a recording can be closed as soon as it was added.
 * Identities are made once for each stack, kind and API that is new, so that a
 * thousand recordings of one program cost little more than reading them.
 */
#ifndef VT_REPORTS_MERGE_H
#define VT_REPORTS_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "reports/findings/analysis.h"
#include "reports/findings/identity.h"

struct vt__merge;

/* What a row is about: an enum vt__class, or the part of a call site in the peak
 * of its device. What is live in a process that runs is merged with leaks. */
#define VT__MERGED_PEAK VT__CLASS_COUNT

/* The part of one column: of a process, or of one of two runs. */
struct vt__merged_part {
	uint32_t column;
	struct vt__sum sum;
};

struct vt__merged {
	uint32_t what;
	uint32_t kind; /* enum vt_kind; VT_FORMAT_NONE: unknown */
	uint8_t identity[VT__IDENTITY_BYTES];
	struct vt__raw api;
	const char *folder; /* in which the process ran that had it first; "" if not known */
	const struct vt__place *places; /* of the stack that was seen first */
	size_t place_count;
	struct vt__merged_part *parts; /* in the order of the columns that were added */
	size_t part_count;
};

/* The symbolizer is borrowed. NULL if out of memory. */
struct vt__merge *vt__merge_new(struct vt__symbolizer *symbolizer);
void vt__merge_free(struct vt__merge *merge);

/* Adds the findings of a process and its parts of peaks to a column. All of one
 * column is to be added before the next. 0 or -ENOMEM. */
int vt__merge_add(struct vt__merge *merge, struct vt__process *process, uint32_t column);

/* The rows, in the order in which they were seen first. Loans until the next add. */
const struct vt__merged *const *vt__merged_rows(const struct vt__merge *merge, size_t *count);

/* How much of the stacks may still be written in documents that have all of them. */
struct vt__allowance *vt__merge_allowance(struct vt__merge *merge);

/* The frames of a row, in place of what `frames` held. 0 or -ENOMEM. */
int vt__merged_frames(const struct vt__merge *merge, const struct vt__merged *row,
		      struct vt__frames *frames);

/* The frame by which people know the row, its site (reports/names/site.h); NULL if there is no
 * stack. `frames` is a buffer. 0 or -ENOMEM. */
int vt__merged_frame(const struct vt__merge *merge, const struct vt__merged *row,
		     struct vt__frames *frames, const struct vt__frame **out);

/* The name of `what` in JSON, and its words in text. Static. */
const char *vt__merged_name(uint32_t what);
const char *vt__merged_words(uint32_t what);

#endif
