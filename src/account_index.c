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

struct vt__record *vt__index_find(const struct vt__account *account, uint64_t address)
{
	unsigned hash = (unsigned)vt__hash_word(address);
	struct vt__record *record;

	HASH_FIND_BYHASHVALUE(hh, account->records, &address, sizeof(address), hash, record);
	return record;
}

struct vt__record *vt__index_next(const struct vt__account *account,
				  const struct vt__record *record)
{
	if (!record)
		record = account->records;
	return record ? record->hh.next : NULL;
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

static void count_in(struct vt__account *account, const struct vt__record *record)
{
	struct vt__sum *device = &account->devices[record->device + 1];

	device->bytes += record->bytes;
	device->count++;
	record->label->live_bytes += record->bytes;
	record->label->live_count++;
	vt__account_totals_add(&account->totals, record->purpose, record->bytes);
	vt__marks_note(&account->marks, (int64_t)record->bytes, 1, 0);
}

static void count_out(struct vt__account *account, const struct vt__record *record)
{
	struct vt__sum *device = &account->devices[record->device + 1];

	device->bytes -= record->bytes;
	device->count--;
	record->label->live_bytes -= record->bytes;
	record->label->live_count--;
	vt__account_totals_remove(&account->totals, record->purpose, record->bytes);
	vt__marks_note(&account->marks, -(int64_t)record->bytes, 0, 1);
}

/* ---- Changes ------------------------------------------------------------------------ */

static int hang_in(struct vt__account *account, struct vt__record *record)
{
	struct vt__arena *table_arena = account->arena;

	HASH_ADD_BYHASHVALUE(hh, account->records, address, sizeof(record->address),
			     (unsigned)vt__hash_word(record->address), record);
	return record->hh.tbl ? 0 : -ENOMEM;
}

/* The node goes; label and stack lose a user. */
static void give_record(struct vt__account *account, struct vt__record *record)
{
	if (record->label)
		vt__intern_drop(&account->labels, account->arena, record->label);
	if (record->stack)
		vt__intern_drop(&account->stacks, account->arena, record->stack);
	vt__arena_give(account->arena, record, sizeof(*record));
}

/* A record in no table yet, NULL when out of memory. A stack that finds no room
 * is done without. */
static struct vt__record *make_record(struct vt__account *account, const struct vt__entry *entry)
{
	struct vt__record *record = vt__arena_take(account->arena, sizeof(*record));

	if (!record)
		return NULL;
	*record = (struct vt__record){
		.address = entry->address,
		.bytes = entry->bytes,
		.device = entry->device,
		.purpose = (uint8_t)entry->purpose,
		.is_raw = entry->is_raw,
	};
	record->label = vt__intern_take(&account->labels, account->arena, entry->label,
					entry->label_length, entry->label_hash);
	if (!record->label) {
		give_record(account, record);
		return NULL;
	}
	if (entry->depth)
		record->stack = vt__intern_take(&account->stacks, account->arena, entry->frames,
						entry->depth * sizeof(entry->frames[0]),
						entry->stack_hash);
	return record;
}

int vt__index_add(struct vt__account *account, const struct vt__entry *entry,
		  struct vt__record *before)
{
	struct vt__record *record;

	if (reach_device(account, entry->device) || (!account->records && open_index(account)))
		return -ENOMEM;
	record = make_record(account, entry);
	if (!record)
		return -ENOMEM;
	/* Two of one address for a moment: the table allows it, and nothing is lost if it fails. */
	if (hang_in(account, record)) {
		give_record(account, record);
		return -ENOMEM;
	}
	if (before)
		vt__index_remove(account, before);
	record->sequence = ++account->last_sequence;
	count_in(account, record);
	return 0;
}

void vt__index_remove(struct vt__account *account, struct vt__record *record)
{
	struct vt__arena *table_arena = account->arena;

	HASH_DELETE(hh, account->records, record);
	count_out(account, record);
	give_record(account, record);
}

/* Hangs a copy under another address; the old node goes. */
static struct vt__record *move(struct vt__account *account, struct vt__record *record,
			       uint64_t address)
{
	struct vt__record *before = vt__index_find(account, address);
	struct vt__arena *table_arena = account->arena;
	struct vt__record *moved = vt__arena_take(table_arena, sizeof(*moved));

	if (!moved)
		return NULL;
	*moved = *record;
	moved->address = address;
	if (hang_in(account, moved)) {
		vt__arena_give(table_arena, moved, sizeof(*moved));
		return NULL;
	}
	if (before)
		vt__index_remove(account, before);
	HASH_DELETE(hh, account->records, record);
	vt__arena_give(table_arena, record, sizeof(*record));
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
	account->devices[record->device + 1].bytes += bytes - old_bytes;
	record->label->live_bytes += bytes - old_bytes;
	vt__account_totals_change(&account->totals, record->purpose, old_bytes, bytes);
	vt__marks_note(&account->marks, (int64_t)(bytes - old_bytes), 0, 0);
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
	vt__intern_clear(&account->labels, account->arena);
	vt__intern_clear(&account->stacks, account->arena);
	free(account->devices);
	account->devices = NULL;
	account->device_room = 0;
}
