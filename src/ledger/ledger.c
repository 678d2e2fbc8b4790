/*
 * The ledger's hot path: allocations entered, taken out, put back and freed.
 */
#include "config.h"

#include "ledger/ledger.h"

#include <errno.h>
#include <string.h>

#include "ledger/attributes.h"
#include "ledger/identity.h"
#include "ledger/kinds.h"
#include "ledger/private.h"
#include "ledger/totals.h"
#include "ledger/visit.h"

/* A note is of use while its node is in the table: for this ledger, until an
 * object is unloaded. A signal handler may have put another stack in its place
 * after `stack` was taken: that has another key. */
static inline struct vt__stack_node *noted(const struct vt__ledger *ledger,
					   const struct vt__stack *stack,
					   const struct vt__hash128 *key)
{
	const struct vt__stack_note *note = stack->note;
	struct vt__stack_node *node;

	if (!note || note->ledger != ledger->number ||
	    note->generation != ledger->stacks.generation || note->generation != stack->generation)
		return NULL;
	node = note->node;
	return node && node->key.low == key->low && node->key.high == key->high ? node : NULL;
}

static struct vt__stack_node *note_it(const struct vt__ledger *ledger,
				      const struct vt__stack *stack, struct vt__stack_node *node)
{
	/* A spare node is for one visit. */
	if (stack->note && node != &ledger->stacks.spare) {
		stack->note->node = node;
		stack->note->generation = stack->generation;
		stack->note->ledger = ledger->number;
	}
	return node;
}

/* Copies borrowed return addresses. False if they are another stack's by now. */
static bool settle(struct vt__stack *stack, const struct vt__hash128 *key, uintptr_t *copy)
{
	struct vt__hash128 now;

	memcpy(copy, stack->ips, stack->depth * sizeof(*copy));
	now = vt__stack_hash(copy, stack->depth, stack->truncated);
	stack->ips = copy;
	stack->is_borrowed = false;
	return now.low == key->low && now.high == key->high;
}

static struct vt__stack_node *enter_stack(struct vt__ledger *ledger, const struct vt__stack *stack,
					  const struct vt__hash128 *key);

static struct vt__stack_node *enter_borrowed(struct vt__ledger *ledger,
					     const struct vt__stack *stack,
					     const struct vt__hash128 *key)
{
	uintptr_t ips[VT__STACK_MOST];
	struct vt__stack copy = *stack;

	if (stack->depth <= VT__STACK_MOST && settle(&copy, key, ips))
		return enter_stack(ledger, &copy, key);
	vt__recording_lose(&ledger->store.recording, VT_LOSS_STACKS);
	return vt__stacks_none(&ledger->stacks);
}

/* A stack that the ledger has not noted: one that it knows, or a new one. */
static VT__APART struct vt__stack_node *enter_stack(struct vt__ledger *ledger,
						    const struct vt__stack *stack,
						    const struct vt__hash128 *key)
{
	struct vt__stack_node *node = vt__stacks_find(&ledger->stacks, stack, key);

	if (node)
		return note_it(ledger, stack, node);
	if (stack->is_borrowed)
		return enter_borrowed(ledger, stack, key);
	if (vt__modules_want_scan(&ledger->modules, stack->ips, stack->depth, stack->generation)) {
		vt__recording_finish(&ledger->store.recording);
		vt__lock_give(&ledger->lock);
		vt__modules_scan(&ledger->modules, &ledger->store, &ledger->strings, &ledger->lock,
				 stack->generation);
		vt__lock_take(&ledger->lock);
		ledger->turns++;
		vt__recording_begin(&ledger->store.recording);
		node = vt__stacks_find(&ledger->stacks, stack, key);
		if (node)
			return note_it(ledger, stack, node);
	}
	node = vt__stacks_add(&ledger->stacks, &ledger->store, &ledger->modules, stack, key);
	return note_it(ledger, stack, node);
}

static inline __attribute__((always_inline)) struct vt__stack_node *node_of(
	struct vt__ledger *ledger, const struct vt__stack *stack, const struct vt__hash128 *key)
{
	struct vt__stack_node *node;

	if (VT__UNLIKELY(!stack || stack->depth == 0))
		return vt__stacks_none(&ledger->stacks);
	node = noted(ledger, stack, key);
	return VT__LIKELY(node) ? node : enter_stack(ledger, stack, key);
}

struct vt__stack_node *vt__ledger_stack(struct vt__ledger *ledger, const struct vt__stack *stack,
					const struct vt__hash128 *key)
{
	return node_of(ledger, stack, key);
}

