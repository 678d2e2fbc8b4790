/*
 * The records of an account, found by address, and every sum over them.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "account_private.h"

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

/* Also one that is idle. */
static inline struct vt__record *find(struct vt__account *account, uint64_t address)
{
	struct vt__record *record = account->last;
	unsigned hash;

	if (record && record->address == address)
		return record;
	hash = (unsigned)vt__hash_word(address);
	HASH_FIND_BYHASHVALUE(hh, account->records, &address, sizeof(address), hash, record);
	account->last = record;
	return record;
}

struct vt__record *vt__index_find(struct vt__account *account, uint64_t address)
{
	struct vt__record *record = find(account, address);

	return record && !record->is_idle ? record : NULL;
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

/* Room for the sum of `device`; 0 or -ENOMEM. */
static int reach_device(struct vt__account *account, int device)
{
	unsigned needed = (unsigned)(device + 2), room = account->device_room;
	struct vt__sum *devices;

	if (needed <= room)
		return 0;
	for (room = room ? room : 4; room < needed;)
		room *= 2;
	devices = realloc(account->devices, room * sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	memset(devices + account->device_room, 0, (room - account->device_room) * sizeof(*devices));
	account->devices = devices;
	account->device_room = room;
	return 0;
}

/* ---- Sums ------------------------------------------------------------------------ */

/* Its bytes become more by `bytes`, and those that live by `count`: 1, -1 or 0. */
static inline void count(struct vt__account *account, const struct vt__record *record,
			 int64_t bytes, int change)
{
	struct vt__sum *device = &account->devices[record->device + 1];

	device->bytes += (uint64_t)bytes;
	device->count += (uint64_t)(int64_t)change;
	record->label->live_bytes += (uint64_t)bytes;
	record->label->live_count += (uint64_t)(int64_t)change;
	vt__account_totals_change(&account->totals, record->purpose, bytes, change);
	vt__marks_note(&account->marks, bytes, change > 0, change < 0);
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

/* The node of a record that is idle or in no sum goes; label and stack lose a user. */
static void erase(struct vt__account *account, struct vt__record *record)
{
	take_down(account, record);
	vt__intern_drop(&account->labels, account->arena, record->label);
	if (record->stack)
		vt__intern_drop(&account->stacks, account->arena, record->stack);
	give_node(account, record);
}

static void end_idleness(struct vt__account *account, struct vt__record *record)
{
	account->idle[record->sequence] = NULL;
	record->is_idle = false;
}

/* ---- Labels and stacks ----------------------------------------------------------------
 *
 * They repeat: only what differs from the record's before it and from the one taken last is
 * hashed.
 */

static inline bool is_that(const struct vt__interned *node, const void *key, size_t length)
{
	return node && node->length == length && (!length || memcmp(node->key, key, length) == 0);
}

static struct vt__interned *take_label(struct vt__account *account, const struct vt__entry *entry)
{
	struct vt__interned *node = vt__intern_again(&account->labels, entry->label,
						     entry->label_length);

	if (node)
		return node;
	return vt__intern_take(&account->labels, account->arena, entry->label, entry->label_length,
			       vt__hash_bytes(entry->label, entry->label_length));
}

static struct vt__interned *take_stack(struct vt__account *account, const struct vt__entry *entry)
{
	const size_t bytes = entry->depth * sizeof(entry->frames[0]);
	struct vt__interned *node = vt__intern_again(&account->stacks, entry->frames, bytes);

	if (node)
		return node;
	return vt__intern_take(
		&account->stacks, account->arena, entry->frames, bytes,
		vt__hash_words((const uint64_t *)entry->frames, entry->depth, 0).low);
}

/* A stack that finds no room is done without. */
static void change_stack(struct vt__account *account, struct vt__record *record,
			 const struct vt__entry *entry)
{
	if (is_that(record->stack, entry->frames, entry->depth * sizeof(entry->frames[0])))
		return;
	if (record->stack)
		vt__intern_drop(&account->stacks, account->arena, record->stack);
	record->stack = entry->depth ? take_stack(account, entry) : NULL;
}

/* ---- Changes ------------------------------------------------------------------------ */

/* A record of the table, in no sum, NULL when out of memory. */
static struct vt__record *make_record(struct vt__account *account, const struct vt__entry *entry)
{
	struct vt__record *record;

	if (!account->records && open_index(account))
		return NULL;
	record = take_node(account);
	if (!record)
		return NULL;
	record->address = entry->address;
	record->stack = NULL;
	record->is_idle = false;
	record->label = take_label(account, entry);
	if (record->label && !hang_in(account, record))
		return record;
	if (record->label)
		vt__intern_drop(&account->labels, account->arena, record->label);
	give_node(account, record);
	return NULL;
}

/* The record that is at the address takes the entry's label and leaves the sums. 0 or -ENOMEM. */
static int reuse_record(struct vt__account *account, struct vt__record *record,
			const struct vt__entry *entry)
{
	struct vt__interned *label = record->label;
	bool is_same = is_that(label, entry->label, entry->label_length);

	if (!is_same)
		label = take_label(account, entry);
	if (!label)
		return -ENOMEM;
	if (record->is_idle)
		end_idleness(account, record);
	else
		count(account, record, -(int64_t)record->bytes, -1);
	if (!is_same)
		vt__intern_drop(&account->labels, account->arena, record->label);
	record->label = label;
	return 0;
}

int vt__index_add(struct vt__account *account, const struct vt__entry *entry, bool *replaced,
		  uint64_t *replaced_bytes)
{
	struct vt__record *record = find(account, entry->address);
	bool was_live = record && !record->is_idle;
	uint64_t old_bytes = was_live ? record->bytes : 0;

	if (reach_device(account, entry->device))
		return -ENOMEM;
	if (record && reuse_record(account, record, entry))
		return -ENOMEM;
	if (!record)
		record = make_record(account, entry);
	if (!record)
		return -ENOMEM;
	change_stack(account, record, entry);
	record->bytes = entry->bytes;
	record->device = entry->device;
	record->purpose = (uint8_t)entry->purpose;
	record->is_raw = entry->is_raw;
	record->sequence = ++account->last_sequence;
	count(account, record, (int64_t)record->bytes, 1);
	*replaced = was_live;
	*replaced_bytes = old_bytes;
	return 0;
}

/* The record stays in the table, where the next at that address finds it: a pool gives the
 * same one again and again. */
void vt__index_remove(struct vt__account *account, struct vt__record *record)
{
	struct vt__record **place = &account->idle[account->next_idle];

	count(account, record, -(int64_t)record->bytes, -1);
	if (*place)
		erase(account, *place);
	*place = record;
	record->sequence = account->next_idle;
	record->is_idle = true;
	account->next_idle = (account->next_idle + 1) % VT__ACCOUNT_IDLE;
}

/* Whatever is at an address goes. */
static void clear_address(struct vt__account *account, struct vt__record *record)
{
	if (record->is_idle)
		end_idleness(account, record);
	else
		count(account, record, -(int64_t)record->bytes, -1);
	erase(account, record);
}

/* Hangs a copy under another address; the old node goes. */
static struct vt__record *move(struct vt__account *account, struct vt__record *record,
			       uint64_t address)
{
	struct vt__record *before = find(account, address);
	struct vt__record *moved = take_node(account);

	if (!moved)
		return NULL;
	*moved = *record;
	moved->address = address;
	if (hang_in(account, moved)) {
		give_node(account, moved);
		return NULL;
	}
	if (before)
		clear_address(account, before);
	take_down(account, record);
	give_node(account, record);
	return moved;
}

int vt__index_change(struct vt__account *account, struct vt__record *record, uint64_t address,
		     uint64_t bytes)
{
	uint64_t old_bytes = record->bytes;

	if (address != record->address)
		record = move(account, record, address);
	if (!record)
		return -ENOMEM;
	record->bytes = bytes;
	count(account, record, (int64_t)(bytes - old_bytes), 0);
	return 0;
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
