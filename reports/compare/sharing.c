/*
 * Joins handles of shared memory over all recordings.
 */
#include "config.h"

#include "reports/compare/sharing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *vt__shared_state_name(enum vt__shared_state state)
{
	static const char *const names[] = {
#define VT__SHARED(id, json) json,
		VT__SHARED_STATES(VT__SHARED)
#undef VT__SHARED
	};

	return names[state];
}

const char *vt__sharing_name(uint32_t what)
{
	static const char *const names[] = {
#define VT_SHARING(id, json) json,
		VT_SHARINGS(VT_SHARING)
#undef VT_SHARING
	};

	return what < VT_SHARING_COUNT ? names[what] : NULL;
}

/* ---- What is live still ---------------------------------------------------------- */

static int by_address(const void *left, const void *right)
{
	const struct vt_format_allocation *const *a = left, *const *b = right;

	return (*a)->address < (*b)->address ? -1 : (*a)->address > (*b)->address;
}

/* The live allocations of a process by address; NULL if out of memory. */
static const struct vt_format_allocation **list_live(const struct vt__recording *recording,
						     size_t *count)
{
	const uint32_t all = vt__recording_allocations(recording);
	const struct vt_format_allocation **live = calloc((size_t)all + 1, sizeof(*live));

	*count = 0;
	for (uint32_t i = 0; live && i < all; i++) {
		const struct vt_format_allocation *one = vt__recording_allocation(recording, i);

		if (one->state == VT_ALLOCATION_LIVE)
			live[(*count)++] = one;
	}
	if (live)
		qsort(live, *count, sizeof(*live), by_address);
	return live;
}

static bool is_of(const struct vt__recording *recording, const struct vt_format_allocation *one,
		  const struct vt_format_sharing *record)
{
	const struct vt_format_site *site = vt__recording_site(recording, one->site);
	const enum vt_bucket bucket = site ? vt__bucket_of(site->kind) : VT_BUCKET_HELD;

	return record->how == VT_SHARING_IMPORTED ? bucket == VT_BUCKET_IMPORTED
						  : vt__bucket_words[bucket].owned;
}

static bool holds(const struct vt__recording *recording, const struct vt_format_allocation **live,
		  size_t count, const struct vt_format_sharing *record)
{
	size_t low = 0, high = count;

	if (record->freed_ns)
		return false;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (live[middle]->address < record->address)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count && live[low]->address == record->address; low++)
		if (is_of(recording, live[low], record))
			return true;
	return false;
}

/* ---- All that share --------------------------------------------------------------- */

static int add_process(struct vt__sharing_rows *out, const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t count = vt__recording_sharings(recording);
	const struct vt_format_allocation **live;
	struct vt__sharer *grown;
	size_t live_count;

	if (!count)
		return 0;
	grown = reallocarray(out->sharers, out->sharer_count + count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	out->sharers = grown;
	live = list_live(recording, &live_count);
	if (!live)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_sharing *record = vt__recording_sharing(recording, i);

		if (record->how == VT_SHARING_NONE)
			continue;
		out->sharers[out->sharer_count++] = (struct vt__sharer){
			process, record, holds(recording, live, live_count, record)};
	}
	free(live);
	return 0;
}

static const struct vt_format_header *header_of(const struct vt__sharer *sharer)
{
	return vt__recording_header(sharer->process->recording);
}

/* 0: it is the same handle. */
static int compare_handles(const struct vt__sharer *a, const struct vt__sharer *b)
{
	int order = memcmp(header_of(a)->boot_id, header_of(b)->boot_id,
			   sizeof(header_of(a)->boot_id));

	if (!order && a->record->what != b->record->what)
		order = a->record->what < b->record->what ? -1 : 1;
	return order ? order : memcmp(a->record->handle, b->record->handle, VT_FORMAT_HANDLE_BYTES);
}

/* Those of one handle together, who gave it out first: last, if there are several. */
static int by_handle(const void *left, const void *right)
{
	const struct vt__sharer *a = left, *b = right;
	const int order = compare_handles(a, b);

	if (order)
		return order;
	if (a->record->how != b->record->how)
		return a->record->how < b->record->how ? -1 : 1;
	if (a->record->time_ns != b->record->time_ns)
		return a->record->time_ns < b->record->time_ns ? -1 : 1;
	return a->process < b->process ? -1 : a->process > b->process;
}

/* ---- Rows ---------------------------------------------------------------------------- */

