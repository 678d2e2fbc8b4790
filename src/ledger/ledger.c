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

struct vt__stack_node *vt__ledger_stack(struct vt__ledger *ledger, const struct vt__stack *stack,
					const struct vt__hash128 *key)
{
	struct vt__stack_node *node;

	if (!stack || stack->depth == 0)
		return vt__stacks_none(&ledger->stacks);
	node = vt__stacks_find(&ledger->stacks, stack, key);
	if (node)
		return node;
	if (vt__modules_want_scan(&ledger->modules, stack->ips, stack->depth, stack->generation)) {
		vt__recording_finish(&ledger->store.recording);
		vt__lock_give(&ledger->lock);
		vt__modules_scan(&ledger->modules, &ledger->store, &ledger->strings, &ledger->lock,
				 stack->generation);
		vt__lock_take(&ledger->lock);
		vt__recording_begin(&ledger->store.recording);
		node = vt__stacks_find(&ledger->stacks, stack, key);
		if (node)
			return node;
	}
	return vt__stacks_add(&ledger->stacks, &ledger->store, &ledger->modules, stack, key);
}

static struct vt_format_site *site_at(struct vt__ledger *ledger, uint32_t number)
{
	return vt__store_at(&ledger->store, VT_FORMAT_SITE, number);
}

static struct vt_format_device *device_of(struct vt__ledger *ledger,
					  const struct vt_format_site *site)
{
	return vt__store_at(&ledger->store, VT_FORMAT_DEVICE, site->device);
}

/* An allocation of an address that is live: its free went unseen. */
static void replace(struct vt__ledger *ledger, enum vt__space space, uint64_t address)
{
	struct vt_format_allocation old;
	uint32_t number = vt__live_remove(&ledger->live, &ledger->store, space, address, &old);
	struct vt_format_site *site;

	if (number == VT_FORMAT_NONE)
		return;
	site = site_at(ledger, old.site);
	vt__totals_removed(device_of(ledger, site), site, old.bytes);
	vt__totals_freed(device_of(ledger, site), site);
	vt__live_release(&ledger->live, &ledger->store, number);
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
	struct vt_format_site *site;

	replace(ledger, allocation->space, allocation->address);
	vt__history_forget(&ledger->history, allocation->space, allocation->address);
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
	site = site_at(ledger, record.site);
	vt__totals_allocated(device_of(ledger, site), site, record.bytes, now_ns);
	return -1;
}

void vt__ledger_enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
		      const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	uint64_t now_ns = vt__now_ns();
	struct vt__visit visit;
	struct vt__use use;
	int loss;

	vt__use_read(allocation->purpose, allocation->label, &use);
	if (!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS))
		return;
	loss = enter(ledger, allocation, &use, vt__ledger_stack(ledger, stack, &key), now_ns);
	if (loss >= 0)
		vt__recording_lose(&ledger->store.recording, (enum vt_loss)loss);
	vt__visit_finish(ledger, &visit);
}

static int take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
		struct vt__taken *out)
{
	struct vt_format_allocation record;
	struct vt_format_device *device;
	struct vt_format_site *site;
	uint32_t index = vt__live_remove(&ledger->live, &ledger->store, space, address, &record);

	if (index == VT_FORMAT_NONE)
		return -ENOENT;
	site = site_at(ledger, record.site);
	device = device_of(ledger, site);
	vt__totals_removed(device, site, record.bytes);
	*out = (struct vt__taken){
		.bytes = record.bytes,
		.device = device->ordinal,
		.kind = (enum vt_kind)site->kind,
		.record = record,
		.space = space,
		.index = index,
	};
	return 0;
}

int vt__ledger_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
		    struct vt__taken *out)
{
	struct vt__visit visit;
	int error;

	/* A free makes no recording: there is nothing it could take. */
	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_enter(ledger, &visit))
		return -ENOENT;
	vt__recording_begin(&ledger->store.recording);
	error = take(ledger, space, address, out);
	vt__visit_finish(ledger, &visit);
	return error;
}

static void put_back(struct vt__ledger *ledger, const struct vt__taken *taken)
{
	const struct vt_format_allocation *record = &taken->record;
	struct vt_format_site *site = site_at(ledger, record->site);

	/* Entered anew in between: that is the allocation the driver knows. */
	if (vt__live_find(&ledger->live, taken->space, record->address) == VT_FORMAT_NONE) {
		if (!vt__live_restore(&ledger->live, &ledger->store, taken->space, taken->index,
				      record)) {
			vt__totals_restored(device_of(ledger, site), site, record->bytes,
					    vt__now_ns());
			return;
		}
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ALLOCATIONS);
	} else {
		vt__totals_freed(device_of(ledger, site), site);
	}
	vt__live_release(&ledger->live, &ledger->store, taken->index);
}

void vt__ledger_put_back(struct vt__ledger *ledger, const struct vt__taken *taken)
{
	struct vt__visit visit;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_ALLOCATIONS))
		return;
	put_back(ledger, taken);
	vt__visit_finish(ledger, &visit);
}

static void remember(struct vt__ledger *ledger, enum vt__space space,
		     const struct vt_format_allocation *record, uint32_t free_stack, bool by_reset)
{
	const struct vt_format_site *site = site_at(ledger, record->site);
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

	vt__history_remember(&ledger->history, &freed);
}

void vt__ledger_freed(struct vt__ledger *ledger, const struct vt__taken *taken,
		      const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	struct vt_format_site *site;
	struct vt__visit visit;
	uint32_t free_stack;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_STACKS))
		return;
	free_stack = vt__ledger_stack(ledger, stack, &key)->number;
	site = site_at(ledger, taken->record.site);
	vt__totals_freed(device_of(ledger, site), site);
	/* Another thread may have been given the address already; a finding
	 * looks among the live ones first, so that this misleads nobody. */
	remember(ledger, taken->space, &taken->record, free_stack, false);
	vt__live_release(&ledger->live, &ledger->store, taken->index);
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
	uint32_t number;

	if (content->context != drop->context || !dies_with_context(site->kind))
		return;
	number = vt__live_remove(&ledger->live, &ledger->store, space, content->address, &record);
	vt__totals_removed(device_of(ledger, site), site, record.bytes);
	vt__totals_reset(site, record.bytes);
	remember(ledger, space, &record, VT_FORMAT_NONE, true);
	vt__live_release(&ledger->live, &ledger->store, number);
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
