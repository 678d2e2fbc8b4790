/*
 * The ledger's hot path: allocations entered, taken out, put back and freed.
 */
#include "config.h"

#include "ledger/ledger.h"

#include <errno.h>

#include "ledger/identity.h"
#include "ledger/private.h"
#include "ledger/totals.h"

static bool dies_with_context(uint32_t kind)
{
	static const bool with_context[VT_KIND_COUNT] = {
#define VT_KIND(id, json, words, bucket, with) [VT_KIND_##id] = with,
		VT_KINDS(VT_KIND)
#undef VT_KIND
	};

	return kind < VT_KIND_COUNT && with_context[kind];
}

/* A note is of use while its node is in the table: for this ledger, until an
 * object is unloaded. A signal handler may have put another stack in its place
 * after `stack` was taken: that has another key. */
static struct vt__stack_node *noted(const struct vt__ledger *ledger, const struct vt__stack *stack,
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

static __attribute__((noinline)) struct vt__stack_node *look_up(struct vt__ledger *ledger,
								const struct vt__stack *stack,
								const struct vt__hash128 *key)
{
	struct vt__stack_node *node = vt__stacks_find(&ledger->stacks, stack, key);

	if (node)
		return note_it(ledger, stack, node);
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

struct vt__stack_node *vt__ledger_stack(struct vt__ledger *ledger, const struct vt__stack *stack,
					const struct vt__hash128 *key)
{
	struct vt__stack_node *node;

	if (!stack || stack->depth == 0)
		return vt__stacks_none(&ledger->stacks);
	node = noted(ledger, stack, key);
	return node ? node : look_up(ledger, stack, key);
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
static void drop_unseen(struct vt__ledger *ledger, struct vt__live_place place)
{
	struct vt_format_allocation old;
	struct vt_format_site *site;

	vt__live_remove(&ledger->live, place, &old);
	site = changing_site(ledger, old.site);
	vt__totals_freed(device_of(ledger, site), site, old.bytes);
}

/* Returns the loss that it came to, or -1. */
static int enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
		 const struct vt__use *use, struct vt__stack_node *stack, uint64_t now_ns)
{
	struct vt_format_allocation record = {
		.address = allocation->address,
		.bytes = allocation->bytes,
		.context = allocation->context,
		.time_ns = now_ns,
		.thread = vt__visit_thread(),
		.state = VT_ALLOCATION_LIVE,
	};
	uint32_t device = vt__devices_record(&ledger->devices, &ledger->store, &ledger->strings,
					     allocation->device);
	struct vt__live_place place = vt__live_look(&ledger->live, allocation->space,
						    allocation->address);
	struct vt_format_site *site;

	if (place.number != VT_FORMAT_NONE)
		drop_unseen(ledger, place);
	if (device == VT_FORMAT_NONE)
		return vt__devices_covers(allocation->device) ? VT_LOSS_ALLOCATIONS
							      : VT_LOSS_DEVICES;
	record.site = vt__sites_find(&ledger->sites, &ledger->store, &ledger->strings, stack,
				     device, allocation->api, allocation->kind, now_ns);
	if (record.site == VT_FORMAT_NONE)
		return VT_LOSS_ALLOCATIONS;
	record.label = vt__labels_number(&ledger->labels, &ledger->strings, &ledger->store,
					 &use->label);
	record.purpose = vt__labels_number(&ledger->purposes, &ledger->strings, &ledger->store,
					   &use->purpose);
	if (vt__live_add(&ledger->live, &ledger->store, allocation->space, &record))
		return VT_LOSS_ALLOCATIONS;
	site = changing_site(ledger, record.site);
	vt__totals_allocated(device_of(ledger, site), site, record.bytes, now_ns);
	return -1;
}

/* Read under the lock, where the device's sums are at hand. */
static bool peak_may_be_due(struct vt__ledger *ledger, int32_t ordinal)
{
	uint32_t number = vt__devices_existing(&ledger->devices, ordinal);
	const struct vt_format_device *device;

	if (number == VT_FORMAT_NONE)
		return false;
	device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE, number);
	return device->buckets[VT_BUCKET_VRAM].peak_bytes >=
	       __atomic_load_n(&ledger->accounts.of[ordinal + 1].peak_due, __ATOMIC_RELAXED);
}

bool vt__ledger_enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
		      const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	uint64_t now_ns = vt__now_ns();
	struct vt__visit visit;
	struct vt__use use;
	bool peak_due;
	int loss;

	vt__use_read(allocation->purpose, allocation->label, &use);
	vt__live_prefetch(&ledger->live, allocation->space, allocation->address);
	if (!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS))
		return false;
	if (__builtin_expect(now_ns >= ledger->growth.due_ns, 0))
		vt__growth_tick(&ledger->growth, &ledger->store, &ledger->strings, now_ns);
	loss = enter(ledger, allocation, &use, vt__ledger_stack(ledger, stack, &key), now_ns);
	if (loss >= 0) {
		vt__recording_lose(&ledger->store.recording, (enum vt_loss)loss);
		/* Its free will not be seen either. While an address is live
		 * the history is not asked, and leaving the ledger by a free
		 * or a reset it is entered there anew: only here an entry of
		 * an earlier life would be left. */
		vt__history_forget(&ledger->history, allocation->space, allocation->address);
	}
	peak_due = peak_may_be_due(ledger, allocation->device);
	vt__visit_finish(ledger, &visit);
	return peak_due;
}

