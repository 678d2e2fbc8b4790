/*
 * Takes freed allocations out, puts back what was not freed after all, and drops
 * what a context takes with it: the ledger's hot path, second half.
 */
#include "config.h"

#include "base/clock.h"
#include "ledger/ledger.h"

#include <errno.h>

#include "base/attributes.h"
#include "recording/kinds.h"
#include "ledger/ending.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/totals.h"
#include "ledger/visit.h"

/* What is seldom wanted: an event, and what others have of the memory. `what`: freed, by the
 * program or by a reset, or restored. */
static VT__SELDOM void look_at(struct vt__ledger *ledger, enum vt_event what,
			       const struct vt_format_allocation *record, uint32_t stack)
{
	if (ledger->at_free & VT__AT_FREE_EVENT)
		vt__ledger_event(ledger, what, record, stack);
	if (ledger->at_free & VT__AT_FREE_GRAPHS) {
		if (what == VT_EVENT_RESTORED)
			vt__graph_use_restored(ledger, record);
		else
			vt__graph_use_freed(ledger, record, stack);
	}
	if (!(ledger->at_free & VT__AT_FREE_SHARED))
		return;
	if (what == VT_EVENT_RESTORED)
		vt__sharing_restored(ledger, record);
	else
		vt__sharing_freed(ledger, record, stack);
}

struct vt__site_places vt__ledger_changing_places(struct vt__ledger *ledger, uint32_t number)
{
	struct vt_format_site *site = vt__ledger_changing_site(ledger, number);
	struct vt__site_places places;

	vt__totals_places(&places, vt__store_at(&ledger->store, VT_FORMAT_DEVICE, site->device),
			  site);
	return places;
}

static void take(struct vt__ledger *ledger, enum vt__space space, struct vt__live_place place,
		 struct vt__freed *history, uint32_t free_stack, struct vt__taken *out)
{
	struct vt__site_places places;

	vt__live_remove(place, &out->record);
	places = vt__ledger_changing_places(ledger, out->record.site);
	vt__totals_freed(&places, out->record.bytes);
	out->what = places.what;
	out->space = space;
	/* Another thread may be given the address before the driver answers; a
	 * finding looks among the live ones first, so that this misleads nobody. */
	if (!history)
		return;
	out->forgotten = *history;
	vt__history_put(history, space, &out->record, (uint32_t)ledger->store.recording.sequence,
			free_stack, VT__FREED);
}

void vt__ledger_expect_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			    struct vt__expected *out)
{
	const uint64_t hash = vt__hash_word(address);
	struct vt__live_shard *shard = vt__live_shard_at(&ledger->live, space, hash);

	VT__ONCE(shard);
	out->shard = shard;
	out->history = vt__history_place(&ledger->history, space, hash);
	out->entry = vt__live_prefetch(shard, (uint32_t)hash, &out->size);
	__builtin_prefetch(out->history, 1);
	__builtin_prefetch(&ledger->store, 1);
}

int vt__ledger_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
		    const struct vt__stack *stack, struct vt__taken *out)
{
	struct vt__expected expected;

	vt__ledger_expect_take(ledger, space, address, &expected);
	return vt__ledger_take_expected(ledger, space, address, &expected, stack, out);
}

int vt__ledger_take_expected(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			     const struct vt__expected *expected, const struct vt__stack *stack,
			     struct vt__taken *out)
{
	struct vt__live_place place;
	struct vt__stack_node *node;
	struct vt__hash128 room;
	const struct vt__hash128 *key = vt__stacks_key_at(stack, &room);
	struct vt__visit visit;
	int error = -ENOENT;

