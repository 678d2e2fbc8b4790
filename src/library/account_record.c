/*
 * What is entered into an account and taken out of it, and every sum over its records.
 */
#include "config.h"

#include "library/account_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "library/error.h"

/* ---- Sums ------------------------------------------------------------------------ */

/* Room for the sum of the device with that index; 0 or -ENOMEM. */
__attribute__((cold)) static int make_device_room(struct vt__account *account, unsigned index)
{
	unsigned room = account->device_room ? account->device_room : 4;
	struct vt__sum *devices;

	while (room <= index)
		room *= 2;
	devices = realloc(account->devices, room * sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	memset(devices + account->device_room, 0, (room - account->device_room) * sizeof(*devices));
	account->devices = devices;
	account->device_room = room;
	return 0;
}

static inline int reach_device(struct vt__account *account, int device)
{
	unsigned index = (unsigned)(device + 1);

	return index < account->device_room ? 0 : make_device_room(account, index);
}

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

static uint64_t bytes_on(const struct vt__account *account, int device)
{
	return device >= -1 && (unsigned)(device + 1) < account->device_room
		       ? account->devices[device + 1].bytes
		       : 0;
}

/* ---- Reservations -------------------------------------------------------------------- */

static void give_reservation(struct vt__account *account, uint64_t bytes)
{
	account->reserved_bytes -= bytes < account->reserved_bytes ? bytes
								   : account->reserved_bytes;
}

void vt__account_cancel(struct vt__account *account, size_t reserved)
{
	if (!reserved)
		return;
	vt__lock_hold(&account->lock);
	give_reservation(account, reserved);
	vt__lock_let_go(&account->lock);
}

/* ---- In ---------------------------------------------------------------------------- */

static void end_idleness(struct vt__account *account, struct vt__record *record)
{
	account->idle[record->sequence] = NULL;
	record->is_idle = false;
}

/* Or neither has any. */
static inline bool has_stack(const struct vt__record *record, const struct vt__entry *entry)
{
	size_t bytes = entry->depth * sizeof(entry->frames[0]);

	return bytes ? vt__interned_is(record->stack, entry->frames, bytes) : !record->stack;
}

/* The record that is at the address takes the entry's label and leaves the sums: `replaced` has
 * what it was in them. 0 or -ENOMEM. */
static inline int reuse_record(struct vt__account *account, struct vt__record *record,
			       const struct vt__entry *entry, struct vt__sum *replaced)
{
	struct vt__interned *label = record->label;
	bool is_same = vt__interned_is(label, entry->item->label, entry->label_length);

	if (!is_same)
		label = vt__index_take_label(account, entry);
	if (!label)
		return -ENOMEM;
	if (record->is_idle) {
		end_idleness(account, record);
	} else {
		*replaced = (struct vt__sum){record->bytes, 1};
		count(account, record, -(int64_t)record->bytes, -1);
	}
	if (!is_same)
		vt__intern_drop(&account->labels, account->arena, record->label);
	record->label = label;
	return 0;
}

/* Adds a record, in the sums, in place of the one at the address: `replaced` takes what that was,
 * zeros if there was none. 0 or -ENOMEM, then nothing has changed. */
static inline int add(struct vt__account *account, const struct vt__entry *entry,
		      struct vt__sum *replaced)
{
	const struct vt__account_item *item = entry->item;
	struct vt__record *record = vt__index_find_any(account, (uintptr_t)item->address);

	*replaced = (struct vt__sum){0};
	if (reach_device(account, item->device))
		return -ENOMEM;
	if (record && reuse_record(account, record, entry, replaced))
		return -ENOMEM;
	if (!record)
		record = vt__index_make(account, entry);
	if (!record)
		return -ENOMEM;
	if (!has_stack(record, entry))
		vt__index_change_stack(account, record, entry);
	record->bytes = item->bytes;
	record->device = item->device;
	record->purpose = (uint8_t)item->purpose;
	record->is_raw = entry->is_raw;
	record->sequence = ++account->last_sequence;
	count(account, record, (int64_t)item->bytes, 1);
	return 0;
}

/* With the lock held, which is given back meanwhile: reserves the entry's bytes. On failure it
 * stays open. */
__attribute__((cold)) static vt_status reserve_late(struct vt__account *account,
						    const struct vt__entry *entry, size_t *reserved)
{
	const struct vt__account_item *item = entry->item;
	vt_status status;

	vt__lock_let_go(&account->lock);
	status = vt__account_reserve_for(account, entry->is_raw ? item->address : NULL,
					 item->bytes);
	if (status != VT_OK)
		return status;
	*reserved = item->bytes;
	vt__lock_hold(&account->lock);
	return VT_OK;
}

/* Turns `reserved` bytes into the entry. */
static inline vt_status enter(struct vt__account *account, const struct vt__entry *entry,
			      size_t reserved)
{
	const uint64_t bytes = entry->item->bytes;
	struct vt__sum replaced;
	vt_status status = VT_OK;
	int error;

	vt__lock_hold(&account->lock);
	if (!reserved && vt__account_must_reserve(account, bytes))
		status = reserve_late(account, entry, &reserved);
	if (status != VT_OK)
		return status;
	give_reservation(account, reserved);
	error = add(account, entry, &replaced);
	account->references += !error && !entry->is_raw;
	vt__lock_let_go(&account->lock);
	if (error)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
				"no host memory to record %llu bytes of device memory",
				(unsigned long long)bytes);
	vt__thread_marks_note(account->id, (int64_t)(bytes - replaced.bytes), 1,
			      (unsigned)replaced.count);
	return VT_OK;
}

