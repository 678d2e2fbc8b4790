/*
 * Makes the findings and live sums of one process from its records.
 *
 * Every reference between records is looked up with its bounds: a torn
 * recording may break any of them.
 */
#include "config.h"

#include "reports/findings/findings.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/caches.h"
#include "reports/findings/ending.h"
#include "reports/findings/growth.h"
#include "reports/findings/holders.h"
#include "reports/findings/keeper.h"
#include "reports/findings/purposes.h"
#include "reports/findings/references.h"
#include "reports/findings/rest.h"
#include "reports/findings/refused_frees.h"

static void enter_live(struct vt__process *process, struct vt__site_live *live,
		       const struct vt_format_allocation *allocation,
		       const struct vt_format_site *site)
{
	struct vt__sum *total;

	live->sum.bytes += allocation->bytes;
	live->sum.count++;
	if (live->thread == VT__THREAD_NONE)
		live->thread = allocation->thread;
	else if (live->thread != allocation->thread)
		live->thread = VT__THREAD_SEVERAL;
	if (site->device >= process->device_count || site->kind >= VT_KIND_COUNT)
		return;
	total = &process->devices[site->device].live[site->kind];
	total->bytes += allocation->bytes;
	total->count++;
}

/* One row for each site; NULL if out of memory. */
static struct vt__site_live *sum_live(struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t count = vt__recording_allocations(recording);
	struct vt__site_live *live = calloc(vt__recording_sites(recording) + 1u, sizeof(*live));

	for (uint32_t i = 0; live && i < count; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);
		const struct vt_format_site *site;

		if (allocation->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__recording_site(recording, allocation->site);
		if (site &&
		    (site->kind != VT_KIND_BLOCK || vt__block_is_there(process, allocation)))
			enter_live(process, &live[allocation->site], allocation, site);
	}
	return live;
}

/* ---- Findings --------------------------------------------------------------- */

/* What live memory of this kind is called; false: nothing to tell of. */
static bool class_of_live(const struct vt__process *process, uint32_t kind, enum vt__class *out)
{
	const enum vt_bucket bucket = vt__bucket_of(kind);

	if (bucket == VT_BUCKET_IMPORTED)
		*out = VT__CLASS_IMPORTED;
	else if (bucket == VT_BUCKET_REGISTERED)
		*out = VT__CLASS_REGISTERED;
	else if (vt__recording_state(process->recording) == VT__PROCESS_RUNNING)
		*out = VT__CLASS_LIVE;
	else
		*out = VT__CLASS_LEAK;
	return vt__bucket_words[bucket].owned || bucket == VT_BUCKET_IMPORTED ||
	       bucket == VT_BUCKET_REGISTERED;
}

/* NULL if there is nothing in the sum. */
static struct vt__finding_row *add_site(struct vt__process *process, enum vt__class finding_class,
					const struct vt_format_site *site, struct vt__sum sum,
					uint32_t thread)
{
	struct vt__finding_row *row = &process->findings[process->finding_count];

	if (!sum.count || site->kind >= VT_KIND_COUNT)
		return NULL;
	process->finding_count++;
	*row = (struct vt__finding_row){
		.finding_class = finding_class,
		.sum = sum,
		.kind = site->kind,
		.device = site->device < process->device_count ? site->device : VT_FORMAT_NONE,
		.stack = site->stack,
		.thread = thread == VT__THREAD_SEVERAL ? 0 : thread,
		.api = vt__recording_string(process->recording, site->api),
		.site = site,
	};
	return row;
}

static struct vt__finding_row event_row(const struct vt__process *process,
					enum vt__class finding_class,
					const struct vt_format_finding *finding, uint32_t number)
{
	return (struct vt__finding_row){
		.finding_class = finding_class,
		.sum = {finding->bytes, finding->count},
		.kind = finding->kind < VT_KIND_COUNT ? finding->kind : VT_FORMAT_NONE,
		.device = finding->device < process->device_count ? finding->device
								  : VT_FORMAT_NONE,
		.stack = finding->stack,
		.thread = finding->thread,
		.api = vt__recording_string(process->recording, finding->api),
		.record = finding,
		.number = number,
	};
}

static void add_event(struct vt__process *process, uint32_t number)
{
	static const enum vt__class classes[] = {
		[VT_FINDING_BAD_FREE] = VT__CLASS_BAD_FREE,
		[VT_FINDING_OUT_OF_MEMORY] = VT__CLASS_OUT_OF_MEMORY,
		[VT_FINDING_LATE_FREE] = VT__CLASS_LATE_FREE,
		[VT_FINDING_FAULT] = VT__CLASS_FAULT,
		[VT_FINDING_STALE_GRAPH] = VT__CLASS_STALE_GRAPH,
	};
	const struct vt_format_finding *finding = vt__recording_finding(process->recording, number);
	enum vt__class what;

	/* Anything else was half entered when its process was killed. */
	if (finding->finding_class < VT_FINDING_BAD_FREE ||
	    finding->finding_class >= VT_FINDING_CLASSES_END)
		return;
	what = classes[finding->finding_class];
	if (what == VT__CLASS_STALE_GRAPH && finding->reason == VT_STALE_UNDONE)
		return;
	if (what == VT__CLASS_STALE_GRAPH && finding->reason != VT_STALE_LAUNCHED)
		what = VT__CLASS_STALE_GRAPH_IDLE;
	process->findings[process->finding_count++] = event_row(process, what, finding, number);
}

