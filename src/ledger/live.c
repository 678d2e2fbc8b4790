/*
 * Index of live allocations by address.
 */
#include "config.h"

#include "ledger/live.h"

#include <errno.h>

#include "ledger/table.h"

struct vt__live_node {
	UT_hash_handle hh; /* key: `address` of the record */
	uint32_t record;   /* VT_FORMAT_NONE in the anchor of a shard */
	uint32_t reserved;
};

_Static_assert(sizeof(struct vt__live_node) == 64, "one cache line");

/* A shard keeps one node that no address finds: uthash frees an empty table
 * and would make it anew for every pair of allocation and free. */
static const uint64_t anchor_key = UINT64_MAX;
#define ANCHOR_KEY_BYTES 1

static unsigned shard_of(uint64_t hash)
{
	return (unsigned)(hash >> 32) % VT__LIVE_SHARDS;
}

static struct vt__live_node *find_node(struct vt__live_node *shard, uint64_t hash, uint64_t address)
{
	struct vt__live_node *node;

	HASH_FIND_BYHASHVALUE(hh, shard, &address, sizeof(address), (unsigned)hash, node);
	return node;
}

static int open_shard(struct vt__live_node **shard, struct vt__store *store)
{
	struct vt__arena *table_arena = &store->arena;
	struct vt__live_node *anchor = vt__arena_take(table_arena, sizeof(*anchor));

	if (!anchor)
		return -ENOMEM;
	anchor->record = VT_FORMAT_NONE;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, *shard, &anchor_key, ANCHOR_KEY_BYTES, 0, anchor);
	if (anchor->hh.tbl)
		return 0;
	vt__arena_give(table_arena, anchor, sizeof(*anchor));
	return -ENOMEM;
}

int vt__live_restore(struct vt__live *live, struct vt__store *store, enum vt__space space,
		     uint32_t number, const struct vt_format_allocation *content)
{
	struct vt__arena *table_arena = &store->arena;
	uint64_t hash = vt__hash_word(content->address);
	struct vt__live_node **shard = &live->shards[space][shard_of(hash)];
	struct vt_format_allocation *record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);
	struct vt__live_node *node;

	if (!*shard && open_shard(shard, store))
		return -ENOMEM;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return -ENOMEM;
	node->record = number;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, *shard, &record->address, sizeof(record->address),
				    (unsigned)hash, node);
	if (!node->hh.tbl) {
		vt__arena_give(table_arena, node, sizeof(*node));
		return -ENOMEM;
	}
	*record = *content;
	return 0;
}

/* A record that is not in use, which is not counted as used before the caller
 * has filled it; `fresh` says that it must still be committed. */
static uint32_t take_record(struct vt__live *live, struct vt__store *store, int *fresh)
{
	struct vt_format_allocation *record;
	uint32_t number = live->free_plus_1;

	*fresh = number == 0;
	if (*fresh)
		return vt__recording_reserve(&store->recording, VT_FORMAT_ALLOCATION, 1);
	record = vt__store_at(store, VT_FORMAT_ALLOCATION, number - 1);
	live->free_plus_1 = record->reserved;
	record->reserved = 0;
	return number - 1;
}

int vt__live_add(struct vt__live *live, struct vt__store *store, enum vt__space space,
		 const struct vt_format_allocation *content)
{
	int fresh, error;
	uint32_t number = take_record(live, store, &fresh);

	if (number == VT_FORMAT_NONE)
		return -ENOMEM;
	error = vt__live_restore(live, store, space, number, content);
	if (fresh && !error)
		vt__recording_commit(&store->recording, VT_FORMAT_ALLOCATION, 1);
	if (!fresh && error)
		vt__live_release(live, store, number);
	return error;
}

uint32_t vt__live_find(const struct vt__live *live, enum vt__space space, uint64_t address)
{
	uint64_t hash = vt__hash_word(address);
	struct vt__live_node *node = find_node(live->shards[space][shard_of(hash)], hash, address);

	return node ? node->record : VT_FORMAT_NONE;
}

uint32_t vt__live_remove(struct vt__live *live, struct vt__store *store, enum vt__space space,
			 uint64_t address, struct vt_format_allocation *content_out)
{
	struct vt__arena *table_arena = &store->arena;
	uint64_t hash = vt__hash_word(address);
	struct vt__live_node **shard = &live->shards[space][shard_of(hash)];
	struct vt__live_node *node = find_node(*shard, hash, address);
	struct vt_format_allocation *record;
	uint32_t number;

	if (!node)
		return VT_FORMAT_NONE;
	number = node->record;
	record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);
	HASH_DELETE(hh, *shard, node);
	vt__arena_give(table_arena, node, sizeof(*node));
	*content_out = *record;
	*record = (struct vt_format_allocation){.state = VT_ALLOCATION_FREE};
	return number;
}

void vt__live_release(struct vt__live *live, struct vt__store *store, uint32_t number)
{
	struct vt_format_allocation *record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);

	record->reserved = live->free_plus_1;
	live->free_plus_1 = number + 1;
}

void vt__live_each(struct vt__live *live, struct vt__store *store,
		   void (*each)(enum vt__space space, const struct vt_format_allocation *content,
				void *closure),
		   void *closure)
{
	for (unsigned i = 0; i < VT__SPACES * VT__LIVE_SHARDS; i++) {
		enum vt__space space = i / VT__LIVE_SHARDS;
		struct vt__live_node *node = live->shards[space][i % VT__LIVE_SHARDS], *next;

		for (; node; node = next) {
			next = node->hh.next;
			if (node->record != VT_FORMAT_NONE)
				each(space, vt__store_at(store, VT_FORMAT_ALLOCATION, node->record),
				     closure);
		}
	}
}
