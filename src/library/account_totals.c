/* What each purpose had at the peak of the total. */
#include "config.h"

#include "library/account_private.h"

uint64_t vt__account_totals_at_peak(const struct vt__totals *totals, vt_purpose purpose)
{
	const struct vt__purpose_sum *sum = &totals->purposes[purpose];

	return sum->peak_number == totals->peak_number ? sum->bytes_at_peak : sum->live.bytes;
}
