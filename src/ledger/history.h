/*
 * What was freed lately, so that a free of the same address can be explained, and a fault of the
 * device, too.
 *
 * A table of fixed size in which a later free takes the place of an earlier
 * one: what is forgotten makes a double free an unknown pointer, no worse.
 *
 * Not thread-safe: the ledger's lock covers it, except vt__history_place().
 */
#ifndef VT_LEDGER_HISTORY_H
#define VT_LEDGER_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "recording/format.h"
#include "base/hash.h"

#define VT__HISTORY_ENTRIES 65536u

/* What became of the address. */
enum vt__freed_how {
	VT__FREED,
	VT__FREED_BY_RESET,
	VT__FREED_NEVER, /* a graph's definition: no memory is there before a launch */
};

struct vt__freed {
	uint64_t address;
	uint64_t bytes;
	uint32_t site;       /* that allocated it; of VT__FREED_NEVER the stack of the definition */
	uint32_t free_stack; /* VT_FORMAT_NONE: not known */
	uint32_t order;      /* of the change, the low bits of the recording's sequence */
	union {
		struct {
			uint8_t space_plus_1; /* enum vt__space + 1; 0: no entry */
			uint8_t how;          /* enum vt__freed_how */
		};
		uint32_t what; /* both, to be written at once */
	};
};

/* A change, and when it was: frees have no time, they would have to read the clock. */
struct vt__history_time {
	uint64_t ns;
	uint32_t order;
	uint32_t reserved;
};
#define VT__HISTORY_TIMES 256u /* a ring */
#define VT__HISTORY_STEP_NS 1000000u

struct vt__history {
	struct vt__freed *entries; /* NULL: out of memory, nothing is remembered */
	struct vt__history_time times[VT__HISTORY_TIMES];
	uint32_t timed; /* entered so far */
};

void vt__history_open(struct vt__history *history);

/* Where a free of an address is remembered; NULL: nowhere. `hash`: vt__hash_word()
 * of the address. Any thread, without the lock. */
static inline struct vt__freed *vt__history_place(const struct vt__history *history, unsigned space,
						  uint64_t hash)
{
	uint64_t place = hash >> 24;

	(void)space;
	return VT__LIKELY(history->entries) ? &history->entries[place % VT__HISTORY_ENTRIES] : NULL;
}

/* Remembers a free there. */
static VT__ALWAYS_INLINE void vt__history_put(struct vt__freed *place, unsigned space,
					      const struct vt_format_allocation *record,
					      uint32_t order, uint32_t free_stack,
					      enum vt__freed_how how)
{
	place->address = record->address;
	place->bytes = record->bytes;
	place->site = record->site;
	place->free_stack = free_stack;
	place->order = order;
	place->what = (space + 1) | (unsigned)how << 8;
}

/* Undoes a remembering, if nothing took its place since then. */
void vt__history_undo(struct vt__history *history, unsigned space, uint64_t address,
		      const struct vt__freed *before);

/* The address is in use again. */
VT__SELDOM void vt__history_forget(struct vt__history *history, unsigned space, uint64_t address);

/* What changes from now on is after `now_ns`. Of more than one in a step the first counts. */
void vt__history_time(struct vt__history *history, uint32_t order, uint64_t now_ns);

/* When the change `order` was, of which `latest` is the newest: after the one and before the other
 * time, 0 and UINT64_MAX where it is not known. */
void vt__history_when(const struct vt__history *history, uint32_t order, uint32_t latest,
		      uint64_t *after_ns, uint64_t *before_ns);

/* NULL if nothing is known; else valid until the next call. */
const struct vt__freed *vt__history_find(const struct vt__history *history, unsigned space,
					 uint64_t address);

#endif
