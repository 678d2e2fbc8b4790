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
	struct vt__account *account = calloc(1, sizeof(*account));

	if (!account)
		return NULL;
	account->references = 1;
	account->tracker = tracker;
	if (vt__registry_add(account) == 0)
		return account;
	free(account);
	return NULL;
}

struct vt__account *vt__account_share(struct vt__account *account)
{
	__atomic_add_fetch(&account->references, 1, __ATOMIC_RELAXED);
	return account;
}

struct vt__account *vt__account_retain(vt_tracker *tracker)
{
	struct vt__account *account = tracker ? tracker->account : vt__registry_process();

	if (account)
		return vt__account_share(account);
	(void)vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for the account of buffers");
	return NULL;
}

void vt__account_release(struct vt__account *account)
{
	if (!account || __atomic_sub_fetch(&account->references, 1, __ATOMIC_ACQ_REL))
		return;
	vt__index_close(account);
	vt__marks_clear(&account->marks);
	vt__registry_remove(account);
	free(account);
}

void vt__account_orphan(struct vt__account *account)
{
	struct vt__record *record, *next;

	vt__lock_take(&account->lock);
	account->tracker = NULL;
	account->budget_bytes = 0;
	account->over_budget = NULL;
	for (record = vt__index_next(account, NULL); record; record = next) {
		next = vt__index_next(account, record);
		if (record->is_raw)
			vt__index_remove(account, record);
	}
	vt__lock_give(&account->lock);
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

void vt__entry_make(struct vt__entry *entry, const void *address, size_t bytes, vt_purpose purpose,
		    const char *label, int device, const struct vt__unwind_start *start)
{
	entry->address = (uintptr_t)address;
	entry->bytes = bytes;
	entry->label = label ? label : "";
	entry->label_length = vt__label_length(entry->label);
	entry->label_hash = vt__hash_bytes(entry->label, entry->label_length);
	entry->device = device;
	entry->purpose = purpose;
	entry->is_raw = false;
	entry->depth = vt__account_stack(start, entry->frames);
	entry->stack_hash = vt__hash_words((const uint64_t *)entry->frames, entry->depth, 0).low;
}

static void give_reservation(struct vt__account *account, uint64_t bytes)
{
	account->reserved_bytes -= bytes < account->reserved_bytes ? bytes
								   : account->reserved_bytes;
}

void vt__account_cancel(struct vt__account *account, size_t bytes)
{
	vt__lock_take(&account->lock);
	give_reservation(account, bytes);
	vt__lock_give(&account->lock);
}

vt_status vt__account_enter(struct vt__account *account, const struct vt__entry *entry)
{
	uint64_t replaced = 0;
	struct vt__record *before;
	int error;

	vt__lock_take(&account->lock);
	give_reservation(account, entry->bytes);
	before = vt__index_find(account, entry->address);
	if (before)
		replaced = before->bytes;
	error = vt__index_add(account, entry, before);
	vt__lock_give(&account->lock);
	if (error)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
				"no host memory to record %llu bytes of device memory",
				(unsigned long long)entry->bytes);
	if (before)
		vt__thread_marks_note(account->id, -(int64_t)replaced, 0, 1);
	vt__thread_marks_note(account->id, (int64_t)entry->bytes, 1, 0);
	return VT_OK;
}

__attribute__((noinline)) vt_status vt__account_record(struct vt__account *account,
						       const void *address, size_t bytes,
						       vt_purpose purpose, const char *label,
						       int device)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	struct vt__entry entry;

	vt__entry_make(&entry, address, bytes, purpose, label, device, &start);
	return vt__account_enter(account, &entry);
}

bool vt__account_leave(struct vt__account *account, const void *address, struct vt__removed *out)
{
	struct vt__record *record;

	vt__lock_take(&account->lock);
	record = vt__index_find(account, (uintptr_t)address);
	if (record) {
		out->bytes = record->bytes;
		out->purpose = record->purpose;
		out->device = record->device;
		memcpy(out->label, record->label->key, record->label->length + 1);
		vt__index_remove(account, record);
		out->still_in_use = account->devices[out->device + 1].bytes;
	}
	vt__lock_give(&account->lock);
	if (record)
		vt__thread_marks_note(account->id, -(int64_t)out->bytes, 0, 1);
	return record != NULL;
}

void vt__account_unrecord(struct vt__account *account, const void *address)
{
	struct vt__removed removed;

	(void)vt__account_leave(account, address, &removed);
}

vt_status vt__account_change(struct vt__account *account, const void *old_address,
			     const void *address, size_t bytes)
{
	struct vt__record *record, *other;
	uint64_t old_bytes = 0, replaced = 0;
	int error = 0;

	vt__lock_take(&account->lock);
	record = vt__index_find(account, (uintptr_t)old_address);
	other = old_address == address ? NULL : vt__index_find(account, (uintptr_t)address);
	if (record) {
		old_bytes = record->bytes;
		replaced = other ? other->bytes : 0;
		error = vt__index_change(account, record, (uintptr_t)address, bytes);
	}
	vt__lock_give(&account->lock);
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
	size_t bytes = 0;

	vt__lock_take(&account->lock);
	if (device >= -1 && (unsigned)(device + 1) < account->device_room)
		bytes = account->devices[device + 1].bytes;
	vt__lock_give(&account->lock);
	return bytes;
}
