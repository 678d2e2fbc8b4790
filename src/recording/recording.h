/*
 * The records of a recording, and how they are appended and changed.
 *
 * Records of a type are numbered from 0 (recording/format.h). The segments of a
 * type double, from a first one that is a power of two of records, so a
 * number leads to its segment by its highest bit.
 *
 * Writing: vt__recording_reserve() gives the number of the next record, the
 * caller fills vt__recording_at() of it, vt__recording_commit() makes it part
 * of the file. Changes to committed records are made between
 * vt__recording_begin() and vt__recording_finish().
 *
 * Not thread-safe: the ledger's lock covers it, except vt__recording_lose().
 */
#ifndef VT_LEDGER_RECORDING_H
#define VT_LEDGER_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arch/arch.h"
#include "base/attributes.h"
#include "recording/format.h"
#include "recording/recording_file.h"

#define VT__RECORDING_LEVELS 24
#define VT__RECORDING_PLACES 64 /* types have one in each level */
_Static_assert(VT_FORMAT_TYPE_END <= VT__RECORDING_PLACES, "a type has a place");

/* The first segment of each type: so small that the recording of a process
 * with a handful of call sites stays under 100 KiB. */
static const struct vt__shape {
	uint32_t record_bytes;
	uint32_t first_log2; /* log2 of its records */
} vt__shapes[VT_FORMAT_TYPE_END] = {
	[VT_FORMAT_STRING] = {1, 13},
	[VT_FORMAT_DEVICE] = {sizeof(struct vt_format_device), 2},
	[VT_FORMAT_MODULE] = {sizeof(struct vt_format_module), 6},
	[VT_FORMAT_FRAME] = {sizeof(uint64_t), 10},
	[VT_FORMAT_STACK] = {sizeof(struct vt_format_stack), 9},
	[VT_FORMAT_SITE] = {sizeof(struct vt_format_site), 6},
	[VT_FORMAT_ALLOCATION] = {sizeof(struct vt_format_allocation), 7},
	[VT_FORMAT_FINDING] = {sizeof(struct vt_format_finding), 5},
	[VT_FORMAT_HOLDER] = {sizeof(struct vt_format_holder), 7},
	[VT_FORMAT_ACCOUNT] = {sizeof(struct vt_format_account), 2},
	[VT_FORMAT_PASSAGE] = {sizeof(struct vt_format_passage), 4},
	[VT_FORMAT_MARK] = {sizeof(struct vt_format_mark), 4},
	[VT_FORMAT_GROWTH] = {sizeof(struct vt_format_growth), 3},
	[VT_FORMAT_REFUSED_FREE] = {sizeof(struct vt_format_refused_free), 4},
	[VT_FORMAT_INTENT] = {sizeof(struct vt_format_intent), 4},
	[VT_FORMAT_REFERENCE] = {sizeof(struct vt_format_reference), 6},
	[VT_FORMAT_SOURCE] = {sizeof(struct vt_format_source), 6},
	[VT_FORMAT_TIMELINE] = {sizeof(struct vt_format_timeline), 0},
	[VT_FORMAT_COURSE] = {sizeof(struct vt_format_course), 1},
	[VT_FORMAT_MARK_TIME] = {sizeof(struct vt_format_mark_times), 2},
	[VT_FORMAT_EVENT] = {sizeof(struct vt_format_event), 6},
	[VT_FORMAT_EVENT_RING] = {sizeof(struct vt_format_event_ring), 0},
	[VT_FORMAT_ENDING] = {sizeof(struct vt_format_ending), 2},
	[VT_FORMAT_KEPT] = {sizeof(struct vt_format_kept), 6},
	[VT_FORMAT_CHARGE] = {sizeof(struct vt_format_charge), 5},
	[VT_FORMAT_STATEMENT] = {sizeof(struct vt_format_statement), 0},
	[VT_FORMAT_CACHE] = {sizeof(struct vt_format_cache), 2},
	[VT_FORMAT_SHARING] = {sizeof(struct vt_format_sharing), 5},
	[VT_FORMAT_REST] = {sizeof(struct vt_format_rest), 0},
	[VT_FORMAT_LIMIT] = {sizeof(struct vt_format_limit), 2},
	[VT_FORMAT_FRAGMENTS] = {sizeof(struct vt_format_fragments), 2},
	[VT_FORMAT_PURPOSES] = {sizeof(struct vt_format_purposes), 1},
	[VT_FORMAT_CHECKPOINT] = {sizeof(struct vt_format_checkpoint), 3},
	[VT_FORMAT_FREED] = {sizeof(struct vt_format_freed), 4},
};

struct vt__column {
	uint16_t directory[VT__RECORDING_LEVELS]; /* place in the header's directory */
	uint32_t levels;                          /* segments there are */
	uint32_t used;                            /* records committed or passed over */
	uint32_t room;                            /* records that all segments hold */
};

