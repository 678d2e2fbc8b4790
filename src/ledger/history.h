/*
 * What was freed lately, so that a free of the same address can be explained.
 *
 * A table of fixed size in which a later free takes the place of an earlier
 * one: what is forgotten makes a double free an unknown pointer, no worse.
 *
 * Not thread-safe: the ledger's lock covers it, except vt__history_prefetch().
 */
#ifndef VT_LEDGER_HISTORY_H
#define VT_LEDGER_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/format.h"

#define VT__HISTORY_ENTRIES 65536u

struct vt__freed {
	uint64_t address;
	uint64_t bytes;
	uint32_t allocation_stack;
	uint32_t free_stack; /* VT_FORMAT_NONE: not known */
	uint32_t device;     /* number of the record */
	uint8_t kind;
	uint8_t space_plus_1; /* enum vt__space + 1; 0: no entry */
	uint8_t by_reset;
	uint8_t reserved;
};

struct vt__history {
	struct vt__freed *entries; /* NULL: out of memory, nothing is remembered */
};

void vt__history_open(struct vt__history *history);

/* Returns what it took the place of. */
struct vt__freed vt__history_remember(struct vt__history *history, const struct vt__freed *freed);

/* Undoes a remembering, if nothing took its place since then. */
void vt__history_undo(struct vt__history *history, unsigned space, uint64_t address,
		      const struct vt__freed *before);

/* Fetches what the others will touch. Any thread, without the lock. */
void vt__history_prefetch(const struct vt__history *history, unsigned space, uint64_t address);

/* The address is in use again. */
void vt__history_forget(struct vt__history *history, unsigned space, uint64_t address);

/* NULL if nothing is known; else valid until the next call. */
const struct vt__freed *vt__history_find(const struct vt__history *history, unsigned space,
					 uint64_t address);

#endif