size_t vt__label_length(const char *label)
{
	size_t length = strnlen(label, VT__ACCOUNT_LABEL_MOST + 1);

	if (length <= VT__ACCOUNT_LABEL_MOST)
		return length;
	length = VT__ACCOUNT_LABEL_MOST;
	while (length && ((unsigned char)label[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static vt_status record_item(struct vt__account *account, const struct vt__account_item *item,
			     size_t reserved, bool is_raw, const struct vt__unwind_start *start)
{
	struct vt__entry entry;
	bool truncated;

	entry.item = item;
	entry.label_length = *item->label ? vt__label_length(item->label) : 0;
	entry.is_raw = is_raw;
	entry.depth = account->has_stacks
			      ? vt__unwind(start, entry.frames, VT__ACCOUNT_FRAMES, &truncated)
			      : 0;
	return enter(account, &entry, reserved);
}

vt_status vt__account_record(struct vt__account *account, const struct vt__account_item *item,
			     size_t reserved, const struct vt__unwind_start *start)
{
	return record_item(account, item, reserved, false, start);
}

vt_status vt__account_record_raw(struct vt__account *account, const struct vt__account_item *item,
				 const struct vt__unwind_start *start)
{
	return record_item(account, item, 0, true, start);
}

/* ---- Out ---------------------------------------------------------------------------- */

/* The record stays in the table, where the next at that address finds it: a pool gives the
 * same one again and again. */
inline void vt__account_end_record(struct vt__account *account, struct vt__record *record)
{
	struct vt__record **place = &account->idle[account->next_idle];

	count(account, record, -(int64_t)record->bytes, -1);
	if (*place)
		vt__index_erase(account, *place);
	*place = record;
	record->sequence = account->next_idle;
	record->is_idle = true;
	account->next_idle = (account->next_idle + 1) % VT__ACCOUNT_IDLE;
}

bool vt__account_remove(struct vt__account *account, const void *address, struct vt__removed *out)
{
	struct vt__record *record;

	vt__lock_hold(&account->lock);
	record = vt__index_find(account, (uintptr_t)address);
	if (record) {
		out->bytes = record->bytes;
		out->purpose = record->purpose;
		out->device = record->device;
		memcpy(out->label, record->label->key, record->label->length + 1);
		vt__account_end_record(account, record);
		out->still_in_use = bytes_on(account, out->device);
	}
	vt__lock_let_go(&account->lock);
	if (record)
		vt__thread_marks_note(account->id, -(int64_t)out->bytes, 0, 1);
	return record != NULL;
}

uint64_t vt__account_unrecord(struct vt__account *account, const void *address, int device)
{
	const uint64_t id = account->id;
	struct vt__record *record;
	uint64_t bytes = 0, still_in_use;

	vt__lock_hold(&account->lock);
	record = vt__index_find(account, (uintptr_t)address);
	if (record) {
		bytes = record->bytes;
		vt__account_end_record(account, record);
	}
	still_in_use = bytes_on(account, device);
	vt__account_leave(account);
	if (record)
		vt__thread_marks_note(id, -(int64_t)bytes, 0, 1);
	return still_in_use;
}

void vt__account_orphan(struct vt__account *account)
{
	struct vt__record *record, *next;

	vt__lock_hold(&account->lock);
	account->tracker = NULL;
	__atomic_store_n(&account->budget_bytes, 0, __ATOMIC_RELAXED);
	account->over_budget = NULL;
	for (record = vt__index_next(account, NULL); record; record = next) {
		next = vt__index_next(account, record);
		if (record->is_raw)
			vt__account_end_record(account, record);
	}
	vt__lock_let_go(&account->lock);
}

/* ---- Changes ------------------------------------------------------------------------ */

/* Whatever is at an address goes. */
static void clear_address(struct vt__account *account, struct vt__record *record)
{
	if (record->is_idle)
		end_idleness(account, record);
	else
		count(account, record, -(int64_t)record->bytes, -1);
	vt__index_erase(account, record);
}

/* A copy under another address, in place of what was there; the old record goes. NULL when out of
 * memory. */
static struct vt__record *move(struct vt__account *account, struct vt__record *record,
			       uint64_t address)
{
	struct vt__record *before = vt__index_find_any(account, address);
	struct vt__record *moved = vt__index_copy(account, record, address);

	if (!moved)
		return NULL;
	if (before)
		clear_address(account, before);
	vt__index_forget(account, record);
	return moved;
}

/* Another place and size. 0 or -ENOMEM, then nothing has changed. */
static int change_record(struct vt__account *account, struct vt__record *record, uint64_t address,
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

vt_status vt__account_change(struct vt__account *account, const void *old_address,
			     const void *address, size_t bytes)
{
	struct vt__record *record, *other;
	uint64_t old_bytes = 0, replaced = 0;
	int error = 0;

	vt__lock_hold(&account->lock);
	record = vt__index_find(account, (uintptr_t)old_address);
	other = old_address == address ? NULL : vt__index_find(account, (uintptr_t)address);
	if (record) {
		old_bytes = record->bytes;
		replaced = other ? other->bytes : 0;
		error = change_record(account, record, (uintptr_t)address, bytes);
	}
	vt__lock_let_go(&account->lock);
	if (error)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
				"no host memory to record %zu bytes of device memory", bytes);
	if (!record)
		return VT_OK;
	if (other)
		vt__thread_marks_note(account->id, -(int64_t)replaced, 0, 1);
	vt__thread_marks_note(account->id, (int64_t)(bytes - old_bytes), 0, 0);
	return VT_OK;
}

size_t vt__account_total(struct vt__account *account, int device)
{
	size_t bytes;

	vt__lock_hold(&account->lock);
	bytes = bytes_on(account, device);
	vt__lock_let_go(&account->lock);
	return bytes;
}
