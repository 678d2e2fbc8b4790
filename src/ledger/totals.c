/*
 * Adds to and subtracts from the totals of devices and sites.
 */
#include "config.h"

#include "ledger/totals.h"

#include "base/attributes.h"
#include "base/peak.h"
#include "recording/kinds.h"

static inline void save_at_peak(struct vt_format_site *site, const struct vt_format_device *device,
				enum vt_bucket bucket)
{
	if (!vt__peak_must_save(site->peak_number, device->peak_number[bucket]))
		return;
	site->bytes_at_peak = site->total.live_bytes;
	site->count_at_peak = site->total.live_count;
	site->peak_number = device->peak_number[bucket];
}

/* Returns whether that made a new peak. */
static inline bool add_live(struct vt_format_total *total, uint64_t bytes)
{
	total->live_bytes += bytes;
	total->live_count++;
	if (VT__LIKELY(total->live_bytes <= total->peak_bytes))
		return false;
	/* Read without the lock by those who ask whether an account is due. */
	__atomic_store_n(&total->peak_bytes, total->live_bytes, __ATOMIC_RELAXED);
	return true;
}

/* Counted as made (1) or as not freed after all (0). */
static inline bool add(struct vt_format_total *total, uint64_t bytes, unsigned made)
{
	total->allocations += made;
	total->allocated_bytes += made * bytes;
	total->frees -= !made;
	return add_live(total, bytes);
}

/* Returns whether the bucket has a new peak. */
static inline bool add_to_all(struct vt_format_device *device, struct vt_format_site *site,
			      uint64_t bytes, uint64_t now_ns, unsigned made)
{
	enum vt_bucket bucket = vt__bucket_of(site->kind);

	save_at_peak(site, device, bucket);
	add(&site->total, bytes, made);
	add(&device->kinds[site->kind], bytes, made);
	if (VT__LIKELY(!add(&device->buckets[bucket], bytes, made)))
		return false;
	device->peak_number[bucket]++;
	device->peak_time_ns[bucket] = now_ns;
	return true;
}

bool vt__totals_allocated(struct vt_format_device *device, struct vt_format_site *site,
			  uint64_t bytes, uint64_t now_ns)
{
	if (VT__UNLIKELY(site->last_time_ns != now_ns)) /* avoids dirtying the cache line */
		site->last_time_ns = now_ns;
	return add_to_all(device, site, bytes, now_ns, 1);
}

void vt__totals_restored(struct vt_format_device *device, struct vt_format_site *site,
			 uint64_t bytes, uint64_t now_ns)
{
	add_to_all(device, site, bytes, now_ns, 0);
}

static inline void subtract(struct vt_format_total *total, uint64_t bytes, unsigned frees)
{
	total->live_bytes -= bytes;
	total->live_count--;
	total->frees += frees;
}

static inline void subtract_from_all(struct vt_format_device *device, struct vt_format_site *site,
				     uint64_t bytes, unsigned frees)
{
	enum vt_bucket bucket = vt__bucket_of(site->kind);

	save_at_peak(site, device, bucket);
	subtract(&site->total, bytes, frees);
	subtract(&device->kinds[site->kind], bytes, frees);
	subtract(&device->buckets[bucket], bytes, frees);
}

void vt__totals_freed(struct vt_format_device *device, struct vt_format_site *site, uint64_t bytes)
{
	subtract_from_all(device, site, bytes, 1);
}

void vt__totals_reset(struct vt_format_device *device, struct vt_format_site *site, uint64_t bytes)
{
	subtract_from_all(device, site, bytes, 0);
	site->reset_bytes += bytes;
	site->reset_count++;
}
