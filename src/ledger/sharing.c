/*
 * Enters handles of shared memory, each once.
 */
#include "config.h"

#include "ledger/sharing.h"

#include <string.h>

#include "base/clock.h"
#include "base/table.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

struct key {
	uint32_t how;
	uint32_t what;
	uint8_t handle[VT_FORMAT_HANDLE_BYTES];
};

struct vt__sharing_node {
	UT_hash_handle hh;
	struct key key;
	uint32_t number;               /* of its record; VT_FORMAT_NONE: it has none yet */
	struct vt__sharing_node *next; /* at the same address */
};

struct vt__shared_place {
	UT_hash_handle hh;
	uint64_t address;
	struct vt__sharing_node *first;
};

static struct vt__shared_place *place_of(const struct vt__sharings *sharings, uint64_t address)
{
	struct vt__shared_place *place;

	HASH_FIND_BYHASHVALUE(hh, sharings->places, &address, sizeof(address),
			      (unsigned)vt__hash_word(address), place);
	return place;
}

/* From now on the free of what lies there is looked at. */
static void watch(struct vt__ledger *ledger, struct vt__sharing_node *node, uint64_t address)
{
	struct vt__arena *table_arena = &ledger->store.arena;
	struct vt__shared_place *place = place_of(&ledger->sharings, address);

	if (!place) {
		place = vt__arena_take(table_arena, sizeof(*place));
		if (!place)
			return;
		memset(place, 0, sizeof(*place));
		place->address = address;
		HASH_ADD_BYHASHVALUE(hh, ledger->sharings.places, address, sizeof(address),
				     (unsigned)vt__hash_word(address), place);
		if (!place->hh.tbl) {
			vt__arena_give(table_arena, place, sizeof(*place));
			return;
		}
	}
	node->next = place->first;
	place->first = node;
	ledger->at_free |= VT__AT_FREE_SHARED;
}

/* NULL where there is no room for one more. */
static struct vt__sharing_node *node_of(struct vt__sharings *sharings,
					struct vt__arena *table_arena, const struct key *key)
{
	unsigned hash = (unsigned)vt__hash_bytes(key, sizeof(*key));
	struct vt__sharing_node *node;

	HASH_FIND_BYHASHVALUE(hh, sharings->table, key, sizeof(*key), hash, node);
	if (node || sharings->count >= VT__SHARINGS_MOST)
		return node;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->key = *key;
	node->number = VT_FORMAT_NONE;
	HASH_ADD_BYHASHVALUE(hh, sharings->table, key, sizeof(*key), hash, node);
	if (node->hh.tbl) {
		sharings->count++;
		return node;
	}
	vt__arena_give(table_arena, node, sizeof(*node));
	return NULL;
}

static struct vt_format_sharing *make_record(struct vt__ledger *ledger, const struct key *key,
					     uint32_t *number)
{
	struct vt__recording *recording = &ledger->store.recording;
	struct vt_format_sharing *record;

	*number = vt__recording_reserve(recording, VT_FORMAT_SHARING, 1);
	if (*number == VT_FORMAT_NONE)
		return NULL;
	record = vt__recording_at(recording, VT_FORMAT_SHARING, *number);
	*record = (struct vt_format_sharing){.how = key->how, .what = key->what};
	memcpy(record->handle, key->handle, sizeof(record->handle));
	vt__recording_commit(recording, VT_FORMAT_SHARING, 1);
	return record;
}

static uint64_t bytes_of(struct vt__ledger *ledger, const struct vt__sharing *sharing)
{
	const struct vt_format_allocation *physical;

	if (sharing->bytes || !sharing->address)
		return sharing->bytes;
	physical = vt__live_find(&ledger->live, &ledger->store, VT__SPACE_VMM, sharing->address);
	return physical ? physical->bytes : 0;
}

static bool enter(struct vt__ledger *ledger, const struct vt__sharing *sharing, uint32_t stack)
{
	struct key key = {.how = sharing->how, .what = sharing->what};
	struct vt_format_sharing *record;
	struct vt__sharing_node *node;

	memcpy(key.handle, sharing->handle, sizeof(key.handle));
	node = node_of(&ledger->sharings, &ledger->store.arena, &key);
	if (!node)
		return false;
	if (node->number == VT_FORMAT_NONE) {
		record = make_record(ledger, &key, &node->number);
		if (!record)
			return false;
		record->stack = stack;
		record->thread = vt__visit_thread();
		record->api = vt__strings_of_static(&ledger->strings, &ledger->store, sharing->api);
		if (sharing->address)
			watch(ledger, node, sharing->address);
	}
	record = vt__store_at(&ledger->store, VT_FORMAT_SHARING, node->number);
	record->address = sharing->address;
	record->bytes = bytes_of(ledger, sharing);
	record->time_ns = vt__now_ns();
	record->freed_ns = 0;
	record->count++;
	return true;
}

void vt__ledger_share(struct vt__ledger *ledger, const struct vt__sharing *sharing,
		      const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	struct vt__visit visit;
	uint32_t number;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_change(ledger, &visit, VT_LOSS_SHARING))
		return;
	/* First: it may interrupt the change. */
	number = vt__ledger_stack(ledger, stack, &key)->number;
	if (!enter(ledger, sharing, number))
		vt__recording_lose(&ledger->store.recording, VT_LOSS_SHARING);
	vt__visit_finish(ledger, &visit);
}

void vt__sharing_freed(struct vt__ledger *ledger, const struct vt_format_allocation *freed,
		       uint32_t stack)
{
	const struct vt__shared_place *place = place_of(&ledger->sharings, freed->address);
	const uint64_t now_ns = place ? vt__clock_ns(CLOCK_MONOTONIC) : 0; /* to be compared */

	for (struct vt__sharing_node *node = place ? place->first : NULL; node; node = node->next) {
		struct vt_format_sharing *record = vt__store_at(&ledger->store, VT_FORMAT_SHARING,
								node->number);

		if (record->freed_ns)
			continue;
		record->freed_stack = stack;
		record->freed_ns = ledger->sharings.last_ns = now_ns;
	}
}

void vt__sharing_restored(struct vt__ledger *ledger, const struct vt_format_allocation *restored)
{
	const struct vt__shared_place *place = place_of(&ledger->sharings, restored->address);

	for (struct vt__sharing_node *node = place ? place->first : NULL; node; node = node->next) {
		struct vt_format_sharing *record = vt__store_at(&ledger->store, VT_FORMAT_SHARING,
								node->number);

		if (record->freed_ns == ledger->sharings.last_ns)
			record->freed_ns = 0;
	}
}