static struct vt_format_site *site_at(struct vt__ledger *ledger, uint32_t number)
{
	return vt__store_at(&ledger->store, VT_FORMAT_SITE, number);
}

/* The same, of a site whose live bytes are about to change. */
static struct vt_format_site *changing_site(struct vt__ledger *ledger, uint32_t number)
{
	struct vt_format_site *site = site_at(ledger, number);

	vt__growth_before(&ledger->growth, &ledger->store, number, site);
	return site;
}

static struct vt_format_device *device_of(struct vt__ledger *ledger,
					  const struct vt_format_site *site)
{
	return vt__store_at(&ledger->store, VT_FORMAT_DEVICE, site->device);
}

/* An allocation of an address that is live: its free went unseen. */
static VT__SELDOM void drop_unseen(struct vt__ledger *ledger, struct vt__live_place place)
{
	struct vt_format_allocation old;
	struct vt_format_site *site;

	vt__live_remove(&ledger->live, place, &old);
	site = changing_site(ledger, old.site);
	vt__totals_freed(device_of(ledger, site), site, old.bytes);
}

static inline bool is_site_of(const struct vt__site_use *site,
			      const struct vt__allocation *allocation)
{
	return site->record && site->api == allocation->api && site->device == allocation->device &&
	       site->kind == allocation->kind;
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
	number = vt__sites_find(&ledger->sites, store, strings, stack->number, device,
				allocation->api, allocation->kind, now_ns);
	if (number == VT_FORMAT_NONE)
		return VT_LOSS_ALLOCATIONS;
	stack->site = (struct vt__site_use){
		.record = site_at(ledger, number),
		.device_record = vt__store_at(store, VT_FORMAT_DEVICE, device),
		.api = allocation->api,
		.device = allocation->device,
		.kind = allocation->kind,
		.number = number,
	};
	return -1;
}

/* Returns the loss that it came to, or -1. `peaked`: whether its bucket of the
 * device never held more. */
static inline int enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
			const struct vt__use *use, struct vt__stack_node *stack, uint64_t hash,
			uint64_t now_ns, bool *peaked)
{
	struct vt__live_place place = vt__live_look(&ledger->live, allocation->space,
						    allocation->address, hash);
	const struct vt__site_use *site = &stack->site;
	struct vt_format_allocation *record;
	uint32_t label, purpose;
	int loss;

	if (VT__UNLIKELY(place.record)) {
		drop_unseen(ledger, place);
		place = vt__live_look(&ledger->live, allocation->space, allocation->address, hash);
	}
	if (VT__UNLIKELY(!is_site_of(site, allocation))) {
		loss = find_site(ledger, allocation, stack, now_ns);
		if (loss >= 0)
			return loss;
	}
	label = vt__labels_number(&ledger->labels, &ledger->strings, &ledger->store, &use->label);
	purpose = vt__labels_number(&ledger->purposes, &ledger->strings, &ledger->store,
				    &use->purpose);
	record = vt__live_add(&ledger->live, &ledger->store, place);
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
	record->reserved = 0;
	vt__growth_before(&ledger->growth, &ledger->store, site->number, site->record);
	*peaked = vt__totals_allocated(site->device_record, site->record, allocation->bytes,
				       now_ns);
	return -1;
}

/* Whether the device's VRAM has come to the peak that is asked about next. */
static VT__APART bool peak_is_due(const struct vt__ledger *ledger, const struct vt__site_use *site)
{
	return site->device_record->buckets[VT_BUCKET_VRAM].peak_bytes >=
	       __atomic_load_n(&ledger->accounts.of[site->device + 1].peak_due, __ATOMIC_RELAXED);
}

bool vt__ledger_enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
		      const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	uint64_t hash = vt__hash_word(allocation->address);
	uint64_t now_ns = vt__now_ns();
	struct vt__stack_node *node;
	struct vt__visit visit;
	struct vt__use use;
	bool peak_due = false;
	int loss;

	vt__use_read(allocation->purpose, allocation->label, &use);
	vt__live_prefetch(&ledger->live, allocation->space, hash);
	if (VT__UNLIKELY(!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS)))
		return false;
	if (VT__UNLIKELY(now_ns >= ledger->growth.due_ns))
		vt__growth_tick(&ledger->growth, &ledger->store, &ledger->strings, now_ns);
	node = node_of(ledger, stack, &key);
	loss = enter(ledger, allocation, &use, node, hash, now_ns, &peak_due);
	if (VT__UNLIKELY(loss >= 0)) {
		vt__recording_lose(&ledger->store.recording, (enum vt_loss)loss);
		/* Its free will not be seen either. While an address is live
		 * the history is not asked, and leaving the ledger by a free
		 * or a reset it is entered there anew: only here an entry of
		 * an earlier life would be left. */
		vt__history_forget(&ledger->history, allocation->space, allocation->address);
	}
	if (VT__UNLIKELY(peak_due))
		peak_due = peak_is_due(ledger, &node->site);
	vt__visit_finish(ledger, &visit);
	return peak_due;
}