	if (VT__UNLIKELY(!vt__visit_enter(ledger, &visit))) {
		vt__visit_lose(ledger, VT_LOSS_NESTED);
		return error;
	}
	/* A free makes no recording: there is nothing it could take. */
	if (VT__UNLIKELY(ledger->state != VT__LEDGER_RECORDING)) {
		if (ledger->state == VT__LEDGER_SPOILT)
			vt__recording_lose(&ledger->store.recording, VT_LOSS_RECORDER_LEFT);
		vt__visit_leave(ledger, &visit);
		return error;
	}
	place = vt__live_look_in(expected->shard, &ledger->store, address,
				 (uint32_t)vt__hash_word(address));
	/* No stack is kept of the free of something that is not known. */
	if (VT__LIKELY(place.record)) {
		vt__recording_begin(&ledger->store.recording);
		node = vt__ledger_stack(ledger, stack, key);
		take(ledger, space, place, expected->history, node->number, out);
		if (VT__UNLIKELY(ledger->at_free))
			look_at(ledger, VT_EVENT_FREED, &out->record, node->number);
		error = 0;
		vt__recording_finish(&ledger->store.recording);
	}
	vt__visit_leave(ledger, &visit);
	return error;
}

void vt__ledger_put_back(struct vt__ledger *ledger, const struct vt__taken *taken)
{
	const struct vt_format_allocation *record = &taken->record;
	struct vt_format_allocation *restored;
	struct vt__live_place place;
	struct vt__visit visit;
	struct vt__site_places places;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS))
		return;
	places = vt__ledger_changing_places(ledger, record->site);
	place = vt__live_look(&ledger->live, &ledger->store, taken->space, record->address,
			      vt__hash_word(record->address));
	/* Entered anew in between: that is the allocation the driver knows. */
	if (!place.record) {
		restored = vt__live_add(&ledger->store, place);
		if (restored) {
			*restored = *record;
			vt__totals_restored(&places, record->bytes, vt__now_ns());
			if (ledger->at_free)
				look_at(ledger, VT_EVENT_RESTORED, record, VT_FORMAT_NONE);
		} else {
			vt__recording_lose(&ledger->store.recording, VT_LOSS_ALLOCATIONS);
		}
		vt__history_undo(&ledger->history, taken->space, record->address,
				 &taken->forgotten);
	}
	vt__visit_finish(ledger, &visit);
}

struct drop {
	struct vt__ledger *ledger;
	uint64_t context;
};

static void drop_one(enum vt__space space, const struct vt_format_allocation *content,
		     void *closure)
{
	const struct drop *drop = closure;
	struct vt__ledger *ledger = drop->ledger;
	struct vt_format_site *site = vt__ledger_site(ledger, content->site);
	struct vt_format_allocation record;
	struct vt__site_places places;
	struct vt__live_place place;
	uint64_t hash = vt__hash_word(content->address);
	struct vt__freed *history = vt__history_place(&ledger->history, space, hash);

	if (content->context != drop->context || !vt__kind_dies_with_context(site->kind))
		return;
	place = vt__live_look(&ledger->live, &ledger->store, space, content->address, hash);
	if (!place.record) /* the recording was taken away just now */
		return;
	places = vt__ledger_changing_places(ledger, content->site);
	vt__live_remove(place, &record);
	vt__totals_reset(&places, record.bytes);
	if (site->kind == VT_KIND_GRAPH_EXEC)
		vt__graph_use_ended(ledger, record.address);
	if (space == VT__SPACE_ARRAY)
		vt__array_gone(ledger, record.address);
	if (ledger->at_free)
		look_at(ledger, VT_EVENT_RESET, &record, VT_FORMAT_NONE);
	if (history)
		vt__history_put(history, space, &record, (uint32_t)ledger->store.recording.sequence,
				VT_FORMAT_NONE, VT__FREED_BY_RESET);
}

void vt__ledger_drop_context(struct vt__ledger *ledger, uint64_t context)
{
	struct drop drop = {.ledger = ledger, .context = context};
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	vt__ending_look(ledger, NULL);
	vt__live_each(&ledger->live, &ledger->store, drop_one, &drop);
	vt__visit_finish(ledger, &visit);
}
