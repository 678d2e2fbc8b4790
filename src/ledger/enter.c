/*
 * Enters allocations: the ledger's hot path, first half.
 */
#include "config.h"

#include "base/clock.h"
#include "ledger/ledger.h"

#include "base/attributes.h"
#include "ledger/blocks.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/totals.h"
#include "ledger/visit.h"
#include "recording/kinds.h"

/* An allocation of an address that is live: its free went unseen. */
static VT__SELDOM void drop_unseen(struct vt__ledger *ledger, struct vt__live_place place)
{
	struct vt_format_allocation old;
	struct vt__site_places places;

	vt__live_remove(place, &old);
	places = vt__ledger_changing_places(ledger, old.site);
	vt__totals_freed(&places, old.bytes);
	if (ledger->events.wanted)
		vt__ledger_event(ledger, VT_EVENT_UNSEEN, &old, VT_FORMAT_NONE);
}

static inline bool is_site_of(const struct vt__site_use *site,
			      const struct vt__allocation *allocation)
{
	return (site->api == allocation->api) & (site->places.what.device == allocation->device) &
	       (site->places.what.kind == allocation->kind);
}

/* Finds the site of an allocation whose stack was last used for another.
 * Returns the loss that it came to, or -1. */
static VT__APART int find_site(struct vt__ledger *ledger, const struct vt__allocation *allocation,
			       struct vt__stack_node *stack, uint64_t now_ns)
{
	struct vt__store *store = &ledger->store;
	struct vt__strings *strings = &ledger->strings;
	uint32_t device = vt__devices_record(&ledger->devices, store, strings, allocation->device);
	uint32_t number;

	if (device == VT_FORMAT_NONE)
		return vt__devices_covers(allocation->device) ? VT_LOSS_ALLOCATIONS
							      : VT_LOSS_DEVICES;
	if (VT__UNLIKELY(!vt__timelines_has(&ledger->timelines, allocation->device))) {
		vt__timelines_begin(&ledger->timelines, store, allocation->device, device, now_ns);
		vt__ledger_due(ledger);
	}
	number = vt__sites_find(&ledger->sites, store, strings, stack->number, device,
				allocation->api, allocation->kind, now_ns);
	if (number == VT_FORMAT_NONE)
		return VT_LOSS_ALLOCATIONS;
	stack->site.number = number;
	stack->site.api = allocation->api;
	vt__totals_places(&stack->site.places, vt__store_at(store, VT_FORMAT_DEVICE, device),
			  vt__ledger_site(ledger, number));
	return -1;
}

/* A mark came of whose account, or rest, it is time: that is asked for outside of the lock, and
 * what is about to be entered is there already. False: the visit is over. */
static bool tell_of_mark(struct vt__ledger *ledger, struct vt__visit *visit,
			 const struct vt__allocation *allocation)
{
	ledger->growth.pending = (struct vt__pending){allocation->device, allocation->kind,
						      allocation->bytes};
	vt__visit_finish(ledger, visit);
	ledger->at_mark();
	if (!vt__visit_change(ledger, visit, VT_LOSS_ALLOCATIONS))
		return false;
	ledger->growth.pending = (struct vt__pending){0};
	return true;
}

/* The event of an allocation that is about to be entered. */
static void enter_event(struct vt__ledger *ledger, const struct vt__allocation *allocation,
			const struct vt__stack *stack, const struct vt__hash128 *key, uint64_t hash,
			uint64_t now_ns)
{
	struct vt__live_place place = vt__live_look(&ledger->live, &ledger->store,
						    allocation->space, allocation->address, hash);
	struct vt__stack_node *node;

	if (place.record)
		drop_unseen(ledger, place);
	node = vt__ledger_stack(ledger, stack, key);
	if (is_site_of(&node->site, allocation) || find_site(ledger, allocation, node, now_ns) < 0)
		vt__ledger_event(ledger, VT_EVENT_ALLOCATED,
				 &(struct vt_format_allocation){.address = allocation->address,
								.bytes = allocation->bytes,
								.site = node->site.number},
				 VT_FORMAT_NONE);
}

/* Calls of a function are told by what they allocate, but not by objects. */
static struct vt__stack_node *stack_of_call(struct vt__ledger *ledger,
					    const struct vt__allocation *allocation,
					    const struct vt__told *told,
					    const struct vt__stack *stack,
					    const struct vt__hash128 *key)
{
	struct vt__calls *calls = &ledger->growth.calls;
	struct vt__stack_node *node;

	calls->of_block = told != NULL;
	calls->aside = vt__bucket_of(allocation->kind) == VT_BUCKET_HELD;
	node = vt__ledger_stack(ledger, stack, key);
	calls->of_block = calls->aside = false;
	return node;
}

/* What time brings before an allocation; and its event, and the call that it is of, where those
 * are wanted: then it is always due. False: the visit is over. `node`: of the stack, where it was
 * asked for; else NULL, and asked for by a caller that takes less of the program's stack. */
static VT__SELDOM bool enter_due(struct vt__ledger *ledger, struct vt__visit *visit,
				 const struct vt__allocation *allocation,
				 const struct vt__told *told, const struct vt__stack *stack,
				 const struct vt__hash128 *key, uint64_t hash, uint64_t now_ns,
				 struct vt__stack_node **node)
{
	*node = NULL;
	vt__ledger_tick(ledger, allocation->device, now_ns);
	if ((ledger->accounts.mark_is_due || ledger->growth.rest_due) && ledger->at_mark &&
	    !tell_of_mark(ledger, visit, allocation))
		return false;
	if (ledger->events.wanted)
		enter_event(ledger, allocation, stack, key, hash, now_ns);
	if (ledger->growth.calls.wanted)
		*node = stack_of_call(ledger, allocation, told, stack, key);
	return true;
}

