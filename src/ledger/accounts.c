/*
 * Enters accounts of devices.
 */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "ledger/accounts.h"

#include "ledger/charges.h"
#include "ledger/fragments.h"
#include "ledger/private.h"
#include "ledger/visit.h"

static void copy_word(const struct vt__driver_word *word, struct vt_format_account *record)
{
	record->device_total_bytes = word->device_total_bytes;
	record->device_free_bytes = word->device_free_bytes;
	record->process_bytes = word->process_bytes;
	record->other_bytes = word->other_bytes;
	record->pool_reserved_bytes = word->pool_reserved_bytes;
	record->pool_used_bytes = word->pool_used_bytes;
	record->graph_reserved_bytes = word->graph_reserved_bytes;
	record->graph_used_bytes = word->graph_used_bytes;
}

static void copy_sums(const struct vt_format_device *device, struct vt_format_account *record)
{
	for (unsigned i = 0; i < VT_BUCKET_COUNT; i++)
		record->live_bytes[i] = device->buckets[i].live_bytes;
	for (unsigned i = 0; i < VT_FORMAT_KINDS_MAX; i++) {
		record->kind_bytes[i] = device->kinds[i].live_bytes;
		record->kind_count[i] = device->kinds[i].live_count;
	}
}

/* The last account of a mark; `device` VT_FORMAT_NONE: of any. `count`: how many it has. */
static uint32_t find_mark(struct vt__ledger *ledger, uint32_t device, uint32_t label,
			  uint32_t *count)
{
	uint32_t found = VT_FORMAT_NONE;
	const uint32_t used = ledger->store.recording.columns[VT_FORMAT_ACCOUNT].used;

	*count = 0;
	for (uint32_t i = 0; i < used; i++) {
		const struct vt_format_account *record = vt__store_at(&ledger->store,
								      VT_FORMAT_ACCOUNT, i);

		if (record->moment == VT_MOMENT_MARK && record->label == label &&
		    (device == VT_FORMAT_NONE || record->device == device)) {
			found = i;
			++*count;
		}
	}
	return found;
}

/* The number of a record to write: the earlier one where only the latest is
 * kept, else a new one, for which `fresh` is set. */
static uint32_t find_room(struct vt__ledger *ledger, struct vt__device_accounts *of,
			  enum vt_moment moment, uint32_t device, uint32_t label, bool *fresh)
{
	uint32_t count = 0, mark = moment == VT_MOMENT_MARK
					   ? find_mark(ledger, device, label, &count)
					   : VT_FORMAT_NONE;
	bool replaces = moment == VT_MOMENT_END || moment == VT_MOMENT_PEAK;

	*fresh = false;
	if (replaces && of->last_plus_1[moment])
		return of->last_plus_1[moment] - 1;
	if (count > 1) /* the first stays */
		return mark;
	if ((moment == VT_MOMENT_REQUEST && of->requests == VT__ACCOUNT_REQUESTS_MOST) ||
	    (moment == VT_MOMENT_MARK && !count && of->marks == VT__ACCOUNT_MARKS_MOST))
		return VT_FORMAT_NONE;
	of->marks += moment == VT_MOMENT_MARK && !count;
	*fresh = true;
	return vt__recording_reserve(&ledger->store.recording, VT_FORMAT_ACCOUNT, 1);
}

static void tie_to_finding(struct vt__ledger *ledger, uint32_t finding, uint32_t number)
{
	struct vt_format_finding *record;

	if (finding == VT_FORMAT_NONE)
		return;
	record = vt__store_at(&ledger->store, VT_FORMAT_FINDING, finding);
	record->account = number;
}

/* Returns whether it was kept. */
static bool enter(struct vt__ledger *ledger, const struct vt__account *account, uint32_t device,
		  uint32_t label, uint64_t now_ns, void *scratch)
{
	struct vt__device_accounts *of = &ledger->accounts.of[account->device + 1];
	bool fresh;
	uint32_t number = find_room(ledger, of, account->moment, device, label, &fresh);
	struct vt_format_account *record;

	if (number == VT_FORMAT_NONE)
		return false;
	record = vt__store_at(&ledger->store, VT_FORMAT_ACCOUNT, number);
	record->device = device;
	record->moment = account->moment;
	record->label = label;
	record->time_ns = now_ns;
	copy_word(&account->word, record);
	copy_sums(vt__store_at(&ledger->store, VT_FORMAT_DEVICE, device), record);
	if (fresh)
		vt__recording_commit(&ledger->store.recording, VT_FORMAT_ACCOUNT, 1);
	of->last_plus_1[account->moment] = number + 1;
	of->requests += account->moment == VT_MOMENT_REQUEST;
	tie_to_finding(ledger, account->finding, number);
	vt__charges_state(ledger, device, number);
	vt__purposes_state(ledger, device, number, scratch);
	if (account->moment == VT_MOMENT_OUT_OF_MEMORY && account->finding != VT_FORMAT_NONE)
		vt__fragments_enter(ledger, device, account->finding);
	return true;
}

