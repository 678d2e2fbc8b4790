/*
 * Finds the API that made what was freed: a finding has the stack, the kind and
 * the device of its allocation, as the call site has.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/findings.h"

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_origin(const struct vt_format_site *a, const struct vt_format_site *b)
{
	if (a->stack != b->stack)
		return compare(a->stack, b->stack);
	return a->kind != b->kind ? compare(a->kind, b->kind) : compare(a->device, b->device);
}

static int by_origin_of_pointers(const void *left, const void *right)
{
	const struct vt_format_site *const *a = left, *const *b = right;

	return by_origin(*a, *b);
}

/* Whether the finding is about an allocation whose stack is known. */
static bool has_origin(const struct vt__finding_row *row)
{
	return row->record && row->record->allocation_stack != VT_FORMAT_NONE;
}

static void name_origins(struct vt__process *process, const struct vt_format_site **sites,
			 size_t count)
{
	for (size_t i = 0; i < process->finding_count; i++) {
		struct vt__finding_row *row = &process->findings[i];
		struct vt_format_site wanted = {0};
		const struct vt_format_site *key = &wanted, *const * found;

		if (!has_origin(row))
			continue;
		wanted.stack = row->record->allocation_stack;
		wanted.kind = row->record->kind;
		wanted.device = row->record->device;
		found = bsearch(&key, sites, count, sizeof(*sites), by_origin_of_pointers);
		if (found)
			row->made_by = vt__recording_string(process->recording, (*found)->api);
	}
}

int vt__find_origins(struct vt__process *process)
{
	const uint32_t count = vt__recording_sites(process->recording);
	const struct vt_format_site **sites;
	size_t first;

	for (first = 0; first < process->finding_count && !has_origin(&process->findings[first]);
	     first++)
		;
	if (first == process->finding_count || !count)
		return 0;
	sites = calloc(count, sizeof(*sites));
	if (!sites)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		sites[i] = vt__recording_site(process->recording, i);
	qsort(sites, count, sizeof(*sites), by_origin_of_pointers);
	name_origins(process, sites, count);
	free(sites);
	return 0;
}
