/*
 * Sums what each call site of a process had.
 *
 * Every reference between records is looked up with its bounds: a torn recording may break any.
 */
#include "config.h"

#include "reports/findings/samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/purposes.h"

const char *const vt__measure_names[VT__MEASURE_COUNT] = {
#define VT__MEASURE(id, name) name,
	VT__MEASURES(VT__MEASURE)
#undef VT__MEASURE
};

struct site_sums {
	struct vt__sum of[VT__MEASURE_COUNT];
};

static void add(struct vt__sum *sum, struct vt__sum more)
{
	sum->bytes += more.bytes;
	sum->count += more.count;
}

static void sum_live(const struct vt__recording *recording, struct site_sums *sums)
{
	const uint32_t count = vt__recording_allocations(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);

		if (allocation->state == VT_ALLOCATION_LIVE &&
		    vt__recording_site(recording, allocation->site))
			add(&sums[allocation->site].of[VT__MEASURE_LIVE],
			    (struct vt__sum){allocation->bytes, 1});
	}
}

static void sum_peaks(const struct vt__process *process, struct site_sums *sums)
{
	const struct vt_format_site *first = vt__recording_site(process->recording, 0);

	for (size_t i = 0; i < process->peak_count; i++)
		for (size_t j = 0; j < process->peaks[i].share_count; j++) {
			const struct vt__share *share = &process->peaks[i].shares[j];

			add(&sums[share->site - first].of[VT__MEASURE_PEAK], share->sum);
		}
}

/* What is live of a site leaked if the findings say so: a process that runs may still free it, a
 * library or a cache may keep it. */
static void sum_leaks(const struct vt__process *process, struct site_sums *sums)
{
	const struct vt_format_site *first = vt__recording_site(process->recording, 0);

	for (size_t i = 0; i < process->finding_count; i++) {
		const struct vt__finding_row *row = &process->findings[i];

		if (row->finding_class == VT__CLASS_LEAK && row->site)
			sums[row->site - first].of[VT__MEASURE_LEAKED] = row->sum;
	}
}

/* NULL if out of memory. */
static struct site_sums *sum_sites(const struct vt__process *process)
{
	const uint32_t count = vt__recording_sites(process->recording);
	struct site_sums *sums = calloc(count + 1u, sizeof(*sums));

	if (!sums)
		return NULL;
	sum_live(process->recording, sums);
	sum_peaks(process, sums);
	sum_leaks(process, sums);
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_site *site = vt__recording_site(process->recording, i);

		sums[i].of[VT__MEASURE_ALLOCATED] = (struct vt__sum){site->total.allocated_bytes,
								     site->total.allocations};
	}
	return sums;
}

/* ---- One site ------------------------------------------------------------------------ */

static bool is_empty(const struct vt__sample *sample)
{
	for (int i = 0; i < VT__MEASURE_COUNT; i++)
		if (sample->sums[i].bytes || sample->sums[i].count)
			return false;
	return true;
}

/* What is live of a site with names, name by name. What of the site is left in `whole` has none. */
static int each_part(struct vt__sample *whole,
		     int (*each)(const struct vt__sample *sample, void *closure), void *closure)
{
	const struct vt__process *process = whole->process;
	const bool leaked = whole->sums[VT__MEASURE_LEAKED].count;
	struct vt__sample sample = *whole;
	int error = 0;
	size_t count;
	const struct vt__part *parts = vt__parts_of(process, whole->number, &count);

	if (!count)
		return 0;
	memset(sample.sums, 0, sizeof(sample.sums));
	whole->sums[VT__MEASURE_LIVE] = whole->sums[VT__MEASURE_LEAKED] = (struct vt__sum){0};
	for (size_t i = 0; !error && i < count; i++) {
		sample.purpose = vt__recording_optional(process->recording, parts[i].purpose);
		sample.label = vt__recording_optional(process->recording, parts[i].label);
		sample.sums[VT__MEASURE_LIVE] = parts[i].sum;
		if (leaked)
			sample.sums[VT__MEASURE_LEAKED] = parts[i].sum;
		error = each(&sample, closure);
	}
	return error;
}

int vt__each_sample(const struct vt__process *process,
		    int (*each)(const struct vt__sample *sample, void *closure), void *closure)
{
	const uint32_t count = vt__recording_sites(process->recording);
	struct site_sums *sums = sum_sites(process);
	int error = sums ? 0 : -ENOMEM;

	for (uint32_t i = 0; !error && i < count; i++) {
		struct vt__sample sample = {
			.process = process,
			.site = vt__recording_site(process->recording, i),
			.number = i,
		};

		if (sample.site->device >= process->device_count ||
		    sample.site->kind >= VT_KIND_COUNT)
			continue;
		sample.bucket = vt__bucket_of(sample.site->kind);
		memcpy(sample.sums, sums[i].of, sizeof(sample.sums));
		error = each_part(&sample, each, closure);
		if (!error && !is_empty(&sample))
			error = each(&sample, closure);
	}
	free(sums);
	return error;
}

/* ---- All of them ----------------------------------------------------------------------- */

struct collection {
	struct vt__sample *samples;
	size_t count, capacity;
};

static int collect(const struct vt__sample *sample, void *closure)
{
	struct collection *collection = closure;
	struct vt__sample *grown;

	if (collection->count == collection->capacity) {
		const size_t more = collection->capacity ? collection->capacity * 2 : 64;

		grown = reallocarray(collection->samples, more, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		collection->samples = grown;
		collection->capacity = more;
	}
	collection->samples[collection->count++] = *sample;
	return 0;
}

int vt__samples_of(const struct vt__process *process, struct vt__sample **out, size_t *count)
{
	struct collection collection = {.samples = NULL};
	const int error = vt__each_sample(process, collect, &collection);

	if (error) {
		free(collection.samples);
		return error;
	}
	*out = collection.samples;
	*count = collection.count;
	return 0;
}
