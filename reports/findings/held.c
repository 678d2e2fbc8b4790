/*
 * Finds the call sites of objects that are live: contexts, streams, events, ...
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/findings.h"

static int by_count(const void *left, const void *right)
{
	const struct vt__share *a = left, *b = right;

	if (a->sum.count != b->sum.count)
		return a->sum.count > b->sum.count ? -1 : 1;
	return a->site < b->site ? -1 : a->site > b->site;
}

static bool holds_objects(const struct vt_format_site *site, const struct vt__site_live *live)
{
	return live->sum.count && site->kind < VT_KIND_COUNT &&
	       vt__bucket_of(site->kind) == VT_BUCKET_HELD;
}

int vt__find_held(struct vt__process *process, const struct vt__site_live *live)
{
	const uint32_t sites = vt__recording_sites(process->recording);
	size_t count = 0;

	for (uint32_t i = 0; i < sites; i++)
		count += holds_objects(vt__recording_site(process->recording, i), &live[i]);
	if (!count)
		return 0;
	process->held = calloc(count, sizeof(*process->held));
	if (!process->held)
		return -ENOMEM;
	for (uint32_t i = 0; i < sites; i++) {
		const struct vt_format_site *site = vt__recording_site(process->recording, i);

		if (holds_objects(site, &live[i]))
			process->held[process->held_count++] = (struct vt__share){
				.site = site, .sum = live[i].sum};
	}
	qsort(process->held, process->held_count, sizeof(*process->held), by_count);
	return 0;
}
