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

/* Counted as made (1) or as not freed after all (0). */
static inline void count(struct vt_format_total *total, uint64_t bytes, unsigned made)
{
	total->allocations += made;
	total->allocated_bytes += made * bytes;
	total->frees -= !made;
	total->live_bytes += bytes;
	total->live_count++;
}

static inline void add(struct vt_format_total *total, uint64_t bytes, unsigned made)
{
	count(total, bytes, made);
	if (VT__UNLIKELY(total->live_bytes > total->peak_bytes))
		total->peak_bytes = total->live_bytes;
}

/* It has more than ever in the timeline's open point. Whether that is a new peak. */
static inline bool rise(struct vt_format_device *device, enum vt_bucket bucket, uint64_t now_ns)
{
	struct vt_format_total *total = &device->buckets[bucket];

	device->open.most[bucket] = total->live_bytes;
	if (bucket < VT_FORMAT_LEVELS)
		device->open.most_time_ns[bucket] = now_ns;
	if (total->live_bytes <= total->peak_bytes)
		return false;
	/* Read without the lock by those who ask whether an account is due. */
	__atomic_store_n(&total->peak_bytes, total->live_bytes, __ATOMIC_RELAXED);
	device->peak_number[bucket]++;
	device->peak_time_ns[bucket] = now_ns;
	return true;
}

/* Returns whether the bucket has a new peak. */
static inline bool add_to_all(struct vt_format_device *device, struct vt_format_site *site,
			      uint64_t bytes, uint64_t now_ns, unsigned made)
{
	enum vt_bucket bucket = vt__bucket_of(site->kind);

	save_at_peak(site, device, bucket);
	add(&site->total, bytes, made);
	add(&device->kinds[site->kind], bytes, made);
	count(&device->buckets[bucket], bytes, made);
	return VT__UNLIKELY(device->buckets[bucket].live_bytes > device->open.most[bucket]) &&
	       rise(device, bucket, now_ns);
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
	const uint64_t *live = &device->buckets[bucket].live_bytes;

	save_at_peak(site, device, bucket);
	subtract(&site->total, bytes, frees);
	subtract(&device->kinds[site->kind], bytes, frees);
	subtract(&device->buckets[bucket], bytes, frees);
	if (VT__UNLIKELY(*live < device->open.least[bucket]))
		device->open.least[bucket] = *live;
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
