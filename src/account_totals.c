/*
 * Sums of live bytes by purpose, and what they were at the peak of the total.
 *
 * As in the shim's ledger: before a purpose's bytes change for the first time
 * since a peak they are saved with the peak's number, so a change costs the
 * same however many purposes and peaks there are.
 */
#include "config.h"

#include "account_private.h"

static void save_at_peak(struct vt__totals *totals, struct vt__purpose_sum *sum)
{
	if (sum->peak_number == totals->peak_number)
		return;
	sum->bytes_at_peak = sum->live.bytes;
	sum->peak_number = totals->peak_number;
}

static void note_peak(struct vt__totals *totals)
{
	if (totals->live.bytes <= totals->peak_bytes)
		return;
	totals->peak_bytes = totals->live.bytes;
	totals->peak_number++;
}

void vt__account_totals_add(struct vt__totals *totals, vt_purpose purpose, uint64_t bytes)
{
	struct vt__purpose_sum *sum = &totals->purposes[purpose];

	save_at_peak(totals, sum);
	sum->live.bytes += bytes;
	sum->live.count++;
	totals->live.bytes += bytes;
	totals->live.count++;
	note_peak(totals);
}

void vt__account_totals_remove(struct vt__totals *totals, vt_purpose purpose, uint64_t bytes)
{
	struct vt__purpose_sum *sum = &totals->purposes[purpose];

	save_at_peak(totals, sum);
	sum->live.bytes -= bytes;
	sum->live.count--;
	totals->live.bytes -= bytes;
	totals->live.count--;
}

void vt__account_totals_change(struct vt__totals *totals, vt_purpose purpose, uint64_t old_bytes,
			       uint64_t bytes)
{
	struct vt__purpose_sum *sum = &totals->purposes[purpose];

	save_at_peak(totals, sum);
	sum->live.bytes += bytes - old_bytes;
	totals->live.bytes += bytes - old_bytes;
	note_peak(totals);
}

uint64_t vt__account_totals_at_peak(const struct vt__totals *totals, vt_purpose purpose)
{
	const struct vt__purpose_sum *sum = &totals->purposes[purpose];

	return sum->peak_number == totals->peak_number ? sum->bytes_at_peak : sum->live.bytes;
}
