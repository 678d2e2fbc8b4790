/*
 * Makes the findings, live sums and peaks of one process from its records.
 *
 * Every reference between records is looked up with its bounds: a torn
 * recording may break any of them.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings.h"
#include "reports/purposes.h"

/* Threads of a site: none seen yet, or more than one. */
#define THREAD_NONE 0u
#define THREAD_SEVERAL UINT32_MAX

struct site_live {
	struct vt__sum sum;
	uint32_t thread;
};

static void enter_live(struct vt__process *process, struct site_live *live,
		       const struct vt_format_allocation *allocation,
		       const struct vt_format_site *site)
{
	struct vt__sum *total;

	live->sum.bytes += allocation->bytes;
	live->sum.count++;
	if (live->thread == THREAD_NONE)
		live->thread = allocation->thread;
	else if (live->thread != allocation->thread)
		live->thread = THREAD_SEVERAL;
	if (site->device >= process->device_count || site->kind >= VT_KIND_COUNT)
		return;
	total = &process->devices[site->device].live[site->kind];
	total->bytes += allocation->bytes;
	total->count++;
}

/* One row for each site; NULL if out of memory. */
static struct site_live *sum_live(struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t count = vt__recording_allocations(recording);
	struct site_live *live = calloc(vt__recording_sites(recording) + 1u, sizeof(*live));
	uint32_t i;

	for (i = 0; live && i < count; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);
		const struct vt_format_site *site;

		if (allocation->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__recording_site(recording, allocation->site);
		if (site)
			enter_live(process, &live[allocation->site], allocation, site);
	}
	return live;
}

/* ---- Findings --------------------------------------------------------------- */

/* NULL if a sum of the site is no finding. */
static struct vt__finding_row *add_site(struct vt__process *process, enum vt__class finding_class,
					const struct vt_format_site *site, struct vt__sum sum,
					uint32_t thread)
{
	struct vt__finding_row *row = &process->findings[process->finding_count];

	if (!sum.count || site->kind >= VT_KIND_COUNT ||
	    !vt__bucket_words[vt__bucket_of(site->kind)].owned)
		return NULL;
	process->finding_count++;
	*row = (struct vt__finding_row){
		.finding_class = finding_class,
		.sum = sum,
		.kind = site->kind,
		.device = site->device < process->device_count ? site->device : VT_FORMAT_NONE,
		.stack = site->stack,
		.thread = thread == THREAD_SEVERAL ? 0 : thread,
		.api = vt__recording_string(process->recording, site->api),
	};
	return row;
}

static void add_event(struct vt__process *process, const struct vt_format_finding *finding)
{
	const bool bad_free = finding->finding_class == VT_FINDING_BAD_FREE;

	if (!bad_free && finding->finding_class != VT_FINDING_OUT_OF_MEMORY)
		return; /* half entered when its process was killed */
	process->findings[process->finding_count++] = (struct vt__finding_row){
		.finding_class = bad_free ? VT__CLASS_BAD_FREE : VT__CLASS_OUT_OF_MEMORY,
		.sum = {finding->bytes, finding->count},
		.kind = finding->kind < VT_KIND_COUNT ? finding->kind : VT_FORMAT_NONE,
		.device = finding->device < process->device_count ? finding->device
								  : VT_FORMAT_NONE,
		.stack = finding->stack,
		.thread = finding->thread,
		.api = vt__recording_string(process->recording, finding->api),
		.record = finding,
	};
}

/* Rows that are equal in all that matters keep the order of their records. */
static int by_class_and_size(const void *left, const void *right)
{
	const struct vt__finding_row *a = left, *b = right;

	if (a->finding_class != b->finding_class)
		return a->finding_class < b->finding_class ? -1 : 1;
	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	if (a->sum.count != b->sum.count)
		return a->sum.count > b->sum.count ? -1 : 1;
	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	return a->stack < b->stack ? -1 : a->stack > b->stack;
}

