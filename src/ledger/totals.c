/*
 * Adds to and subtracts from the totals of devices and sites.
 */
#include "config.h"

#include "ledger/totals.h"

static const enum vt_bucket buckets[VT_KIND_COUNT] = {
#define VT_KIND(id, json, words, bucket, with_context) [VT_KIND_##id] = VT_BUCKET_##bucket,
	VT_KINDS(VT_KIND)
#undef VT_KIND
};

enum vt_bucket vt__bucket_of(uint32_t kind)
{
	return kind < VT_KIND_COUNT ? buckets[kind] : VT_BUCKET_VRAM;
}

static void save_at_peak(struct vt_format_site *site, const struct vt_format_device *device)
{
	uint64_t number = device->peak_number[vt__bucket_of(site->kind)];

	if (site->peak_number == number)
		return;
	site->bytes_at_peak = site->total.live_bytes;
	site->count_at_peak = site->total.live_count;
	site->peak_number = number;
}

/* Returns whether that made a new peak. */
static int add_live(struct vt_format_total *total, uint64_t bytes)
{
	total->live_bytes += bytes;
	total->live_count++;
	if (total->live_bytes <= total->peak_bytes)
		return 0;
	total->peak_bytes = total->live_bytes;
	return 1;
}

void vt__totals_restored(struct vt_format_device *device, struct vt_format_site *site,
			 uint64_t bytes, uint64_t now_ns)
{
	enum vt_bucket bucket = vt__bucket_of(site->kind);

	save_at_peak(site, device);
	add_live(&site->total, bytes);
	add_live(&device->kinds[site->kind], bytes);
	if (add_live(&device->buckets[bucket], bytes)) {
		device->peak_number[bucket]++;
		device->peak_time_ns[bucket] = now_ns;
	}
}

static void count_allocation(struct vt_format_total *total, uint64_t bytes)
{
	total->allocations++;
	total->allocated_bytes += bytes;
}

void vt__totals_allocated(struct vt_format_device *device, struct vt_format_site *site,
			  uint64_t bytes, uint64_t now_ns)
{
	vt__totals_restored(device, site, bytes, now_ns);
	count_allocation(&site->total, bytes);
	count_allocation(&device->kinds[site->kind], bytes);
	count_allocation(&device->buckets[vt__bucket_of(site->kind)], bytes);
	site->last_time_ns = now_ns;
}

static void remove_live(struct vt_format_total *total, uint64_t bytes)
{
	total->live_bytes -= bytes;
	total->live_count--;
}

void vt__totals_removed(struct vt_format_device *device, struct vt_format_site *site,
			uint64_t bytes)
{
	save_at_peak(site, device);
	remove_live(&site->total, bytes);
	remove_live(&device->kinds[site->kind], bytes);
	remove_live(&device->buckets[vt__bucket_of(site->kind)], bytes);
}

void vt__totals_freed(struct vt_format_device *device, struct vt_format_site *site)
{
	site->total.frees++;
	device->kinds[site->kind].frees++;
	device->buckets[vt__bucket_of(site->kind)].frees++;
}

void vt__totals_reset(struct vt_format_site *site, uint64_t bytes)
{
	site->reset_bytes += bytes;
	site->reset_count++;
}