/* Returns what the history held in this one's place. */
static struct vt__freed remember(struct vt__ledger *ledger, enum vt__space space,
				 const struct vt_format_allocation *record,
				 const struct vt_format_site *site, uint32_t free_stack,
				 bool by_reset)
{
	struct vt__freed freed = {
		.address = record->address,
		.bytes = record->bytes,
		.allocation_stack = site->stack,
		.free_stack = free_stack,
		.device = site->device,
		.kind = (uint8_t)site->kind,
		.space_plus_1 = (uint8_t)(space + 1),
		.by_reset = by_reset,
	};

	return vt__history_remember(&ledger->history, &freed);
}

static void take(struct vt__ledger *ledger, enum vt__space space, struct vt__live_place place,
		 uint32_t free_stack, struct vt__taken *out)
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
	out->forgotten = remember(ledger, space, &out->record, site, free_stack, false);
}

int vt__ledger_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
		    const struct vt__stack *stack, struct vt__taken *out)
{
	struct vt__live_place place;
	struct vt__stack_node *node;
	struct vt__hash128 key;
	struct vt__visit visit;
	int error = -ENOENT;

	/* A free makes no recording: there is nothing it could take. */
	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING)
		return error;
	key = vt__stacks_key(stack);
	vt__live_prefetch(&ledger->live, space, address);
	vt__history_prefetch(&ledger->history, space, address);
	if (!vt__visit_enter(ledger, &visit))
		return error;
	place = vt__live_look(&ledger->live, space, address);
	/* No stack is kept of the free of something that is not known. */
	if (place.number != VT_FORMAT_NONE) {
		uint64_t turns = ledger->turns;

		vt__recording_begin(&ledger->store.recording);
		node = vt__ledger_stack(ledger, stack, &key);
		if (ledger->turns != turns)
			place = vt__live_look(&ledger->live, space, address);
		if (place.number != VT_FORMAT_NONE) {
			take(ledger, space, place, node->number, out);
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
	struct vt__visit visit;
	struct vt_format_site *site;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS))
		return;
	site = changing_site(ledger, record->site);
	/* Entered anew in between: that is the allocation the driver knows. */
	if (vt__live_find(&ledger->live, taken->space, record->address) == VT_FORMAT_NONE) {
		if (vt__live_add(&ledger->live, &ledger->store, taken->space, record))
			vt__recording_lose(&ledger->store.recording, VT_LOSS_ALLOCATIONS);
		else
			vt__totals_restored(device_of(ledger, site), site, record->bytes,
					    vt__now_ns());
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

	if (content->context != drop->context || !dies_with_context(site->kind))
		return;
	changing_site(ledger, content->site);
	vt__live_remove(&ledger->live, vt__live_look(&ledger->live, space, content->address),
			&record);
	vt__totals_reset(device_of(ledger, site), site, record.bytes);
	remember(ledger, space, &record, site, VT_FORMAT_NONE, true);
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
