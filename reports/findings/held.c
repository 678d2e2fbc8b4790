/*
 * Finds the call sites of objects that are live (contexts, streams, events, ...), and who keeps
 * them.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/charged.h"
#include "reports/findings/findings.h"

static int by_count(const void *left, const void *right)
{
	const struct vt__finding_row *a = left, *b = right;

	if (a->sum.count != b->sum.count)
		return a->sum.count > b->sum.count ? -1 : 1;
	return a->site_number < b->site_number ? -1 : a->site_number > b->site_number;
}

static bool holds_objects(const struct vt_format_site *site, const struct vt__site_live *live)
{
	return live->sum.count && site->kind < VT_KIND_COUNT &&
	       vt__bucket_of(site->kind) == VT_BUCKET_HELD;
}

/* The primary context ends with the process, or by a reset: programs do not release it. */
static bool is_primary_context(const struct vt__finding_row *row)
{
	const char *api = vt__raw_to_compare(row->api);

	return api && !strcmp(api, "cuDevicePrimaryCtxRetain");
}

/* Code that CUDA's runtime loads by itself, when it is first needed: no function that a program
 * calls for that is among the runtime's frames, which are the innermost. */
static bool is_code_of_runtime(const struct vt__finding_row *row, const struct vt__frames *frames)
{
	static const char asked[] = "cudaLibraryLoad";
	size_t i = 0;

	if (row->kind != VT_KIND_MODULE && row->kind != VT_KIND_LIBRARY)
		return false;
	for (; i < frames->count && frames->frames[i].runtime; i++)
		if (frames->frames[i].function &&
		    !strncmp(frames->frames[i].function, asked, strlen(asked)))
			return false;
	return i > 0;
}

/* 0 or -ENOMEM. */
static int find_keeper(const struct vt__process *process, struct vt__finding_row *row,
		       struct vt__frames *frames)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	const char *variables = vt__raw_to_parse(
		vt__recording_string(process->recording, header->launch));
	int keep = vt__stack_own_frames(process->stacks, row->stack, frames);

	if (!keep && (is_primary_context(row) || is_code_of_runtime(row, frames))) {
		row->keeper = (struct vt__keeper){.name = "CUDA's runtime"};
		keep = VT__KEEP_LIBRARY;
	} else if (!keep) {
		keep = vt__keeper_of(frames, row->kind, variables, &row->keeper);
	}
	if (keep == VT__KEEP_LIBRARY)
		row->finding_class = VT__CLASS_RETAINED;
	else if (keep == VT__KEEP_CACHE)
		row->finding_class = VT__CLASS_CACHED;
	return keep < 0 ? keep : 0;
}

static void add_row(struct vt__process *process, uint32_t number, const struct vt__site_live *live)
{
	const struct vt_format_site *site = vt__recording_site(process->recording, number);
	const bool runs = vt__recording_state(process->recording) == VT__PROCESS_RUNNING;

	process->held[process->held_count++] = (struct vt__finding_row){
		.finding_class = runs ? VT__CLASS_LIVE : VT__CLASS_HELD_OBJECT,
		.sum = {live->sum.bytes ? live->sum.bytes : vt__charged_bytes(process, site),
			live->sum.count},
		.kind = site->kind,
		.device = site->device < process->device_count ? site->device : VT_FORMAT_NONE,
		.stack = site->stack,
		.site_number = number,
		.thread = live->thread == VT__THREAD_SEVERAL ? 0 : live->thread,
		.api = vt__recording_string(process->recording, site->api),
		.site = site,
	};
}

int vt__find_held(struct vt__process *process, const struct vt__site_live *live)
{
	const uint32_t sites = vt__recording_sites(process->recording);
	struct vt__frames frames = {0};
	size_t count = 0;
	int error = 0;

	for (uint32_t i = 0; i < sites; i++)
		count += holds_objects(vt__recording_site(process->recording, i), &live[i]);
	if (!count)
		return 0;
	process->held = calloc(count, sizeof(*process->held));
	if (!process->held)
		return -ENOMEM;
	for (uint32_t i = 0; i < sites && !error; i++) {
		if (!holds_objects(vt__recording_site(process->recording, i), &live[i]))
			continue;
		add_row(process, i, &live[i]);
		if (process->held[process->held_count - 1].finding_class == VT__CLASS_HELD_OBJECT)
			error = find_keeper(process, &process->held[process->held_count - 1],
					    &frames);
	}
	vt__frames_release(&frames);
	qsort(process->held, process->held_count, sizeof(*process->held), by_count);
	return error;
}
