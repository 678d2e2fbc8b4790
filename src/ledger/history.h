/*
 * What was freed lately, so that a free of the same address can be explained.
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
	uint32_t allocation_stack;
	uint32_t free_stack; /* VT_FORMAT_NONE: not known */
	uint32_t device;     /* number of the record */
	uint8_t kind;
	uint8_t space_plus_1; /* enum vt__space + 1; 0: no entry */
	uint8_t how;          /* enum vt__freed_how */
	uint8_t reserved;
};

struct vt__history {
	struct vt__freed *entries; /* NULL: out of memory, nothing is remembered */
};

void vt__history_open(struct vt__history *history);

/* Where a free of an address is remembered; NULL: nowhere. `hash`: vt__hash_word()
 * of the address. Any thread, without the lock. */
static inline struct vt__freed *vt__history_place(const struct vt__history *history, unsigned space,
						  uint64_t hash)
{
	uint64_t place = (hash >> 24) + space * (uint64_t)VT__HISTORY_ENTRIES / 8;

	return VT__LIKELY(history->entries) ? &history->entries[place % VT__HISTORY_ENTRIES] : NULL;
}

/* Undoes a remembering, if nothing took its place since then. */
void vt__history_undo(struct vt__history *history, unsigned space, uint64_t address,
		      const struct vt__freed *before);

/* The address is in use again. */
VT__SELDOM void vt__history_forget(struct vt__history *history, unsigned space, uint64_t address);

/* NULL if nothing is known; else valid until the next call. */
const struct vt__freed *vt__history_find(const struct vt__history *history, unsigned space,
					 uint64_t address);

#endif