/* Whether it is open there after `ns`, as far as that is known: it runs, or ended later. */
static bool holds_after(const struct vt__sharer *importer, uint64_t ns)
{
	if (!importer->holds)
		return false;
	return vt__recording_state(importer->process->recording) == VT__PROCESS_RUNNING ||
	       header_of(importer)->end_monotonic_ns > ns;
}

/* When the owner let it go, by a free or by its end; UINT64_MAX: it did not, or nobody knows. */
static uint64_t gone_ns(const struct vt__sharer *exporter)
{
	if (exporter->record->freed_ns)
		return exporter->record->freed_ns;
	if (vt__recording_state(exporter->process->recording) == VT__PROCESS_EXITED &&
	    header_of(exporter)->end_monotonic_ns)
		return header_of(exporter)->end_monotonic_ns;
	return UINT64_MAX;
}

/* Who has it open: at the end, or when its owner was gone. */
static size_t count_holders(const struct vt__shared_memory *row, uint64_t after)
{
	size_t count = 0;

	for (size_t i = 0; i < row->importer_count; i++)
		count += after == UINT64_MAX ? row->importers[i].holds
					     : holds_after(&row->importers[i], after);
	return count;
}

static void find_state(struct vt__shared_memory *row)
{
	const uint64_t gone = row->exporter ? gone_ns(row->exporter) : UINT64_MAX;

	row->holder_count = count_holders(row, gone);
	row->gone_ns = gone;
	if (row->exporter && row->holder_count && gone != UINT64_MAX)
		row->state = row->exporter->record->freed_ns ? VT__SHARED_FREED : VT__SHARED_ENDED;
	else if (!row->exporter && row->holder_count)
		row->state = VT__SHARED_UNKNOWN;
	else if (row->holder_count)
		row->state = VT__SHARED_LIVE;
	else
		row->state = VT__SHARED_CLOSED;
}

bool vt__shared_is_held(const struct vt__shared_memory *row, const struct vt__sharer *importer)
{
	return row->gone_ns == UINT64_MAX ? importer->holds : holds_after(importer, row->gone_ns);
}

/* The sharers of one handle; no row where nobody opened it. */
static void add_row(struct vt__sharing_rows *out, const struct vt__sharer *first, size_t count)
{
	struct vt__shared_memory row = {.exporter = NULL};

	for (; count && first->record->how == VT_SHARING_EXPORTED; first++, count--)
		row.exporter = first;
	if (!count)
		return;
	row.importers = first;
	row.importer_count = count;
	row.bytes = row.exporter ? row.exporter->record->bytes : first->record->bytes;
	find_state(&row);
	out->rows[out->count++] = row;
}

static int rank_of(const struct vt__shared_memory *row)
{
	static const int ranks[VT__SHARED_STATE_COUNT] = {
		[VT__SHARED_FREED] = 0, [VT__SHARED_ENDED] = 1,  [VT__SHARED_UNKNOWN] = 2,
		[VT__SHARED_LIVE] = 3,  [VT__SHARED_CLOSED] = 4,
	};

	return ranks[row->state];
}

static int by_weight(const void *left, const void *right)
{
	const struct vt__shared_memory *a = left, *b = right;

	if (rank_of(a) != rank_of(b))
		return rank_of(a) - rank_of(b);
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return a->importers < b->importers ? -1 : a->importers > b->importers;
}

int vt__sharing_join(const struct vt__analysis *analysis, struct vt__sharing_rows *out)
{
	size_t end;

	*out = (struct vt__sharing_rows){.rows = NULL};
	for (size_t i = 0; i < analysis->process_count; i++)
		if (add_process(out, &analysis->processes[i]))
			return -ENOMEM;
	if (!out->sharer_count)
		return 0;
	qsort(out->sharers, out->sharer_count, sizeof(*out->sharers), by_handle);
	out->rows = calloc(out->sharer_count, sizeof(*out->rows));
	if (!out->rows)
		return -ENOMEM;
	for (size_t i = 0; i < out->sharer_count; i = end) {
		for (end = i + 1; end < out->sharer_count; end++)
			if (compare_handles(&out->sharers[i], &out->sharers[end]))
				break;
		add_row(out, &out->sharers[i], end - i);
	}
	qsort(out->rows, out->count, sizeof(*out->rows), by_weight);
	return 0;
}

void vt__sharing_release(struct vt__sharing_rows *rows)
{
	free(rows->rows);
	free(rows->sharers);
	*rows = (struct vt__sharing_rows){.rows = NULL};
}