static int make_findings(struct vt__process *process, const struct site_live *live)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t sites = vt__recording_sites(recording);
	const uint32_t events = vt__recording_findings(recording);
	const enum vt__class left = vt__recording_state(recording) == VT__PROCESS_RUNNING
					    ? VT__CLASS_LIVE
					    : VT__CLASS_LEAK;
	uint32_t i;

	process->findings = calloc((size_t)sites * 2 + events + 1, sizeof(*process->findings));
	if (!process->findings)
		return -ENOMEM;
	for (i = 0; i < sites; i++) {
		const struct vt_format_site *site = vt__recording_site(recording, i);
		const struct vt__sum reset = {site->reset_bytes, site->reset_count};
		struct vt__finding_row *row = add_site(process, left, site, live[i].sum,
						       live[i].thread);

		if (row)
			row->parts = vt__parts_of(process, i, &row->part_count);
		(void)add_site(process, VT__CLASS_FREED_BY_RESET, site, reset, 0);
	}
	for (i = 0; i < events; i++)
		add_event(process, vt__recording_finding(recording, i));
	qsort(process->findings, process->finding_count, sizeof(*process->findings),
	      by_class_and_size);
	return 0;
}

/* ---- Peaks ------------------------------------------------------------------ */

static int by_share(const void *left, const void *right)
{
	const struct vt__share *a = left, *b = right;

	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	return a->site < b->site ? -1 : a->site > b->site;
}

/* See struct vt_format_device: a site that changed after the peak saved what
 * it held then; one that did not holds it still. */
static struct vt__sum held_at_peak(const struct vt_format_site *site,
				   const struct vt_format_device *device, enum vt_bucket bucket,
				   struct vt__sum live)
{
	struct vt__sum saved = {site->bytes_at_peak, site->count_at_peak};

	return site->peak_number == device->peak_number[bucket] ? saved : live;
}

const struct vt__peak_row *vt__peak_of(const struct vt__process *process, uint32_t device,
				       enum vt_bucket bucket)
{
	const size_t row = (size_t)device * VT_BUCKET_COUNT + bucket;

	return row < process->peak_count && process->peaks[row].bytes ? &process->peaks[row] : NULL;
}

static int list_peaks(struct vt__process *process)
{
	size_t i;

	process->peaks = calloc(process->device_count * VT_BUCKET_COUNT + 1,
				sizeof(*process->peaks));
	if (!process->peaks)
		return -ENOMEM;
	process->peak_count = process->device_count * VT_BUCKET_COUNT;
	for (i = 0; i < process->peak_count; i++) {
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
	share->sum = held_at_peak(site, process->devices[site->device].record, bucket, live);
	return share->sum.bytes && peak->bytes ? peak : NULL;
}

static int make_peaks(struct vt__process *process, const struct site_live *live)
{
	const uint32_t sites = vt__recording_sites(process->recording);
	struct vt__peak_row *peak;
	struct vt__share share;
	size_t p;
	uint32_t i;

	if (list_peaks(process))
		return -ENOMEM;
	for (i = 0; i < sites; i++) {
		peak = share_of(process, vt__recording_site(process->recording, i), live[i].sum,
				&share);
		if (peak)
			peak->share_count++;
	}
	for (p = 0; p < process->peak_count; p++) {
		peak = &process->peaks[p];
		if (!peak->share_count)
			continue;
		peak->shares = calloc(peak->share_count, sizeof(*peak->shares));
		if (!peak->shares)
			return -ENOMEM;
		peak->share_count = 0;
	}
	for (i = 0; i < sites; i++) {
		peak = share_of(process, vt__recording_site(process->recording, i), live[i].sum,
				&share);
		if (peak)
			peak->shares[peak->share_count++] = share;
	}
	for (p = 0; p < process->peak_count; p++)
		if (process->peaks[p].share_count)
			qsort(process->peaks[p].shares, process->peaks[p].share_count,
			      sizeof(*process->peaks[p].shares), by_share);
	return 0;
}

int vt__find_all(struct vt__process *process)
{
	struct site_live *live = sum_live(process);
	int error;

	if (!live)
		return -ENOMEM;
	error = make_findings(process, live);
	if (!error)
		error = make_peaks(process, live);
	free(live);
	return error;
}

enum vt__holders vt__holders_then(const struct vt__process *process,
				  const struct vt__finding_row *finding)
{
	const enum vt_bucket bucket = vt__bucket_of(finding->kind);
	const struct vt__device_row *device;

	if (!finding->record || finding->device >= process->device_count ||
	    !finding->record->live_bytes)
		return VT__HOLDERS_UNKNOWN;
	device = &process->devices[finding->device];
	if (finding->record->live_bytes == vt__live_of(device, bucket).bytes)
		return VT__HOLDERS_LIVE;
	if (finding->record->live_bytes == device->record->buckets[bucket].peak_bytes &&
	    device->record->peak_time_ns[bucket] <= finding->record->time_ns)
		return VT__HOLDERS_PEAK;
	return VT__HOLDERS_UNKNOWN;
}
