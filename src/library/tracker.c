/*
 * The public functions of a tracker: checks of arguments over its account.
 */
#include "config.h"

#include <stdlib.h>

#include "library/account_private.h"
#include "library/error.h"
#include "library/live_copy.h"
#include "library/narrate.h"

static vt_status fail_null(void)
{
	return vt__fail(VT_ERROR_INVALID_ARGUMENT, "the tracker is NULL");
}

/* ---- Life -------------------------------------------------------------------- */

vt_status vt_tracker_create(vt_tracker **out)
{
	vt_tracker *tracker;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"there is no place for the new tracker: NULL");
	tracker = malloc(sizeof(*tracker));
	if (tracker)
		tracker->account = vt__account_create(tracker);
	if (!tracker || !tracker->account) {
		free(tracker);
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a tracker");
	}
	*out = tracker;
	return VT_OK;
}

void vt_tracker_destroy(vt_tracker *tracker)
{
	size_t told = 0;

	if (!tracker)
		return;
	(void)vt__account_narrate_leaks(tracker->account, &told);
	vt__account_orphan(tracker->account);
	vt__account_release(tracker->account);
	free(tracker);
}

/* ---- Recording ----------------------------------------------------------------- */

static vt_status check_record(const vt_tracker *tracker, vt_purpose purpose, int device)
{
	if (!tracker)
		return fail_null();
	if ((unsigned)purpose >= VT_PURPOSE_COUNT)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%d is not a purpose", (int)purpose);
	if (device < -1 || device >= VT__ACCOUNT_DEVICES)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"%d is not the ordinal of a device, nor -1", device);
	return VT_OK;
}

/* Without a frame of its own where the stack is taken. */
__attribute__((noinline)) static vt_status record_from(vt_tracker *tracker, const void *address,
						       size_t bytes, vt_purpose purpose,
						       const char *label, int device,
						       const struct vt__unwind_start *start)
{
	const struct vt__account_item item = {address, bytes, label ? label : "", purpose, device};
	vt_status status = check_record(tracker, purpose, device);

	if (status != VT_OK)
		return status;
	status = vt__account_record_raw(tracker->account, &item, start);
	if (status == VT_OK)
		vt__narrate_allocated(device, bytes, purpose, item.label);
	else
		vt__narrate_failed(device, bytes, purpose, item.label);
	return status;
}

__attribute__((noinline)) vt_status vt_tracker_record(vt_tracker *tracker, const void *address,
						      size_t bytes, vt_purpose purpose,
						      const char *label, int device)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();

	return record_from(tracker, address, bytes, purpose, label, device, &start);
}

vt_status vt_tracker_unrecord(vt_tracker *tracker, const void *address)
{
	struct vt__removed removed;

	if (!tracker)
		return fail_null();
	if (!vt__account_remove(tracker->account, address, &removed))
		return vt__fail(VT_ERROR_NOT_FOUND, "nothing is recorded at %p", address);
	vt__narrate_freed(removed.device, removed.bytes, removed.purpose, removed.label,
			  removed.still_in_use);
	return VT_OK;
}

/* ---- Sums ------------------------------------------------------------------------ */

/* What the sums were at one moment; all 0 for NULL. */
static struct vt__totals totals_of(const vt_tracker *tracker)
{
	struct vt__totals totals = {0};

	if (!tracker)
		return totals;
	vt__lock_hold(&tracker->account->lock);
	totals = tracker->account->totals;
	vt__lock_let_go(&tracker->account->lock);
	return totals;
}

size_t vt_tracker_total(const vt_tracker *tracker)
{
	return totals_of(tracker).live.bytes;
}

size_t vt_tracker_count(const vt_tracker *tracker)
{
	return totals_of(tracker).live.count;
}

size_t vt_tracker_peak(const vt_tracker *tracker)
{
	return totals_of(tracker).peak_bytes;
}

size_t vt_tracker_total_by_purpose(const vt_tracker *tracker, vt_purpose purpose)
{
	const struct vt__totals totals = totals_of(tracker);

	return (unsigned)purpose < VT_PURPOSE_COUNT ? totals.purposes[purpose].live.bytes : 0;
}

size_t vt_tracker_count_by_purpose(const vt_tracker *tracker, vt_purpose purpose)
{
	const struct vt__totals totals = totals_of(tracker);

	return (unsigned)purpose < VT_PURPOSE_COUNT ? totals.purposes[purpose].live.count : 0;
}

size_t vt_tracker_peak_by_purpose(const vt_tracker *tracker, vt_purpose purpose)
{
	const struct vt__totals totals = totals_of(tracker);

	return (unsigned)purpose < VT_PURPOSE_COUNT ? vt__account_totals_at_peak(&totals, purpose)
						    : 0;
}

size_t vt_tracker_total_by_device(const vt_tracker *tracker, int device)
{
	return tracker ? vt__account_total(tracker->account, device) : 0;
}

size_t vt_tracker_total_by_label(const vt_tracker *tracker, const char *label)
{
	const struct vt__interned *node;
	size_t length, bytes;

	if (!tracker)
		return 0;
	label = label ? label : "";
	length = vt__label_length(label);
	vt__lock_hold(&tracker->account->lock);
	node = vt__intern_find(&tracker->account->labels, label, length,
			       vt__hash_bytes(label, length));
	bytes = node ? node->live_bytes : 0;
	vt__lock_let_go(&tracker->account->lock);
	return bytes;
}

size_t vt_tracker_breakdown(const vt_tracker *tracker, vt_breakdown out[VT_PURPOSE_COUNT])
{
	const struct vt__totals totals = totals_of(tracker);
	size_t count = 0;

	for (vt_purpose purpose = 0; out && purpose < VT_PURPOSE_COUNT; purpose++) {
		const struct vt__sum *live = &totals.purposes[purpose].live;

		if (live->count)
			out[count++] = (vt_breakdown){
				.purpose = purpose,
				.bytes = live->bytes,
				.count = live->count,
				.peak_bytes = vt__account_totals_at_peak(&totals, purpose),
			};
	}
	return count;
}

/* ---- What is live ------------------------------------------------------------------ */

int vt_tracker_each_live(const vt_tracker *tracker,
			 int (*each)(const vt_live_allocation *allocation, void *closure),
			 void *closure)
{
	struct vt__live_copy copy;
	int answer = 0;

	if (!tracker || !each)
		return 0;
	if (vt__live_copy_take(&copy, tracker->account))
		return -1;
	for (size_t i = 0; i < copy.count && !answer; i++)
		answer = each(&copy.all[i].allocation, closure);
	vt__live_copy_free(&copy);
	return answer;
}

/* ---- Budget -------------------------------------------------------------------------- */

void vt_tracker_set_budget(vt_tracker *tracker, size_t bytes, vt_over_budget callback,
			   void *closure)
{
	struct vt__account *account;

	if (!tracker)
		return;
	account = tracker->account;
	vt__lock_hold(&account->lock);
	__atomic_store_n(&account->budget_bytes, bytes, __ATOMIC_RELAXED);
	account->over_budget = callback;
	account->budget_closure = closure;
	vt__lock_let_go(&account->lock);
}

void vt_free(void *text)
{
	free(text);
}
