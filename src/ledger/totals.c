/*
 * Adds to and subtracts from the totals of devices and sites: what is seldom.
 */
#include "config.h"

#include "ledger/totals.h"

#include "recording/kinds.h"

_Static_assert(offsetof(struct vt_format_device, open.most) % sizeof(uint64_t) == 0 &&
		       offsetof(struct vt_format_device, open.least) % sizeof(uint64_t) == 0,
	       "rows of words");

void vt__totals_places(struct vt__site_places *places, struct vt_format_device *device,
		       struct vt_format_site *site)
{
	const enum vt_bucket bucket = vt__bucket_of(site->kind);

	places->site = site;
	places->kind = &device->kinds[site->kind];
	places->bucket = &device->buckets[bucket];
	places->what.row = (int8_t)(&device->peak_number[bucket] - (uint64_t *)places->bucket);
	places->what.device = (int16_t)device->ordinal;
	places->what.kind = (uint8_t)site->kind;
}

void vt__totals_save_at_peak(struct vt_format_site *site, uint64_t number)
{
	site->bytes_at_peak = site->total.live_bytes;
	site->count_at_peak = site->total.live_count;
	site->peak_number = number;
}

bool vt__totals_rise(const struct vt__site_places *places, uint64_t now_ns)
{
	uint64_t *row = vt__totals_row(places);
	const enum vt_bucket bucket = vt__bucket_of(places->what.kind);
	struct vt_format_total *total = places->bucket;

	row[VT__WORDS_TO(open.most)] = total->live_bytes;
	if (bucket < VT_FORMAT_LEVELS)
		row[VT__WORDS_TO(open.most_time_ns)] = now_ns;
	if (total->live_bytes <= total->peak_bytes)
		return false;
	/* Read without the lock by those who ask whether an account is due. */
	__atomic_store_n(&total->peak_bytes, total->live_bytes, __ATOMIC_RELAXED);
	row[0]++;
	row[VT__WORDS_TO(peak_time_ns)] = now_ns;
	return true;
}

void vt__totals_restored(const struct vt__site_places *places, uint64_t bytes, uint64_t now_ns)
{
	vt__totals_add(places, bytes, now_ns, 0);
}

void vt__totals_reset(const struct vt__site_places *places, uint64_t bytes)
{
	vt__totals_subtract(places, bytes, 0);
	places->site->reset_bytes += bytes;
	places->site->reset_count++;
}