/* What each recorded call reads comes first: of a small recording all of it is in one line of the
 * cache, the segments of allocations, call sites and devices with it. */
struct vt__recording {
	struct vt_format_header *header; /* NULL until it is created */
	uint64_t sequence;               /* what the header's must be between two changes */
	uint8_t *segments[VT__RECORDING_LEVELS][VT__RECORDING_PLACES]; /* vt__recording_place() */
	struct vt__column columns[VT_FORMAT_TYPE_END];
	struct vt__recording_file file;
	uint32_t note_room; /* string kept empty for the note, so that it always fits */
	int growth_error;   /* negative errno that ended growth, 0: none */
	uint64_t losses[VT_FORMAT_LOSSES_MAX]; /* counted before there was a header */
};

/* Creates file, header and first segments. On an error nothing is left. */
int vt__recording_create(struct vt__recording *recording, const char *folder, const char *program,
			 uint32_t pid);

/* Room for `count` records in a row within one segment. Returns the number of
 * the first, VT_FORMAT_NONE when the recording cannot grow. */
uint32_t vt__recording_reserve(struct vt__recording *recording, enum vt_format_type type,
			       uint32_t count);

/* The `count` records reserved last are complete. */
void vt__recording_commit(struct vt__recording *recording, enum vt_format_type type,
			  uint32_t count);

/* Appends text; returns its number, VT_FORMAT_NONE when there is no room. */
uint32_t vt__recording_add_text(struct vt__recording *recording, const char *text);

/* Counts a loss. Safe anywhere, a signal handler included. */
VT__SELDOM void vt__recording_lose(struct vt__recording *recording, enum vt_loss loss);

/* The same for what is lost once, however often that is noticed. */
VT__SELDOM void vt__recording_lose_once(struct vt__recording *recording, enum vt_loss loss);

/* The header's note; only the first one stays. */
void vt__recording_warn(struct vt__recording *recording, const char *before, int error);

/* A recording that lives in memory is written to its file. 0 or negative errno. */
int vt__recording_write_out(struct vt__recording *recording);

/* Of the segments of a type: allocations, call sites and devices are the near ones. */
static VT__ALWAYS_INLINE unsigned vt__recording_place(enum vt_format_type type)
{
	return (unsigned)type ^ VT_FORMAT_ALLOCATION;
}

/* Where a type is known when it is compiled, so is its shape. A segment holds as
 * many records as all before it and the first: with the number of records of the
 * first added, the highest bit of a number gives the segment, the others its place. */
static VT__ALWAYS_INLINE void *vt__recording_at(struct vt__recording *recording,
						enum vt_format_type type, uint32_t number)
{
	const struct vt__shape *shape = &vt__shapes[type];
	uint32_t shifted = number + (1u << shape->first_log2);
	uint32_t highest = 31u ^ (uint32_t)__builtin_clz(shifted);
	uint8_t *segment =
		recording->segments[highest - shape->first_log2][vt__recording_place(type)];

	return segment + (uint64_t)(shifted ^ (1u << highest)) * shape->record_bytes;
}

/* What is mapped is not what was written: nothing in it is used any more, and empty
 * memory stands in its place. */
VT__SELDOM void vt__recording_abandon(struct vt__recording *recording);

/* Whether the last change came to its end. */
static VT__ALWAYS_INLINE bool vt__recording_is_whole(const struct vt__recording *recording)
{
	return VT__LIKELY(__atomic_load_n(&recording->header->sequence, __ATOMIC_RELAXED) ==
			  recording->sequence);
}

/* vt__recording_begin() of one that is whole. */
static VT__ALWAYS_INLINE void vt__recording_begin_whole(struct vt__recording *recording)
{
	__atomic_store_n(&recording->header->sequence, recording->sequence | 1, __ATOMIC_RELAXED);
	vt__arch_order_stores();
}

/* In place of vt__recording_finish(), where nothing was changed. */
static inline void vt__recording_leave(struct vt__recording *recording)
{
	__atomic_store_n(&recording->header->sequence, recording->sequence, __ATOMIC_RELEASE);
}

/* The reader's change counter goes odd before any change and even after all. Where it
 * is not what it was left as, somebody wrote over the file: numbers of records in it
 * may lead anywhere. */
static VT__ALWAYS_INLINE void vt__recording_begin(struct vt__recording *recording)
{
	if (VT__UNLIKELY(!vt__recording_is_whole(recording)))
		vt__recording_abandon(recording);
	vt__recording_begin_whole(recording);
}

static VT__ALWAYS_INLINE void vt__recording_finish(struct vt__recording *recording)
{
	uint64_t even = recording->sequence + 2;

	recording->sequence = even;
	/* Release: all that the change wrote is seen before the counter is even. */
	__atomic_store_n(&recording->header->sequence, even, __ATOMIC_RELEASE);
}

#endif
