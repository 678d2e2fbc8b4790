/*
 * Finds the latest frees in the table of them, which has no order.
 */
#include "config.h"

#include "ledger/faults.h"

#include "ledger/private.h"

/* Whether it is memory that a kernel can have had the address of. */
static bool is_memory(const struct vt__freed *freed)
{
	const unsigned space = freed->space_plus_1 - 1u;

	return freed->space_plus_1 && freed->how != VT__FREED_NEVER &&
	       (space == VT__SPACE_DEVICE || space == VT__SPACE_HOST);
}

/* How many changes ago: the numbers themselves wrap. */
static uint32_t age_of(const struct vt__freed *freed, uint32_t latest)
{
	return latest - freed->order;
}

static uint32_t count_younger(const struct vt__history *history, uint32_t latest, uint32_t age)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < VT__HISTORY_ENTRIES; i++)
		count += is_memory(&history->entries[i]) &&
			 age_of(&history->entries[i], latest) < age;
	return count;
}

/* The greatest age of which no more than are kept are younger, found bit by bit. */
static uint32_t find_age(const struct vt__history *history, uint32_t latest)
{
	uint32_t age = 0;

	for (uint32_t bit = 1u << 31; bit; bit >>= 1)
		if (count_younger(history, latest, age | bit) <= VT_FORMAT_FREED_MOST)
			age |= bit;
	return age;
}

/* Places of the entries, the youngest first. Returns how many. */
static uint32_t sort(const struct vt__history *history, uint32_t latest,
		     uint32_t places[VT_FORMAT_FREED_MOST])
{
	const uint32_t oldest = find_age(history, latest);
	uint32_t count = 0, at, age;

	for (uint32_t i = 0; i < VT__HISTORY_ENTRIES && count < VT_FORMAT_FREED_MOST; i++) {
		age = age_of(&history->entries[i], latest);
		if (!is_memory(&history->entries[i]) || age >= oldest)
			continue;
		for (at = count++; at && age_of(&history->entries[places[at - 1]], latest) > age;
		     at--)
			places[at] = places[at - 1];
		places[at] = i;
	}
	return count;
}

static bool write_freed(struct vt__ledger *ledger, const struct vt_format_freed *freed)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint32_t number = vt__recording_reserve(recording, VT_FORMAT_FREED, 1);

	if (number == VT_FORMAT_NONE)
		return false;
	*(struct vt_format_freed *)vt__recording_at(recording, VT_FORMAT_FREED, number) = *freed;
	vt__recording_commit(recording, VT_FORMAT_FREED, 1);
	return true;
}

static void enter(struct vt__ledger *ledger, uint32_t finding, uint64_t now_ns, bool fenced,
		  uint32_t places[VT_FORMAT_FREED_MOST])
{
	const struct vt__history *history = &ledger->history;
	const uint32_t latest = (uint32_t)ledger->store.recording.sequence;
	const uint32_t count = sort(history, latest, places);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt__freed *freed = &history->entries[places[i]];
		struct vt_format_freed record = {
			.finding = finding,
			.site = freed->site,
			.free_stack = freed->free_stack,
			.how = freed->how == VT__FREED_BY_RESET ? VT_FREED_BY_RESET
								: VT_FREED_BY_PROGRAM,
			.address = freed->address,
			.bytes = freed->bytes,
			.flags = fenced ? VT_FREED_FENCED : 0,
		};

		vt__history_when(history, freed->order, latest, &record.after_ns,
				 &record.before_ns);
		if (record.before_ns > now_ns)
			record.before_ns = now_ns;
		if (!write_freed(ledger, &record)) {
			vt__recording_lose(&ledger->store.recording, VT_LOSS_HOLDERS);
			return;
		}
	}
}

void vt__faults_enter_freed(struct vt__ledger *ledger, uint32_t finding, uint64_t now_ns,
			    bool fenced)
{
	const size_t bytes = VT_FORMAT_FREED_MOST * sizeof(uint32_t);
	uint32_t *places;

	if (!ledger->history.entries)
		return;
	places = vt__arena_take(&ledger->store.arena, bytes);
	if (!places) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_HOLDERS);
		return;
	}
	enter(ledger, finding, now_ns, fenced, places);
	vt__arena_give(&ledger->store.arena, places, bytes);
}
