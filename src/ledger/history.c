/*
 * A direct-mapped table of recent frees.
 */
#include "config.h"

#include "ledger/history.h"

#include "base/arena.h"

_Static_assert(sizeof(struct vt__freed) == 32, "two entries a cache line");

void vt__history_open(struct vt__history *history)
{
	/* Pages are touched, and so exist, only as frees fall on them. */
	history->entries = vt__arena_map(VT__HISTORY_ENTRIES * sizeof(struct vt__freed));
}

static struct vt__freed *place_of(const struct vt__history *history, unsigned space,
				  uint64_t address)
{
	return vt__history_place(history, space, vt__hash_word(address));
}

static bool holds(const struct vt__freed *slot, unsigned space, uint64_t address)
{
	return slot && slot->address == address && slot->space_plus_1 == space + 1;
}

void vt__history_undo(struct vt__history *history, unsigned space, uint64_t address,
		      const struct vt__freed *before)
{
	struct vt__freed *slot = place_of(history, space, address);

	if (holds(slot, space, address))
		*slot = *before;
}

void vt__history_forget(struct vt__history *history, unsigned space, uint64_t address)
{
	struct vt__freed *slot = place_of(history, space, address);

	if (holds(slot, space, address))
		slot->space_plus_1 = 0;
}

const struct vt__freed *vt__history_find(const struct vt__history *history, unsigned space,
					 uint64_t address)
{
	const struct vt__freed *slot = place_of(history, space, address);

	return holds(slot, space, address) ? slot : NULL;
}
