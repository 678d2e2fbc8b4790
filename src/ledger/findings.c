/*
 * Enters findings.
 */
#include "config.h"

#include "ledger/findings.h"

#include "base/table.h"

struct finding_key {
	uint32_t finding_class;
	uint32_t reason;
	uint32_t api;
	int32_t result;
	uint32_t stack;
	uint32_t allocation_stack;
	uint32_t free_stack;
	uint32_t purpose; /* labels may be as many as the calls */
};

struct vt__finding_node {
	UT_hash_handle hh;
	struct finding_key key;
	uint32_t number;
};

static uint32_t write_finding(struct vt__recording *recording,
			      const struct vt_format_finding *finding)
{
	uint32_t number = vt__recording_reserve(recording, VT_FORMAT_FINDING, 1);
	struct vt_format_finding *record;

	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_FINDINGS);
		return number;
	}
	record = vt__recording_at(recording, VT_FORMAT_FINDING, number);
	*record = *finding;
	record->count = 1;
	vt__recording_commit(recording, VT_FORMAT_FINDING, 1);
	return number;
}

static struct finding_key key_of(const struct vt_format_finding *finding)
{
	return (struct finding_key){
		.finding_class = finding->finding_class,
		.reason = finding->reason,
		.api = finding->api,
		.result = finding->result,
		.stack = finding->stack,
		.allocation_stack = finding->allocation_stack,
		.free_stack = finding->free_stack,
		.purpose = finding->purpose,
	};
}

uint32_t vt__findings_known(const struct vt__findings *findings,
			    const struct vt_format_finding *finding)
{
	struct finding_key key = key_of(finding);
	unsigned hash = (unsigned)vt__hash_bytes(&key, sizeof(key));
	struct vt__finding_node *node;

	HASH_FIND_BYHASHVALUE(hh, findings->table, &key, sizeof(key), hash, node);
	return node ? node->number : VT_FORMAT_NONE;
}

uint32_t vt__findings_enter(struct vt__findings *findings, struct vt__store *store,
			    const struct vt_format_finding *finding)
{
	struct finding_key key = key_of(finding);
	unsigned hash = (unsigned)vt__hash_bytes(&key, sizeof(key));
	struct vt__arena *table_arena = &store->arena;
	struct vt_format_finding *record;
	struct vt__finding_node *node;
	uint32_t number;

	HASH_FIND_BYHASHVALUE(hh, findings->table, &key, sizeof(key), hash, node);
	if (node) {
		record = vt__store_at(store, VT_FORMAT_FINDING, node->number);
		record->count++;
		return VT_FORMAT_NONE;
	}
	number = write_finding(&store->recording, finding);
	if (number == VT_FORMAT_NONE)
		return number;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return number; /* an equal one will have a record of its own */
	node->key = key;
	node->number = number;
	HASH_ADD_BYHASHVALUE(hh, findings->table, key, sizeof(key), hash, node);
	if (!node->hh.tbl)
		vt__arena_give(table_arena, node, sizeof(*node));
	return number;
}
