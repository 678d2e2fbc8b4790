/*
 * Sums of live bytes with exact peaks, for devices and call sites.
 *
 * A call site is a part, its bucket of the device the whole (base/peak.h).
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_TOTALS_H
#define VT_LEDGER_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/peak.h"
#include "ledger/sites.h"
#include "recording/format.h"

/* Where a site's changes are counted. */
void vt__totals_places(struct vt__site_places *places, struct vt_format_device *device,
		       struct vt_format_site *site);

/* A new allocation. Returns whether its bucket of the device has a new peak. */
static VT__ALWAYS_INLINE bool vt__totals_allocated(const struct vt__site_places *places,
						   uint64_t bytes, uint64_t now_ns);

/* A free by the program. */
static VT__ALWAYS_INLINE void vt__totals_freed(const struct vt__site_places *places,
					       uint64_t bytes);

/* The driver refused it after all: the bytes were live all the time. */
void vt__totals_restored(const struct vt__site_places *places, uint64_t bytes, uint64_t now_ns);

/* Freed by the end of its context: not a free of the program's. */
void vt__totals_reset(const struct vt__site_places *places, uint64_t bytes);

/* ---- How they are counted --------------------------------------------------- */

/* Of a device, by bucket, in a row each: numbers of peaks, and the most and the least of the
 * timeline's open point. */
#define VT__WORDS_TO(member)                                                                       \
	((offsetof(struct vt_format_device, member) -                                              \
	  offsetof(struct vt_format_device, peak_number)) /                                        \
	 sizeof(uint64_t))

static VT__ALWAYS_INLINE uint64_t *vt__totals_row(const struct vt__site_places *places)
{
	return (uint64_t *)places->bucket + places->what.row;
}

/* The bucket had a peak since the site changed last. */
VT__SELDOM void vt__totals_save_at_peak(struct vt_format_site *site, uint64_t number);

static VT__ALWAYS_INLINE void vt__totals_before(const struct vt__site_places *places)
{
	const uint64_t number = *vt__totals_row(places);

	if (vt__peak_must_save(places->site->peak_number, number))
		vt__totals_save_at_peak(places->site, number);
}

/* Counted as made (1) or as not freed after all (0). */
static VT__ALWAYS_INLINE void vt__total_count(struct vt_format_total *total, uint64_t bytes,
					      unsigned made)
{
	total->allocations += made;
	total->allocated_bytes += made * bytes;
	total->frees -= !made;
	total->live_bytes += bytes;
	total->live_count++;
}

static VT__ALWAYS_INLINE void vt__total_add(struct vt_format_total *total, uint64_t bytes,
					    unsigned made)
{
	vt__total_count(total, bytes, made);
	if (VT__UNLIKELY(total->live_bytes > total->peak_bytes))
		total->peak_bytes = total->live_bytes;
}

/* The bucket has more than ever in the timeline's open point. Whether that is a new peak. */
VT__SELDOM bool vt__totals_rise(const struct vt__site_places *places, uint64_t now_ns);

static VT__ALWAYS_INLINE bool vt__totals_add(const struct vt__site_places *places, uint64_t bytes,
					     uint64_t now_ns, unsigned made)
{
	vt__totals_before(places);
	vt__total_add(&places->site->total, bytes, made);
	vt__total_add(places->kind, bytes, made);
	vt__total_count(places->bucket, bytes, made);
	return VT__UNLIKELY(places->bucket->live_bytes >
			    vt__totals_row(places)[VT__WORDS_TO(open.most)]) &&
	       vt__totals_rise(places, now_ns);
}

static VT__ALWAYS_INLINE bool vt__totals_allocated(const struct vt__site_places *places,
						   uint64_t bytes, uint64_t now_ns)
{
	if (VT__UNLIKELY(places->site->last_time_ns != now_ns)) /* avoids dirtying the cache line */
		places->site->last_time_ns = now_ns;
	return vt__totals_add(places, bytes, now_ns, 1);
}

static VT__ALWAYS_INLINE void vt__total_subtract(struct vt_format_total *total, uint64_t bytes,
						 unsigned frees)
{
	total->live_bytes -= bytes;
	total->live_count--;
	total->frees += frees;
}

static VT__ALWAYS_INLINE void vt__totals_subtract(const struct vt__site_places *places,
						  uint64_t bytes, unsigned frees)
{
	uint64_t *least = &vt__totals_row(places)[VT__WORDS_TO(open.least)];

	vt__totals_before(places);
	vt__total_subtract(&places->site->total, bytes, frees);
	vt__total_subtract(places->kind, bytes, frees);
	vt__total_subtract(places->bucket, bytes, frees);
	if (VT__UNLIKELY(places->bucket->live_bytes < *least))
		*least = places->bucket->live_bytes;
}

static VT__ALWAYS_INLINE void vt__totals_freed(const struct vt__site_places *places, uint64_t bytes)
{
	vt__totals_subtract(places, bytes, 1);
}

#endif