/* Returns the loss that it came to, or -1. `peaked`: whether its bucket of the
 * device never held more. */
static VT__ALWAYS_INLINE int enter(struct vt__ledger *ledger,
				   const struct vt__allocation *allocation,
				   const struct vt__use *use, struct vt__stack_node *stack,
				   uint64_t hash, uint64_t now_ns, bool *peaked)
{
	struct vt__live_place place = vt__live_look(&ledger->live, &ledger->store,
						    allocation->space, allocation->address, hash);
	const struct vt__site_use *site = &stack->site;
	struct vt_format_allocation *record;
	uint32_t label = VT_FORMAT_NONE, purpose = VT_FORMAT_NONE;
	int loss;

	if (VT__UNLIKELY(place.record)) {
		drop_unseen(ledger, place);
		place = vt__live_look(&ledger->live, &ledger->store, allocation->space,
				      allocation->address, hash);
	}
	if (VT__UNLIKELY(!is_site_of(site, allocation))) {
		loss = find_site(ledger, allocation, stack, now_ns);
		if (loss >= 0)
			return loss;
	}
	if (use) {
		label = vt__labels_number(&ledger->labels, &ledger->strings, &ledger->store,
					  &use->label);
		purpose = vt__labels_number(&ledger->purposes, &ledger->strings, &ledger->store,
					    &use->purpose);
	}
	record = vt__live_add(&ledger->store, place);
	if (VT__UNLIKELY(!record))
		return VT_LOSS_ALLOCATIONS;
	record->address = allocation->address;
	record->bytes = allocation->bytes;
	record->context = allocation->context;
	record->time_ns = now_ns;
	record->site = site->number;
	record->thread = vt__visit_thread();
	record->state = VT_ALLOCATION_LIVE;
	record->label = label;
	record->purpose = purpose;
	record->link = 0;
	vt__growth_before(&ledger->growth, &ledger->store, site->number, site->places.site);
	*peaked = vt__totals_allocated(&site->places, allocation->bytes, now_ns);
	return -1;
}

bool vt__ledger_peak_is_due(struct vt__ledger *ledger, const struct vt__site_places *places)
{
	const struct vt_format_device *device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE,
							     places->site->device);

	return device->buckets[VT_BUCKET_VRAM].peak_bytes >=
	       __atomic_load_n(&ledger->accounts.of[places->what.device + 1].peak_due,
			       __ATOMIC_RELAXED);
}

/* `use` is NULL for nothing said, `told` for what is no block. */
static VT__ALWAYS_INLINE bool visit_and_enter(struct vt__ledger *ledger,
					      const struct vt__allocation *allocation,
					      const struct vt__use *use,
					      const struct vt__told *told,
					      const struct vt__stack *stack)
{
	struct vt__hash128 room;
	const struct vt__hash128 *key = vt__stacks_key_at(stack, &room);
	uint64_t hash = vt__hash_word(allocation->address);
	uint64_t now_ns = vt__now_ns();
	struct vt__stack_node *node, *asked;
	struct vt__visit visit;
	bool peak_due = false;
	uint32_t size;
	int loss;

	(void)vt__live_prefetch(vt__live_shard_at(&ledger->live, allocation->space, hash),
				(uint32_t)hash, &size);
	if (VT__UNLIKELY(!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS)))
		return false;
	if (VT__LIKELY(now_ns < ledger->due_ns)) {
		node = vt__ledger_stack(ledger, stack, key);
	} else {
		if (!enter_due(ledger, &visit, allocation, told, stack, key, hash, now_ns, &asked))
			return false;
		node = asked ? asked : vt__ledger_stack(ledger, stack, key);
	}
	loss = enter(ledger, allocation, use, node, hash, now_ns, &peak_due);
	if (VT__UNLIKELY(loss >= 0)) {
		vt__recording_lose(&ledger->store.recording, (enum vt_loss)loss);
		/* Its free will not be seen either. While an address is live
		 * the history is not asked, and leaving the ledger by a free
		 * or a reset it is entered there anew: only here an entry of
		 * an earlier life would be left. */
		vt__history_forget(&ledger->history, allocation->space, allocation->address);
	}
	if (VT__UNLIKELY(peak_due))
		peak_due = vt__ledger_peak_is_due(ledger, &node->site.places);
	if (told)
		vt__blocks_tell(ledger, allocation->device, told);
	vt__visit_finish(ledger, &visit);
	return peak_due;
}

/* Apart for the room that the texts take. */
static VT__APART bool enter_with_use(struct vt__ledger *ledger,
				     const struct vt__allocation *allocation,
				     const struct vt__told *told, const struct vt__stack *stack)
{
	struct vt__use use;

	vt__use_read(allocation->purpose, allocation->label, &use);
	return visit_and_enter(ledger, allocation, &use, told, stack);
}

bool vt__ledger_enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
		      const struct vt__stack *stack)
{
	if (VT__UNLIKELY(allocation->purpose || allocation->label))
		return enter_with_use(ledger, allocation, NULL, stack);
	return visit_and_enter(ledger, allocation, NULL, NULL, stack);
}

void vt__ledger_enter_block(struct vt__ledger *ledger, const struct vt__allocation *block,
			    const struct vt__told *told, const struct vt__stack *stack)
{
	if (VT__UNLIKELY(block->purpose || block->label))
		(void)enter_with_use(ledger, block, told, stack);
	else
		(void)visit_and_enter(ledger, block, NULL, told, stack);
}
