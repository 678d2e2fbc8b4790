/*
 * Adds up live allocations, call sites and devices: each sums up the one before.
 */
#include "config.h"

#include "reports/recording/record_sums.h"

#include "reports/recording/record_check_time.h"

#include <stdlib.h>

/* What is live of a site, by its records, from what the site says. */
static bool sites_agree(const struct vt__recording *recording)
{
	const uint32_t sites = vt__recording_sites(recording);
	uint64_t *live = calloc((size_t)sites + 1, sizeof(*live));
	bool agree = true;

	if (!live) /* nothing is known, and nothing is claimed */
		return true;
	for (uint32_t i = 0; i < vt__recording_allocations(recording); i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);

		if (allocation->state == VT_ALLOCATION_LIVE)
			live[allocation->site]++;
	}
	for (uint32_t i = 0; i < sites && agree; i++)
		agree = vt__recording_site(recording, i)->total.live_count == live[i];
	free(live);
	return agree;
}

static bool devices_agree(const struct vt__recording *recording)
{
	const uint32_t devices = vt__recording_devices(recording);
	uint64_t(*made)[VT_KIND_COUNT] = calloc((size_t)devices + 1, sizeof(*made));
	bool agree = true;

	if (!made)
		return true;
	for (uint64_t i = 0; i < vt__recording_sites(recording); i++) {
		const struct vt_format_site *site = vt__recording_site(recording, (uint32_t)i);

		made[site->device][site->kind] += site->total.allocations;
	}
	for (uint64_t i = 0; i < (uint64_t)devices * VT_KIND_COUNT && agree; i++)
		agree = vt__recording_device(recording, (uint32_t)(i / VT_KIND_COUNT))
				->kinds[i % VT_KIND_COUNT]
				.allocations == made[i / VT_KIND_COUNT][i % VT_KIND_COUNT];
	free(made);
	return agree;
}

bool vt__sums_agree(const struct vt__recording *recording)
{
	return sites_agree(recording) && devices_agree(recording) && vt__timelines_agree(recording);
}
