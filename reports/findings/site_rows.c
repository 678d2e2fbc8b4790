/*
 * The call sites of a process with all that is told of each, the largest first.
 */
#include "config.h"

#include "reports/findings/site_rows.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/findings.h"

static bool is_row(const struct vt__process *process, const struct vt_format_site *site)
{
	return site->kind < VT_KIND_COUNT && site->device < process->device_count;
}

/* Live sums from the allocations themselves, as those of findings are. */
static void add_live(const struct vt__process *process, struct vt__site_row *rows, uint32_t sites)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t count = vt__recording_allocations(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);

		if (allocation->state != VT_ALLOCATION_LIVE || allocation->site >= sites)
			continue;
		rows[allocation->site].sums.live.bytes += allocation->bytes;
		rows[allocation->site].sums.live.count++;
	}
}

/* Leaks are what the findings say: what a cache keeps is none. */
static void add_leaks(const struct vt__process *process, struct vt__site_row *rows, uint32_t sites)
{
	for (size_t i = 0; i < process->finding_count; i++) {
		const struct vt__finding_row *row = &process->findings[i];

		if (row->finding_class == VT__CLASS_LEAK && row->site_number < sites)
			rows[row->site_number].sums.leak = row->sum;
	}
}

static void complete(const struct vt__process *process, struct vt__site_row *row)
{
	const struct vt_format_site *site = row->site;
	struct vt__site_sums *sums = &row->sums;

	sums->all = (struct vt__sum){site->total.allocated_bytes, site->total.allocations};
	sums->peak = vt__held_at_peak(site, process->devices[site->device].record,
				      vt__bucket_of(site->kind), sums->live);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static int by_size(const void *left, const void *right)
{
	const struct vt__site_row *a = left, *b = right;
	const uint64_t first = larger(a->sums.peak.bytes, a->sums.live.bytes);
	const uint64_t second = larger(b->sums.peak.bytes, b->sums.live.bytes);

	if (first != second)
		return first > second ? -1 : 1;
	if (a->sums.all.bytes != b->sums.all.bytes)
		return a->sums.all.bytes > b->sums.all.bytes ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* ---- What is left out --------------------------------------------------------- */

static void add(struct vt__sum *sum, struct vt__sum more)
{
	sum->bytes += more.bytes;
	sum->count += more.count;
}

static void leave_out(struct vt__site_rest *rest, const struct vt__site_row *row)
{
	struct vt__site_rest *to =
		&rest[(size_t)row->site->device * VT_BUCKET_COUNT + vt__bucket_of(row->site->kind)];

	to->sites++;
	add(&to->sums.peak, row->sums.peak);
	add(&to->sums.live, row->sums.live);
	add(&to->sums.leak, row->sums.leak);
	add(&to->sums.all, row->sums.all);
}

static int cut(const struct vt__process *process, size_t most, struct vt__site_rows *out)
{
	const size_t places = process->device_count * VT_BUCKET_COUNT;

	if (out->count <= most)
		return 0;
	out->rest = calloc(places + 1, sizeof(*out->rest));
	if (!out->rest)
		return -ENOMEM;
	for (size_t i = most; i < out->count; i++)
		leave_out(out->rest, &out->rows[i]);
	out->count = most;
	for (size_t i = 0; i < places; i++) {
		struct vt__site_rest *rest = &out->rest[i];

		rest->device = (uint32_t)(i / VT_BUCKET_COUNT);
		rest->bucket = (enum vt_bucket)(i % VT_BUCKET_COUNT);
		if (rest->sites)
			out->rest[out->rest_count++] = *rest;
	}
	return 0;
}

/* ---- The whole ------------------------------------------------------------------ */

int vt__site_rows_make(const struct vt__process *process, size_t most, struct vt__site_rows *out)
{
	const uint32_t sites = vt__recording_sites(process->recording);

	*out = (struct vt__site_rows){.rows = calloc(sites + 1u, sizeof(*out->rows))};
	if (!out->rows)
		return -ENOMEM;
	add_live(process, out->rows, sites);
	add_leaks(process, out->rows, sites);
	for (uint32_t i = 0; i < sites; i++) {
		struct vt__site_row row = out->rows[i];

		row.number = i;
		row.site = vt__recording_site(process->recording, i);
		if (!is_row(process, row.site))
			continue;
		complete(process, &row);
		out->rows[out->count++] = row;
	}
	if (out->count)
		qsort(out->rows, out->count, sizeof(*out->rows), by_size);
	return cut(process, most, out);
}

void vt__site_rows_release(struct vt__site_rows *rows)
{
	free(rows->rows);
	free(rows->rest);
}
