/*
 * Proves that a cache is understood, and takes out the blocks that it was given back.
 */
#include "config.h"

#include "ledger/blocks.h"

#include "base/attributes.h"
#include "ledger/ending.h"
#include "ledger/private.h"
#include "ledger/totals.h"
#include "ledger/visit.h"

static struct vt_format_cache *cache_of(struct vt__ledger *ledger, int32_t device)
{
	const uint32_t plus_1 = ledger->blocks.of[device].cache_plus_1;

	return plus_1 ? vt__store_at(&ledger->store, VT_FORMAT_CACHE, plus_1 - 1) : NULL;
}

/* ---- The proof ------------------------------------------------------------------ */

struct look {
	struct vt__ledger *ledger;
	uint64_t first, last; /* bytes of the block */
	bool found;
};

static void look_at(enum vt__space space, const struct vt_format_allocation *content, void *closure)
{
	struct look *look = closure;

	if (space == VT__SPACE_DEVICE || space == VT__SPACE_RANGE)
		look->found |= look->first >= content->address &&
			       look->last - content->address < content->bytes;
}

/* Whether the block lies in device memory, or addresses for it, that is live. */
static bool lies_in_something(struct vt__ledger *ledger, const struct vt__allocation *block)
{
	struct look look = {ledger, block->address, block->address + block->bytes - 1, false};

	vt__live_each(&ledger->live, &ledger->store, look_at, &look);
	return look.found;
}

/* Whether it is an allocation of the driver's pool by itself. */
static bool is_allocation(struct vt__ledger *ledger, uint64_t address)
{
	const struct vt_format_allocation *there = vt__live_find(&ledger->live, &ledger->store,
								 VT__SPACE_DEVICE, address);

	return there && vt__ledger_site(ledger, there->site)->kind == VT_KIND_STREAM_ORDERED;
}

static enum vt_blocks_state prove(struct vt__ledger *ledger, const struct vt__allocation *block,
				  const struct vt__told *told)
{
	if (is_allocation(ledger, block->address))
		return VT_BLOCKS_OWN;
	if (told->used_bytes != block->bytes || told->segment_bytes < block->bytes)
		return VT_BLOCKS_ODD_SUMS;
	return lies_in_something(ledger, block) ? VT_BLOCKS_SEEN : VT_BLOCKS_ODD_PLACE;
}

static void make_cache(struct vt__ledger *ledger, const struct vt__allocation *block,
		       enum vt_block_door door, const struct vt__told *told)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint32_t device = vt__devices_record(&ledger->devices, &ledger->store,
						   &ledger->strings, block->device);
	const uint32_t number = device == VT_FORMAT_NONE
					? device
					: vt__recording_reserve(recording, VT_FORMAT_CACHE, 1);
	struct vt_format_cache *cache;

	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_BLOCKS);
		return;
	}
	cache = vt__recording_at(recording, VT_FORMAT_CACHE, number);
	*cache = (struct vt_format_cache){
		.device = device,
		.door = door,
		.state = prove(ledger, block, told),
		.used_bytes = told->used_bytes,
		.segment_bytes = told->segment_bytes,
	};
	vt__recording_commit(recording, VT_FORMAT_CACHE, 1);
	ledger->blocks.of[block->device].cache_plus_1 = number + 1;
	__atomic_store_n(&ledger->blocks.of[block->device].seen, cache->state == VT_BLOCKS_SEEN,
			 __ATOMIC_RELAXED);
}

/* One word that leads to no other; begin_blocks() orders it. */
bool vt__ledger_sees_blocks(const struct vt__ledger *ledger, int32_t device)
{
	return __atomic_load_n(&ledger->blocks.of[device].seen, __ATOMIC_RELAXED);
}

bool vt__ledger_begin_blocks(struct vt__ledger *ledger, const struct vt__allocation *block,
			     enum vt_block_door door, const struct vt__told *told)
{
	bool *begun = &ledger->blocks.of[block->device].begun;
	struct vt__visit visit;

	/* Acquire and release: who finds it begun finds what is seen of it, too. */
	if (VT__LIKELY(__atomic_load_n(begun, __ATOMIC_ACQUIRE)) || !vt__visit_look(ledger, &visit))
		return vt__ledger_sees_blocks(ledger, block->device);
	if (!*begun) {
		vt__recording_begin(&ledger->store.recording);
		make_cache(ledger, block, door, told);
		vt__recording_finish(&ledger->store.recording);
	}
	__atomic_store_n(begun, true, __ATOMIC_RELEASE);
	vt__visit_leave(ledger, &visit);
	return vt__ledger_sees_blocks(ledger, block->device);
}

/* ---- Each block ------------------------------------------------------------------ */

void vt__blocks_tell(struct vt__ledger *ledger, int32_t device, const struct vt__told *told)
{
	struct vt_format_cache *cache = cache_of(ledger, device);
	const struct vt_format_device *record;

	if (!cache)
		return;
	cache->used_bytes = told->used_bytes;
	cache->segment_bytes = told->segment_bytes;
	record = vt__store_at(&ledger->store, VT_FORMAT_DEVICE, cache->device);
	if (VT__LIKELY(record->kinds[VT_KIND_BLOCK].live_bytes == told->used_bytes) ||
	    ledger->blocks.of[device].disagreed)
		return;
	ledger->blocks.of[device].disagreed = true;
	vt__recording_lose(&ledger->store.recording, VT_LOSS_BLOCKS);
}

static void take(struct vt__ledger *ledger, struct vt__live_place place)
{
	struct vt_format_allocation record;
	struct vt__site_places places;

	vt__live_remove(place, &record);
	places = vt__ledger_changing_places(ledger, record.site);
	vt__totals_freed(&places, record.bytes);
	if (VT__UNLIKELY(ledger->events.wanted))
		vt__ledger_event(ledger, VT_EVENT_FREED, &record, VT_FORMAT_NONE);
}

void vt__ledger_take_block(struct vt__ledger *ledger, int32_t device, uint64_t address,
			   const struct vt__told *told)
{
	const uint64_t hash = vt__hash_word(address);
	struct vt__live_place place;
	struct vt__visit visit;
	uint32_t size;

	(void)vt__live_prefetch(vt__live_shard_at(&ledger->live, VT__SPACE_BLOCK, hash),
				(uint32_t)hash, &size);
	if (VT__UNLIKELY(!vt__visit_change(ledger, &visit, VT_LOSS_NESTED)))
		return;
	vt__ending_look(ledger, NULL);
	place = vt__live_look(&ledger->live, &ledger->store, VT__SPACE_BLOCK, address, hash);
	if (VT__LIKELY(place.record))
		take(ledger, place);
	vt__blocks_tell(ledger, device, told);
	vt__visit_finish(ledger, &visit);
}
