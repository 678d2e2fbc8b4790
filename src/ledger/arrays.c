/*
 * Enters what arrays take of a device beyond their elements.
 */
#include "config.h"

#include "ledger/arrays.h"

#include <string.h>

#include "base/table.h"
#include "ledger/charges.h"
#include "ledger/private.h"
#include "ledger/visit.h"

struct vt__array_node {
	UT_hash_handle hh;
	uint64_t handle;
	uint64_t context;
	uint32_t stack;
	bool is_ending;
	uint64_t device_bytes; /* VT_FORMAT_UNKNOWN: no rule tells */
	uint64_t padding;      /* what of them it was charged */
};

static struct vt__array_node *node_of(const struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__array_node *node;

	HASH_FIND_BYHASHVALUE(hh, ledger->arrays.table, &handle, sizeof(handle),
			      (unsigned)vt__hash_word(handle), node);
	return node;
}

/* NULL where there is no memory for one more. */
static struct vt__array_node *make_node(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__arena *table_arena = &ledger->store.arena;
	struct vt__array_node *node = vt__arena_take(table_arena, sizeof(*node));

	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->handle = handle;
	HASH_ADD_BYHASHVALUE(hh, ledger->arrays.table, handle, sizeof(handle),
			     (unsigned)vt__hash_word(handle), node);
	if (node->hh.tbl)
		return node;
	vt__arena_give(table_arena, node, sizeof(*node));
	return NULL;
}

static void forget(struct vt__ledger *ledger, struct vt__array_node *node)
{
	struct vt__arena *table_arena = &ledger->store.arena;

	if (node->padding)
		vt__charges_take_off(ledger, VT_CHARGE_ARRAY, node->context, node->stack,
				     node->padding);
	HASH_DELETE(hh, ledger->arrays.table, node);
	vt__arena_give(table_arena, node, sizeof(*node));
}

static void enter(struct vt__ledger *ledger, const struct vt_format_allocation *array,
		  uint64_t device_bytes)
{
	const struct vt_format_site *site = vt__ledger_site(ledger, array->site);
	struct vt__array_node *node = make_node(ledger, array->address);

	if (!node) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
		return;
	}
	node->context = array->context;
	node->stack = site->stack;
	node->device_bytes = device_bytes;
	if (device_bytes == VT_FORMAT_UNKNOWN || device_bytes <= array->bytes)
		return;
	node->padding = device_bytes - array->bytes;
	vt__charges_add_array(ledger, site, array->context, node->padding);
}

void vt__ledger_array(struct vt__ledger *ledger, uint64_t handle, uint64_t device_bytes)
{
	struct vt__array_node *before;
	struct vt__live_place place;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	before = node_of(ledger, handle); /* its free went unseen */
	if (before)
		forget(ledger, before);
	place = vt__live_look(&ledger->live, &ledger->store, VT__SPACE_ARRAY, handle,
			      vt__hash_word(handle));
	if (place.record)
		enter(ledger, place.record, device_bytes);
	vt__visit_finish(ledger, &visit);
}

void vt__array_gone(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__array_node *node = node_of(ledger, handle);

	if (node)
		forget(ledger, node);
}

void vt__ledger_array_ending(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__array_node *node;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	node = node_of(ledger, handle);
	if (node)
		node->is_ending = true;
	vt__visit_leave(ledger, &visit);
}

void vt__ledger_array_ended(struct vt__ledger *ledger, uint64_t handle, bool destroyed)
{
	struct vt__array_node *node;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	node = node_of(ledger, handle);
	if (node && node->is_ending && destroyed)
		forget(ledger, node);
	else if (node)
		node->is_ending = false;
	vt__visit_finish(ledger, &visit);
}

uint64_t vt__array_device_bytes(const struct vt__ledger *ledger,
				const struct vt_format_allocation *array)
{
	const struct vt__array_node *node = node_of(ledger, array->address);

	return node ? node->device_bytes : VT_FORMAT_UNKNOWN;
}
