/*
 * Finds what the peaks of one process were made of.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/findings.h"

static int by_share(const void *left, const void *right)
{
	const struct vt__share *a = left, *b = right;

	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	return a->site < b->site ? -1 : a->site > b->site;
}

/* See struct vt_format_device: a site that changed after the peak saved what
 * it held then; one that did not holds it still. */
struct vt__sum vt__held_at_peak(const struct vt_format_site *site,
				const struct vt_format_device *device, enum vt_bucket bucket,
				struct vt__sum live)
{
	struct vt__sum saved = {site->bytes_at_peak, site->count_at_peak};

	return site->peak_number == device->peak_number[bucket] ? saved : live;
}

static int list_peaks(struct vt__process *process)
{
	process->peaks = calloc(process->device_count * VT_BUCKET_COUNT + 1,
				sizeof(*process->peaks));
	if (!process->peaks)
		return -ENOMEM;
	process->peak_count = process->device_count * VT_BUCKET_COUNT;
	for (size_t i = 0; i < process->peak_count; i++) {
		struct vt__peak_row *peak = &process->peaks[i];

		peak->device = (uint32_t)(i / VT_BUCKET_COUNT);
		peak->bucket = (enum vt_bucket)(i % VT_BUCKET_COUNT);
		if (vt__bucket_words[peak->bucket].owned)
			peak->bytes = process->devices[peak->device]
					      .record->buckets[peak->bucket]
					      .peak_bytes;
	}
	return 0;
}

/* The peak that a site had a part in, and its part; NULL if it had none. */
static struct vt__peak_row *share_of(struct vt__process *process, const struct vt_format_site *site,
				     struct vt__sum live, struct vt__share *share)
{
	const enum vt_bucket bucket = vt__bucket_of(site->kind);
	struct vt__peak_row *peak;

	if (site->device >= process->device_count || site->kind >= VT_KIND_COUNT)
		return NULL;
	peak = &process->peaks[(size_t)site->device * VT_BUCKET_COUNT + bucket];
	share->site = site;
	share->sum = vt__held_at_peak(site, process->devices[site->device].record, bucket, live);
	return share->sum.bytes && peak->bytes ? peak : NULL;
}

int vt__find_peaks(struct vt__process *process, const struct vt__site_live *live)
{
	const uint32_t sites = vt__recording_sites(process->recording);
	struct vt__peak_row *peak;
	struct vt__share share;

	if (list_peaks(process))
		return -ENOMEM;
	for (uint32_t i = 0; i < sites; i++) {
		peak = share_of(process, vt__recording_site(process->recording, i), live[i].sum,
				&share);
		if (peak)
			peak->share_count++;
	}
	for (size_t p = 0; p < process->peak_count; p++) {
		peak = &process->peaks[p];
		if (!peak->share_count)
			continue;
		peak->shares = calloc(peak->share_count, sizeof(*peak->shares));
		if (!peak->shares)
			return -ENOMEM;
		peak->share_count = 0;
	}
	for (uint32_t i = 0; i < sites; i++) {
		peak = share_of(process, vt__recording_site(process->recording, i), live[i].sum,
				&share);
		if (peak)
			peak->shares[peak->share_count++] = share;
	}
	for (size_t p = 0; p < process->peak_count; p++)
		if (process->peaks[p].share_count)
			qsort(process->peaks[p].shares, process->peaks[p].share_count,
			      sizeof(*process->peaks[p].shares), by_share);
	return 0;
}
