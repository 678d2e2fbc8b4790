/*
 * The life of an account, and its records.
 */
#include "config.h"

#include "account_private.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

/* ---- Life ------------------------------------------------------------------------ */

struct vt__account *vt__account_create(vt_tracker *tracker)
{
	struct vt__account *account = aligned_alloc(VT__ACCOUNT_LINE, sizeof(*account));

	if (!account)
		return NULL;
	memset(account, 0, sizeof(*account));
	account->references = 1;
	account->tracker = tracker;
	account->has_stacks = tracker != NULL;
	if (account->has_stacks)
		(void)vt__unwind_init(NULL);
	if (vt__registry_add(account) == 0)
		return account;
	free(account);
	return NULL;
}

struct vt__account *vt__account_share(struct vt__account *account)
{
	vt__brief_lock_take(&account->lock);
	account->references++;
	vt__brief_lock_give(&account->lock);
	return account;
}

struct vt__account *vt__account_find(vt_tracker *tracker)
{
	struct vt__account *account = tracker ? tracker->account : vt__registry_process();

	if (!account)
		(void)vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
			       "no host memory for the account of buffers");
	return account;
}

struct vt__account *vt__account_retain(vt_tracker *tracker)
{
	struct vt__account *account = vt__account_find(tracker);

	return account ? vt__account_share(account) : NULL;
}

static void close_account(struct vt__account *account)
{
	vt__index_close(account);
	vt__marks_clear(&account->marks);
	vt__registry_remove(account);
	free(account);
}

void vt__account_leave(struct vt__account *account)
{
	bool is_last = --account->references == 0;

	vt__brief_lock_give(&account->lock);
	if (is_last)
		close_account(account);
}

void vt__account_release(struct vt__account *account)
{
	if (!account)
		return;
	vt__brief_lock_take(&account->lock);
	vt__account_leave(account);
}

void vt__account_orphan(struct vt__account *account)
{
	struct vt__record *record, *next;

	vt__brief_lock_take(&account->lock);
	account->tracker = NULL;
	__atomic_store_n(&account->budget_bytes, 0, __ATOMIC_RELAXED);
	account->over_budget = NULL;
	for (record = vt__index_next(account, NULL); record; record = next) {
		next = vt__index_next(account, record);
		if (record->is_raw)
			vt__index_remove(account, record);
	}
	vt__brief_lock_give(&account->lock);
}

/* ---- Records ----------------------------------------------------------------------- */

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

void vt__entry_make(struct vt__entry *entry, const struct vt__account *account,
		    const struct vt__account_item *item, const struct vt__unwind_start *start)
{
	bool truncated;

	entry->address = (uintptr_t)item->address;
	entry->bytes = item->bytes;
	entry->label = item->label;
	entry->label_length = *item->label ? vt__label_length(item->label) : 0;
	entry->device = item->device;
	entry->purpose = item->purpose;
	entry->is_raw = false;
	entry->depth = account->has_stacks
			       ? vt__unwind(start, entry->frames, VT__ACCOUNT_FRAMES, &truncated)
			       : 0;
}

static void give_reservation(struct vt__account *account, uint64_t bytes)
{
	account->reserved_bytes -= bytes < account->reserved_bytes ? bytes
								   : account->reserved_bytes;
}

void vt__account_cancel(struct vt__account *account, size_t reserved)
{
	if (!reserved)
		return;
	vt__brief_lock_take(&account->lock);
	give_reservation(account, reserved);
	vt__brief_lock_give(&account->lock);
}

/* Takes the lock, with the entry's bytes reserved if they have to be. */
static vt_status lock_to_enter(struct vt__account *account, const struct vt__entry *entry,
			       size_t *reserved)
{
	const void *replaced = entry->is_raw ? (const void *)(uintptr_t)entry->address : NULL;
	vt_status status;

	vt__brief_lock_take(&account->lock);
	if (*reserved || !vt__account_must_reserve(account, entry->bytes))
		return VT_OK;
	vt__brief_lock_give(&account->lock);
	status = vt__account_reserve_for(account, replaced, entry->bytes);
	if (status != VT_OK)
		return status;
	*reserved = entry->bytes;
	vt__brief_lock_take(&account->lock);
	return VT_OK;
}

vt_status vt__account_enter(struct vt__account *account, const struct vt__entry *entry,
			    size_t reserved)
{
	uint64_t replaced_bytes = 0;
	bool replaced = false;
	vt_status status = lock_to_enter(account, entry, &reserved);
	int error;

	if (status != VT_OK)
		return status;
	give_reservation(account, reserved);
	error = vt__index_add(account, entry, &replaced, &replaced_bytes);
	account->references += !error && !entry->is_raw;
	vt__brief_lock_give(&account->lock);
	if (error)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
				"no host memory to record %llu bytes of device memory",
				(unsigned long long)entry->bytes);
	if (replaced)
		vt__thread_marks_note(account->id, -(int64_t)replaced_bytes, 0, 1);
	vt__thread_marks_note(account->id, (int64_t)entry->bytes, 1, 0);
	return VT_OK;
}

vt_status vt__account_record(struct vt__account *account, const struct vt__account_item *item,
			     size_t reserved, const struct vt__unwind_start *start)
{
	struct vt__entry entry;

	vt__entry_make(&entry, account, item, start);
	return vt__account_enter(account, &entry, reserved);
}

static uint64_t bytes_on(const struct vt__account *account, int device)
{
	return device >= -1 && (unsigned)(device + 1) < account->device_room
		       ? account->devices[device + 1].bytes
		       : 0;
}

bool vt__account_remove(struct vt__account *account, const void *address, struct vt__removed *out)
{
	struct vt__record *record;

	vt__brief_lock_take(&account->lock);
	record = vt__index_find(account, (uintptr_t)address);
	if (record) {
		out->bytes = record->bytes;
		out->purpose = record->purpose;
		out->device = record->device;
		memcpy(out->label, record->label->key, record->label->length + 1);
		vt__index_remove(account, record);
		out->still_in_use = bytes_on(account, out->device);
	}
	vt__brief_lock_give(&account->lock);
	if (record)
		vt__thread_marks_note(account->id, -(int64_t)out->bytes, 0, 1);
	return record != NULL;
}

uint64_t vt__account_unrecord(struct vt__account *account, const void *address, int device)
{
	const uint64_t id = account->id;
	struct vt__record *record;
	uint64_t bytes = 0, still_in_use;

	vt__brief_lock_take(&account->lock);
	record = vt__index_find(account, (uintptr_t)address);
	if (record) {
		bytes = record->bytes;
		vt__index_remove(account, record);
	}
	still_in_use = bytes_on(account, device);
	vt__account_leave(account);
	if (record)
		vt__thread_marks_note(id, -(int64_t)bytes, 0, 1);
	return still_in_use;
}

vt_status vt__account_change(struct vt__account *account, const void *old_address,
			     const void *address, size_t bytes)
{
	struct vt__record *record, *other;
	uint64_t old_bytes = 0, replaced = 0;
	int error = 0;

	vt__brief_lock_take(&account->lock);
	record = vt__index_find(account, (uintptr_t)old_address);
	other = old_address == address ? NULL : vt__index_find(account, (uintptr_t)address);
	if (record) {
		old_bytes = record->bytes;
		replaced = other ? other->bytes : 0;
		error = vt__index_change(account, record, (uintptr_t)address, bytes);
	}
	vt__brief_lock_give(&account->lock);
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

	vt__brief_lock_take(&account->lock);
	bytes = bytes_on(account, device);
	vt__brief_lock_give(&account->lock);
	return bytes;
}
