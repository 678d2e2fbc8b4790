/*
 * What was freed only because the interpreter ended: what was live when that began
 * without what of it is live still.
 */
#include "config.h"

#include "reports/findings/ending.h"

#include <errno.h>
#include <stdlib.h>

static uint64_t less(uint64_t number, uint64_t by)
{
	return number > by ? number - by : 0;
}

int vt__find_ended(const struct vt__process *process, struct vt__sum **out)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_ending *ending = vt__recording_ending(recording, 0);
	const uint32_t allocations = vt__recording_allocations(recording);
	const uint32_t kept_count = vt__recording_kepts(recording);
	struct vt__sum *sums;

	*out = NULL;
	if (!ending)
		return 0;
	sums = calloc(vt__recording_sites(recording) + 1u, sizeof(*sums));
	if (!sums)
		return -ENOMEM;
	for (uint32_t i = 0; i < kept_count; i++) {
		const struct vt_format_kept *kept = vt__recording_kept(recording, i);

		if (!kept->ending)
			sums[kept->site] = (struct vt__sum){kept->bytes, kept->count};
	}
	for (uint32_t i = 0; i < allocations; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);

		if (allocation->state != VT_ALLOCATION_LIVE ||
		    allocation->time_ns > ending->time_ns ||
		    !vt__recording_site(recording, allocation->site))
			continue;
		sums[allocation->site].bytes = less(sums[allocation->site].bytes,
						    allocation->bytes);
		sums[allocation->site].count = less(sums[allocation->site].count, 1);
	}
	*out = sums;
	return 0;
}
