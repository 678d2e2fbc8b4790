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

void vt__history_time(struct vt__history *history, uint32_t order, uint64_t now_ns)
{
	struct vt__history_time *times = history->times;
	const uint32_t count = history->timed;

	if (count && now_ns - times[(count - 1) % VT__HISTORY_TIMES].ns < VT__HISTORY_STEP_NS)
		return;
	times[count % VT__HISTORY_TIMES] = (struct vt__history_time){.ns = now_ns, .order = order};
	history->timed = count + 1;
}

void vt__history_when(const struct vt__history *history, uint32_t order, uint32_t latest,
		      uint64_t *after_ns, uint64_t *before_ns)
{
	const uint32_t kept = history->timed < VT__HISTORY_TIMES ? history->timed
								 : VT__HISTORY_TIMES;

	*after_ns = 0;
	*before_ns = UINT64_MAX;
	for (uint32_t i = 1; i <= kept; i++) {
		const struct vt__history_time *time =
			&history->times[(history->timed - i) % VT__HISTORY_TIMES];

		/* numbers wrap: ages do not */
		if (latest - time->order > latest - order) {
			*after_ns = time->ns;
			return;
		}
		*before_ns = time->ns;
	}
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