/* Whether what is known says that it was wrong; else the process may have been
 * ended from outside just then. */
static bool is_wrong(const struct vt_format_finding *free)
{
	return free->reason != VT_BAD_FREE_UNKNOWN && free->reason != VT_BAD_FREE_REFUSED;
}

/* Frees that the driver did not come back from. A process that went through exit()
 * has left them behind, one that runs is in them. */
static void add_unfinished(struct vt__process *process, uint32_t number)
{
	const struct vt_format_intent *intent = vt__recording_intent(process->recording, number);

	if (intent->state != VT_INTENT_UNDER_WAY ||
	    vt__recording_state(process->recording) != VT__PROCESS_ENDED)
		return;
	process->findings[process->finding_count++] = event_row(
		process, is_wrong(&intent->free) ? VT__CLASS_BAD_FREE : VT__CLASS_UNFINISHED_FREE,
		&intent->free, number);
	process->findings[process->finding_count - 1].unfinished = true;
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

/* What was left is the program's, unless a rule says who keeps it. 0 or -ENOMEM. */
static int find_keeper(const struct vt__process *process, struct vt__finding_row *row,
		       struct vt__frames *frames)
{
	const int keep = vt__find_keeper(process, row->stack, row->kind, frames, &row->keeper);

	if (keep == VT__KEEP_LIBRARY)
		row->finding_class = VT__CLASS_RETAINED;
	else if (keep == VT__KEEP_CACHE)
		row->finding_class = VT__CLASS_CACHED;
	return keep < 0 ? keep : 0;
}

/* `ended`: what of it was freed because the interpreter ended; NULL: none did. `frames`: to be
 * filled again and again. 0 or -ENOMEM. */
static int add_rows_of_site(struct vt__process *process, uint32_t number,
			    const struct vt__site_live *live, const struct vt__sum *ended,
			    struct vt__frames *frames)
{
	const struct vt_format_site *site = vt__recording_site(process->recording, number);
	const struct vt__sum reset = {site->reset_bytes, site->reset_count};
	struct vt__finding_row *row;
	enum vt__class left;
	int error = 0;

	if (!class_of_live(process, site->kind, &left))
		return 0;
	row = add_site(process, left, site, live->sum, live->thread);
	if (row) {
		row->site_number = number;
		row->parts = vt__parts_of(process, number, &row->part_count);
		row->refused = vt__refused_of(process, number, &row->refused_count);
		row->references = vt__references_of(process, number, &row->reference_count);
		if (left == VT__CLASS_LEAK)
			error = find_keeper(process, row, frames);
	}
	if (!vt__bucket_words[vt__bucket_of(site->kind)].owned)
		return error;
	(void)add_site(process, VT__CLASS_FREED_BY_RESET, site, reset, 0);
	if (ended)
		(void)add_site(process, VT__CLASS_HELD_UNTIL_END, site, *ended, 0);
	return error;
}

static int add_rows_of_sites(struct vt__process *process, const struct vt__site_live *live,
			     const struct vt__sum *ended)
{
	const uint32_t sites = vt__recording_sites(process->recording);
	struct vt__frames frames = {0};
	int error = 0;

	for (uint32_t i = 0; !error && i < sites; i++)
		error = add_rows_of_site(process, i, &live[i], ended ? &ended[i] : NULL, &frames);
	vt__frames_release(&frames);
	return error;
}

static int make_findings(struct vt__process *process, const struct vt__site_live *live)
{
	const uint32_t sites = vt__recording_sites(process->recording);
	const uint32_t events = vt__recording_findings(process->recording);
	const uint32_t growths = vt__recording_growths(process->recording);
	const uint32_t intents = vt__recording_intents(process->recording);
	const uint32_t rests = vt__recording_rests(process->recording);

	struct vt__sum *ended;
	int error;

	if (vt__find_ended(process, &ended))
		return -ENOMEM;
	process->findings = calloc((size_t)sites * 3 + events + growths + intents + rests + 1,
				   sizeof(*process->findings));
	error = process->findings ? add_rows_of_sites(process, live, ended) : -ENOMEM;
	free(ended);
	if (error)
		return error;
	for (uint32_t i = 0; i < events; i++)
		add_event(process, i);
	for (uint32_t i = 0; i < intents; i++)
		add_unfinished(process, i);
	if (vt__add_growth(process) || vt__add_rest(process))
		return -ENOMEM;
	qsort(process->findings, process->finding_count, sizeof(*process->findings),
	      by_class_and_size);
	return 0;
}

int vt__find_all(struct vt__process *process)
{
	struct vt__site_live *live = sum_live(process);
	int error;

	if (!live)
		return -ENOMEM;
	error = make_findings(process, live);
	if (!error)
		error = vt__find_origins(process);
	if (!error)
		error = vt__find_peaks(process, live);
	if (!error)
		error = vt__find_held(process, live);
	if (!error)
		error = vt__find_holders(process);
	free(live);
	return error;
}
