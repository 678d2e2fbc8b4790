/*
 * A direct-mapped table of recent frees.
 */
#include "config.h"

#include "ledger/history.h"

#include "ledger/arena.h"
#include "ledger/hash.h"

_Static_assert(sizeof(struct vt__freed) == 32, "two entries a cache line");

void vt__history_open(struct vt__history *history)
{
	/* Pages are touched, and so exist, only as frees fall on them. */
	history->entries = vt__arena_map(VT__HISTORY_ENTRIES * sizeof(struct vt__freed));
}

static struct vt__freed *slot_of(const struct vt__history *history, unsigned space,
				 uint64_t address)
{
	uint64_t hash = vt__hash_word(address + space);

	return &history->entries[hash % VT__HISTORY_ENTRIES];
}

static bool holds(const struct vt__freed *slot, unsigned space, uint64_t address)
{
	return slot->address == address && slot->space_plus_1 == space + 1;
}

struct vt__freed vt__history_remember(struct vt__history *history, const struct vt__freed *freed)
{
	struct vt__freed before = {0};
	struct vt__freed *slot;

	if (!history->entries)
		return before;
	slot = slot_of(history, freed->space_plus_1 - 1u, freed->address);
	before = *slot;
	*slot = *freed;
	return before;
}

void vt__history_undo(struct vt__history *history, unsigned space, uint64_t address,
		      const struct vt__freed *before)
{
	struct vt__freed *slot;

	if (!history->entries)
		return;
	slot = slot_of(history, space, address);
	if (holds(slot, space, address))
		*slot = *before;
}

void vt__history_prefetch(const struct vt__history *history, unsigned space, uint64_t address)
{
	if (history->entries)
		__builtin_prefetch(slot_of(history, space, address), 1);
}

void vt__history_forget(struct vt__history *history, unsigned space, uint64_t address)
{
	struct vt__freed *slot;

	if (!history->entries)
		return;
	slot = slot_of(history, space, address);
	if (holds(slot, space, address))
		slot->space_plus_1 = 0;
}

const struct vt__freed *vt__history_find(const struct vt__history *history, unsigned space,
					 uint64_t address)
{
	const struct vt__freed *slot;

	if (!history->entries)
		return NULL;
	slot = slot_of(history, space, address);
	return holds(slot, space, address) ? slot : NULL;
}