static bool enter_account(struct vt__ledger *ledger, const struct vt__account *account,
			  void *scratch)
{
	uint64_t now_ns = vt__now_ns();
	struct vt__label label;
	struct vt__visit visit;
	uint32_t device, number;
	bool kept = false;

	vt__label_read(account->label, &label);
	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_change(ledger, &visit, VT_LOSS_ACCOUNTS))
		return false;
	device = vt__devices_existing(&ledger->devices, account->device);
	if (device != VT_FORMAT_NONE) {
		number = vt__labels_number(&ledger->labels, &ledger->strings, &ledger->store,
					   &label);
		kept = enter(ledger, account, device, number, now_ns, scratch);
		if (!kept)
			vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
	}
	vt__visit_finish(ledger, &visit);
	return kept;
}

/* Only where the program said purposes there is something to sort by them. */
bool vt__ledger_account(struct vt__ledger *ledger, const struct vt__account *account)
{
	void *scratch = NULL;
	bool kept;

	if (__atomic_load_n(&ledger->purposes.count, __ATOMIC_RELAXED))
		scratch = vt__holders_scratch();
	kept = enter_account(ledger, account, scratch);
	vt__holders_drop_scratch(scratch);
	return kept;
}

/* Names of marks that have an account, of the device that has most. */
static uint32_t most_marks(const struct vt__ledger *ledger)
{
	uint32_t most = 0;

	for (unsigned i = 0; i <= VT__DEVICES_MOST; i++)
		most = ledger->accounts.of[i].marks > most ? ledger->accounts.of[i].marks : most;
	return most;
}

enum vt__mark_account vt__ledger_look_for_mark(struct vt__ledger *ledger, const char *name)
{
	enum vt__mark_account found = VT__MARK_NO_ROOM;
	struct vt__label label;
	struct vt__visit visit;
	uint32_t text, count;

	vt__label_read(name, &label);
	if (!vt__visit_look(ledger, &visit))
		return found;
	text = vt__strings_find(&ledger->strings, label.text, label.length, label.hash);
	if (text != VT_FORMAT_NONE &&
	    find_mark(ledger, VT_FORMAT_NONE, text, &count) != VT_FORMAT_NONE)
		found = VT__MARK_HAS_ONE;
	else if (most_marks(ledger) < VT__ACCOUNT_MARKS_MOST)
		found = VT__MARK_IS_NEW;
	vt__visit_leave(ledger, &visit);
	return found;
}

bool vt__ledger_mark_due(struct vt__ledger *ledger, char name[VT_FORMAT_REQUEST_NAME])
{
	struct vt__visit visit;
	bool due;

	/* Looked at again under the lock. */
	if (!__atomic_load_n(&ledger->accounts.mark_is_due, __ATOMIC_RELAXED) ||
	    !vt__visit_look(ledger, &visit))
		return false;
	due = ledger->accounts.mark_is_due;
	memcpy(name, ledger->accounts.mark, VT_FORMAT_REQUEST_NAME);
	__atomic_store_n(&ledger->accounts.mark_is_due, false, __ATOMIC_RELAXED);
	vt__visit_leave(ledger, &visit);
	return due;
}

static uint64_t next_due(uint64_t peak)
{
	return peak + (peak / 8 > VT__ACCOUNT_PEAK_STEP ? peak / 8 : VT__ACCOUNT_PEAK_STEP);
}

/* The record of a device stays where it is, and the caller's own entry of an
 * allocation came after it was made: there is nothing to lock. */
bool vt__ledger_peak_due(struct vt__ledger *ledger, int32_t ordinal)
{
	uint32_t number = vt__devices_existing(&ledger->devices, ordinal);
	const struct vt_format_device *device;
	uint64_t *due, peak, seen;

	if (number == VT_FORMAT_NONE)
		return false;
	device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE, number);
	due = &ledger->accounts.of[ordinal + 1].peak_due;
	peak = __atomic_load_n(&device->buckets[VT_BUCKET_VRAM].peak_bytes, __ATOMIC_RELAXED);
	seen = __atomic_load_n(due, __ATOMIC_RELAXED);
	if (!peak || peak < seen)
		return false;
	return __atomic_compare_exchange_n(due, &seen, next_due(peak), false, __ATOMIC_RELAXED,
					   __ATOMIC_RELAXED);
}
