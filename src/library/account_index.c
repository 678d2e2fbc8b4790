/*
 * The records of an account, found by address, with their labels and stacks.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "library/account_private.h"

/* uthash frees an empty table: a node that no address finds keeps it, or each
 * pair of allocation and free would make it anew. */
static const char anchor_key;
#define ANCHOR_KEY_BYTES 1

static int open_index(struct vt__account *account)
{
	struct vt__arena *table_arena = account->arena;
	struct vt__record *anchor = vt__arena_take(table_arena, sizeof(*anchor));

	if (!anchor)
		return -ENOMEM;
	memset(anchor, 0, sizeof(*anchor));
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, account->records, &anchor_key, ANCHOR_KEY_BYTES, 0, anchor);
	if (anchor->hh.tbl)
		return 0;
	vt__arena_give(table_arena, anchor, sizeof(*anchor));
	return -ENOMEM;
}

struct vt__record *vt__index_look_up(struct vt__account *account, uint64_t address)
{
	unsigned hash = (unsigned)vt__hash_word(address);
	struct vt__record *record;

	HASH_FIND_BYHASHVALUE(hh, account->records, &address, sizeof(address), hash, record);
	account->last = record;
	return record;
}

struct vt__record *vt__index_next(const struct vt__account *account,
				  const struct vt__record *record)
{
	struct vt__record *next = record ? record->hh.next : NULL;

	if (!record && account->records)
		next = account->records->hh.next;
	while (next && next->is_idle)
		next = next->hh.next;
	return next;
}

/* ---- Nodes ------------------------------------------------------------------------- */

static int hang_in(struct vt__account *account, struct vt__record *record)
{
	struct vt__arena *table_arena = account->arena;

	HASH_ADD_BYHASHVALUE(hh, account->records, address, sizeof(record->address),
			     (unsigned)vt__hash_word(record->address), record);
	if (!record->hh.tbl)
		return -ENOMEM;
	account->last = record;
	return 0;
}

static void take_down(struct vt__account *account, struct vt__record *record)
{
	struct vt__arena *table_arena = account->arena;

	HASH_DELETE(hh, account->records, record);
	account->last = NULL;
}

static struct vt__record *take_node(struct vt__account *account)
{
	struct vt__record *record = account->spare;

	if (!record)
		return vt__arena_take(account->arena, sizeof(*record));
	account->spare = record->hh.next;
	return record;
}

static void give_node(struct vt__account *account, struct vt__record *record)
{
	record->hh.next = account->spare;
	account->spare = record;
}

/* ---- Labels and stacks ----------------------------------------------------------------
 *
 * They repeat: only what differs from the record's before it and from the one taken last is
 * hashed.
 */

struct vt__interned *vt__index_take_label(struct vt__account *account,
					  const struct vt__entry *entry)
{
	const char *label = entry->item->label;
	struct vt__interned *node = vt__intern_again(&account->labels, label, entry->label_length);

	if (node)
		return node;
	return vt__intern_take(&account->labels, account->arena, label, entry->label_length,
			       vt__hash_bytes(label, entry->label_length));
}

static struct vt__interned *take_stack(struct vt__account *account, const struct vt__entry *entry)
{
	size_t bytes = entry->depth * sizeof(entry->frames[0]);
	struct vt__interned *node = vt__intern_again(&account->stacks, entry->frames, bytes);

	if (node)
		return node;
	return vt__intern_take(
		&account->stacks, account->arena, entry->frames, bytes,
		vt__hash_words((const uint64_t *)entry->frames, entry->depth, 0).low);
}

void vt__index_change_stack(struct vt__account *account, struct vt__record *record,
			    const struct vt__entry *entry)
{
	if (record->stack)
		vt__intern_drop(&account->stacks, account->arena, record->stack);
	record->stack = entry->depth ? take_stack(account, entry) : NULL;
}

/* ---- Records ---------------------------------------------------------------------- */

struct vt__record *vt__index_make(struct vt__account *account, const struct vt__entry *entry)
{
	struct vt__record *record;

	if (!account->records && open_index(account))
		return NULL;
	record = take_node(account);
	if (!record)
		return NULL;
	record->address = (uintptr_t)entry->item->address;
	record->stack = NULL;
	record->is_idle = false;
	record->label = vt__index_take_label(account, entry);
	if (record->label && !hang_in(account, record))
		return record;
	if (record->label)
		vt__intern_drop(&account->labels, account->arena, record->label);
	give_node(account, record);
	return NULL;
}

struct vt__record *vt__index_copy(struct vt__account *account, const struct vt__record *record,
				  uint64_t address)
{
	struct vt__record *copy = take_node(account);

	if (!copy)
		return NULL;
	*copy = *record;
	copy->address = address;
	if (hang_in(account, copy) == 0)
		return copy;
	give_node(account, copy);
	return NULL;
}

void vt__index_forget(struct vt__account *account, struct vt__record *record)
{
	take_down(account, record);
	give_node(account, record);
}

void vt__index_erase(struct vt__account *account, struct vt__record *record)
{
	vt__intern_drop(&account->labels, account->arena, record->label);
	if (record->stack)
		vt__intern_drop(&account->stacks, account->arena, record->stack);
	vt__index_forget(account, record);
}

void vt__index_close(struct vt__account *account)
{
	struct vt__record *record = account->records, *next;
	struct vt__arena *table_arena = account->arena;

	HASH_CLEAR(hh, account->records);
	for (; record; record = next) {
		next = record->hh.next;
		vt__arena_give(table_arena, record, sizeof(*record));
	}
	while ((record = account->spare)) {
		account->spare = record->hh.next;
		vt__arena_give(table_arena, record, sizeof(*record));
	}
	vt__intern_clear(&account->labels, account->arena);
	vt__intern_clear(&account->stacks, account->arena);
	free(account->devices);
	account->devices = NULL;
	account->device_room = 0;
}
