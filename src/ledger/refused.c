/*
 * Enters refused frees: a few for each call site, the rest counted.
 */
#include "config.h"

#include "base/clock.h"
#include "ledger/refused.h"

#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "base/table.h"
#include "ledger/visit.h"

/* Those told apart, and the one that counts the rest. */
#define RECORDS (VT_FORMAT_REFUSED_FREES + 1)

struct vt__refused_node {
	UT_hash_handle hh;
	uint32_t site;
	uint32_t count;
	uint32_t numbers[RECORDS];
};

static struct vt__refused_node *node_of(struct vt__refused *refused, struct vt__arena *table_arena,
					uint32_t site)
{
	unsigned hash = (unsigned)vt__hash_bytes(&site, sizeof(site));
	struct vt__refused_node *node;

	HASH_FIND_BYHASHVALUE(hh, refused->table, &site, sizeof(site), hash, node);
	if (node)
		return node;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->site = site;
	HASH_ADD_BYHASHVALUE(hh, refused->table, site, sizeof(site), hash, node);
	if (node->hh.tbl)
		return node;
	vt__arena_give(table_arena, node, sizeof(*node));
	return NULL;
}

static bool is_same(const struct vt_format_refused_free *a, const struct vt_format_refused_free *b)
{
	return a->stack == b->stack && a->api == b->api && a->result == b->result;
}

/* The record that counts it; VT_FORMAT_NONE: none does yet. */
static uint32_t find(struct vt__store *store, const struct vt__refused_node *node,
		     const struct vt_format_refused_free *seen)
{
	for (uint32_t i = 0; i < node->count && i < VT_FORMAT_REFUSED_FREES; i++)
		if (is_same(vt__store_at(store, VT_FORMAT_REFUSED_FREE, node->numbers[i]), seen))
			return node->numbers[i];
	return node->count == RECORDS ? node->numbers[VT_FORMAT_REFUSED_FREES] : VT_FORMAT_NONE;
}

static uint32_t make(struct vt__store *store, struct vt__refused_node *node,
		     const struct vt_format_refused_free *seen)
{
	struct vt__recording *recording = &store->recording;
	uint32_t number = vt__recording_reserve(recording, VT_FORMAT_REFUSED_FREE, 1);
	struct vt_format_refused_free *record;

	if (number == VT_FORMAT_NONE)
		return number;
	record = vt__recording_at(recording, VT_FORMAT_REFUSED_FREE, number);
	*record = *seen;
	if (node->count == VT_FORMAT_REFUSED_FREES)
		record->stack = record->api = VT_FORMAT_NONE;
	vt__recording_commit(recording, VT_FORMAT_REFUSED_FREE, 1);
	node->numbers[node->count++] = number;
	return number;
}

/* Returns the record's number, VT_FORMAT_NONE where there is no room for one. */
static uint32_t count(struct vt__ledger *ledger, const struct vt_format_refused_free *seen)
{
	struct vt__store *store = &ledger->store;
	struct vt__refused_node *node = node_of(&ledger->refused, &store->arena, seen->site);
	struct vt_format_refused_free *record;
	uint32_t number;

	if (!node)
		return VT_FORMAT_NONE;
	number = find(store, node, seen);
	if (number == VT_FORMAT_NONE)
		number = make(store, node, seen);
	if (number == VT_FORMAT_NONE)
		return number;
	record = vt__store_at(store, VT_FORMAT_REFUSED_FREE, number);
	record->count++;
	return number;
}

/* What is live at the address: in the books of the free's own family, or of another. */
static struct vt_format_allocation *find_live(struct vt__ledger *ledger, enum vt__space own,
					      uint64_t address)
{
	uint64_t hash = vt__hash_word(address);
	struct vt__live_place place = vt__live_look(&ledger->live, &ledger->store, own, address,
						    hash);

	for (unsigned space = 0; !place.record && space < VT__SPACE_COUNT; space++)
		if (vt__space_has_places(space) && vt__space_has_places(own))
			place = vt__live_look(&ledger->live, &ledger->store, space, address, hash);
	return place.record;
}

void vt__ledger_refused(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			const char *api, int32_t result, const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	struct vt_format_refused_free seen = {
		.address = address, .result = result, .time_ns = vt__now_ns()};
	struct vt_format_allocation *live;
	struct vt__visit visit;
	uint32_t number;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_change(ledger, &visit, VT_LOSS_FINDINGS))
		return;
	/* First: it may interrupt the change. */
	seen.stack = vt__ledger_stack(ledger, stack, &key)->number;
	live = find_live(ledger, space, address);
	if (live) {
		seen.site = live->site;
		seen.api = vt__strings_of_static(&ledger->strings, &ledger->store, api);
		seen.thread = vt__visit_thread();
		number = count(ledger, &seen);
		if (number == VT_FORMAT_NONE)
			vt__recording_lose(&ledger->store.recording, VT_LOSS_FINDINGS);
		else
			live->link = number + 1;
	}
	vt__visit_finish(ledger, &visit);
}
