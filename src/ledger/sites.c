/*
 * Finds or makes the call site of an allocation.
 */
#include "config.h"

#include "ledger/sites.h"

#include "base/table.h"

struct site_key {
	uint32_t stack;
	uint32_t device;
	uint32_t api;
	uint32_t kind;
};

struct vt__site_node {
	UT_hash_handle hh;
	struct site_key key;
	uint32_t number;
};

static uint32_t write_site(struct vt__recording *recording, const struct site_key *key,
			   uint64_t now_ns)
{
	uint32_t number = vt__recording_reserve(recording, VT_FORMAT_SITE, 1);
	struct vt_format_site *record;

	if (number == VT_FORMAT_NONE)
		return number;
	record = vt__recording_at(recording, VT_FORMAT_SITE, number);
	record->stack = key->stack;
	record->device = key->device;
	record->api = key->api;
	record->kind = key->kind;
	record->first_time_ns = now_ns;
	record->last_time_ns = now_ns;
	vt__recording_commit(recording, VT_FORMAT_SITE, 1);
	return number;
}

/* A site without a node would be made again by every allocation: where there
 * is no memory for the node there is no site. */
static uint32_t find_or_make(struct vt__sites *sites, struct vt__store *store,
			     const struct site_key *key, uint64_t now_ns)
{
	unsigned hash = (unsigned)vt__hash_bytes(key, sizeof(*key));
	struct vt__arena *table_arena = &store->arena;
	struct vt__site_node *node;

	HASH_FIND_BYHASHVALUE(hh, sites->table, key, sizeof(*key), hash, node);
	if (node)
		return node->number;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return VT_FORMAT_NONE;
	node->key = *key;
	HASH_ADD_BYHASHVALUE(hh, sites->table, key, sizeof(*key), hash, node);
	if (!node->hh.tbl) {
		vt__arena_give(table_arena, node, sizeof(*node));
		return VT_FORMAT_NONE;
	}
	node->number = write_site(&store->recording, key, now_ns);
	if (node->number == VT_FORMAT_NONE) {
		HASH_DELETE(hh, sites->table, node);
		vt__arena_give(table_arena, node, sizeof(*node));
		return VT_FORMAT_NONE;
	}
	return node->number;
}

uint32_t vt__sites_find(struct vt__sites *sites, struct vt__store *store,
			struct vt__strings *strings, uint32_t stack, uint32_t device,
			const char *api, uint32_t kind, uint64_t now_ns)
{
	struct site_key key = {.stack = stack, .device = device, .kind = kind};

	key.api = vt__strings_of_static(strings, store, api);
	return find_or_make(sites, store, &key, now_ns);
}