/* `place`: of the history, NULL if there is none. */
static inline void remember(struct vt__freed *place, enum vt__space space,
			    const struct vt_format_allocation *record,
			    const struct vt_format_site *site, uint32_t free_stack, bool by_reset)
{
	if (VT__UNLIKELY(!place))
		return;
	place->address = record->address;
	place->bytes = record->bytes;
	place->allocation_stack = site->stack;
	place->free_stack = free_stack;
	place->device = site->device;
	place->kind = (uint8_t)site->kind;
	place->space_plus_1 = (uint8_t)(space + 1);
	place->by_reset = by_reset;
}

static inline void take(struct vt__ledger *ledger, enum vt__space space,
			struct vt__live_place place, struct vt__freed *history, uint32_t free_stack,
			struct vt__taken *out)
{
	struct vt_format_device *device;
	struct vt_format_site *site;

	vt__live_remove(&ledger->live, place, &out->record);
	site = changing_site(ledger, out->record.site);
	device = device_of(ledger, site);
	vt__totals_freed(device, site, out->record.bytes);
	out->bytes = out->record.bytes;
	out->device = device->ordinal;
	out->kind = (enum vt_kind)site->kind;
	out->space = space;
	/* Another thread may be given the address before the driver answers; a
	 * finding looks among the live ones first, so that this misleads nobody. */
	if (history)
		out->forgotten = *history;
	remember(history, space, &out->record, site, free_stack, false);
}

int vt__ledger_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
		    const struct vt__stack *stack, struct vt__taken *out)
{
	uint64_t hash = vt__hash_word(address);
	struct vt__live_place place;
	struct vt__stack_node *node;
	struct vt__freed *history;
	struct vt__hash128 key;
	struct vt__visit visit;
	int error = -ENOENT;

	/* A free makes no recording: there is nothing it could take. */
	if (VT__UNLIKELY(__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING))
		return error;
	key = vt__stacks_key(stack);
	vt__live_prefetch(&ledger->live, space, hash);
	history = vt__history_place(&ledger->history, space, hash);
	__builtin_prefetch(history, 1);
	if (VT__UNLIKELY(!vt__visit_enter(ledger, &visit)))
		return error;
	place = vt__live_look(&ledger->live, space, address, hash);
	/* No stack is kept of the free of something that is not known. */
	if (VT__LIKELY(place.record)) {
		uint64_t turns = ledger->turns;

		vt__recording_begin(&ledger->store.recording);
		node = node_of(ledger, stack, &key);
		if (VT__UNLIKELY(ledger->turns != turns))
			place = vt__live_look(&ledger->live, space, address, hash);
		if (VT__LIKELY(place.record)) {
			take(ledger, space, place, history, node->number, out);
			error = 0;
		}
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
	struct vt_format_site *site;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS))
		return;
	site = changing_site(ledger, record->site);
	place = vt__live_look(&ledger->live, taken->space, record->address,
			      vt__hash_word(record->address));
	/* Entered anew in between: that is the allocation the driver knows. */
	if (!place.record) {
		restored = vt__live_add(&ledger->live, &ledger->store, place);
		if (restored) {
			*restored = *record;
			vt__totals_restored(device_of(ledger, site), site, record->bytes,
					    vt__now_ns());
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
	struct vt_format_site *site = site_at(ledger, content->site);
	struct vt_format_allocation record;
	uint64_t hash = vt__hash_word(content->address);

	if (content->context != drop->context || !vt__kind_dies_with_context(site->kind))
		return;
	changing_site(ledger, content->site);
	vt__live_remove(&ledger->live, vt__live_look(&ledger->live, space, content->address, hash),
			&record);
	vt__totals_reset(device_of(ledger, site), site, record.bytes);
	remember(vt__history_place(&ledger->history, space, hash), space, &record, site,
		 VT_FORMAT_NONE, true);
}

void vt__ledger_drop_context(struct vt__ledger *ledger, uint64_t context)
{
	struct drop drop = {.ledger = ledger, .context = context};
	struct vt__visit visit;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_enter(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	vt__live_each(&ledger->live, &ledger->store, drop_one, &drop);
	vt__visit_finish(ledger, &visit);
}
