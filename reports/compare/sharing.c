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

/* What a process holds at an address. */
struct held {
	uint64_t address;
	bool of_others, own; /* both, where a recording lies */
};

struct live {
	struct held *held; /* by address, each once */
	size_t count;
	size_t imported; /* pieces of physical memory that are open */
};

static int by_address(const void *left, const void *right)
{
	const struct held *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

static void join_same(struct live *live)
{
	size_t count = 0;

	for (size_t i = 0; i < live->count; i++) {
		struct held *last = &live->held[count ? count - 1 : 0];
		const struct held *one = &live->held[i];

		if (count && last->address == one->address) {
			last->of_others |= one->of_others;
			last->own |= one->own;
		} else {
			live->held[count++] = *one;
		}
	}
	live->count = count;
}

/* False if out of memory. */
static bool list_live(const struct vt__recording *recording, struct live *live)
{
	const uint32_t all = vt__recording_allocations(recording);

	*live = (struct live){.held = calloc((size_t)all + 1, sizeof(*live->held))};
	for (uint32_t i = 0; live->held && i < all; i++) {
		const struct vt_format_allocation *one = vt__recording_allocation(recording, i);
		const struct vt_format_site *site = vt__recording_site(recording, one->site);
		const enum vt_bucket bucket = site ? vt__bucket_of(site->kind) : VT_BUCKET_HELD;

		if (one->state != VT_ALLOCATION_LIVE)
			continue;
		live->held[live->count++] = (struct held){
			one->address, bucket == VT_BUCKET_IMPORTED,
			vt__bucket_words[bucket].owned ||
				(site && site->kind == VT_KIND_MULTICAST)};
		live->imported += site && site->kind == VT_KIND_VMM_IMPORTED;
	}
	if (!live->held)
		return false;
	qsort(live->held, live->count, sizeof(*live->held), by_address);
	join_same(live);
	return true;
}

static bool holds(const struct live *live, const struct vt_format_sharing *record)
{
	const struct held wanted = {.address = record->address};
	const struct held *found;

	if (record->freed_ns)
		return false;
	found = bsearch(&wanted, live->held, live->count, sizeof(wanted), by_address);
	return found && (record->how == VT_SHARING_IMPORTED ? found->of_others : found->own);
}

/* Whether physical memory is open that came by none of the process's fabric handles. */
static bool holds_others(const struct vt__recording *recording, const struct live *live)
{
	size_t open = live->imported;

	for (uint32_t i = 0; open && i < vt__recording_sharings(recording); i++) {
		const struct vt_format_sharing *record = vt__recording_sharing(recording, i);

		open -= record->how == VT_SHARING_IMPORTED && record->what == VT_SHARING_FABRIC &&
			holds(live, record);
	}
	return open > 0;
}

/* ---- All that share --------------------------------------------------------------- */

static int add_process(struct vt__sharing_rows *out, const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t count = vt__recording_sharings(recording);
	struct vt__sharer *grown;
	struct live live;
	bool has_others;

	if (!count)
		return 0;
	grown = reallocarray(out->sharers, out->sharer_count + count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	out->sharers = grown;
	if (!list_live(recording, &live))
		return -ENOMEM;
	has_others = holds_others(recording, &live);
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_sharing *record = vt__recording_sharing(recording, i);

		if (record->how == VT_SHARING_NONE)
			continue;
		out->sharers[out->sharer_count++] = (struct vt__sharer){
			process, record,
			record->what == VT_SHARING_DESCRIPTOR ? has_others : holds(&live, record)};
	}
	free(live.held);
	return 0;
}

static const struct vt_format_header *header_of(const struct vt__sharer *sharer)
{
	return vt__recording_header(sharer->process->recording);
}

static int compare_boots(const struct vt__sharer *a, const struct vt__sharer *b)
{
	return memcmp(header_of(a)->boot_id, header_of(b)->boot_id, sizeof(header_of(a)->boot_id));
}

/* 0: it is the same handle. A fabric joins machines. */
static int compare_handles(const struct vt__sharer *a, const struct vt__sharer *b)
{
	int order = 0;

	if (a->record->what != b->record->what)
		order = a->record->what < b->record->what ? -1 : 1;
	else if (a->record->what != VT_SHARING_FABRIC)
		order = compare_boots(a, b);
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

/* By the clock of another process; of another machine by the time of day. */
static uint64_t by_clock_of(const struct vt__sharer *to, const struct vt__sharer *from, uint64_t ns)
{
	if (!compare_boots(to, from))
		return ns;
	return ns - header_of(from)->start_monotonic_ns + header_of(from)->start_realtime_ns -
	       header_of(to)->start_realtime_ns + header_of(to)->start_monotonic_ns;
}

/* Whether it is open there after the owner let it go, as far as that is known: it runs, or ended
 * later. */
static bool holds_after(const struct vt__shared_memory *row, const struct vt__sharer *importer)
{
	if (!importer->holds)
		return false;
	return vt__recording_state(importer->process->recording) == VT__PROCESS_RUNNING ||
	       header_of(importer)->end_monotonic_ns >
		       by_clock_of(importer, row->exporter, row->gone_ns);
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

bool vt__shared_is_held(const struct vt__shared_memory *row, const struct vt__sharer *importer)
{
	return row->gone_ns == UINT64_MAX ? importer->holds : holds_after(row, importer);
}

static enum vt__shared_state state_of(const struct vt__shared_memory *row)
{
	if (!row->holder_count)
		return VT__SHARED_CLOSED;
	if (row->importers->record->what == VT_SHARING_DESCRIPTOR)
		return VT__SHARED_UNJOINED;
	if (!row->exporter)
		return VT__SHARED_UNKNOWN;
	if (row->exporter->record->freed_ns)
		return VT__SHARED_FREED;
	if (row->gone_ns != UINT64_MAX)
		return VT__SHARED_ENDED;
	return vt__recording_state(row->exporter->process->recording) == VT__PROCESS_ENDED
		       ? VT__SHARED_LOST
		       : VT__SHARED_LIVE;
}

static void find_state(struct vt__shared_memory *row)
{
	row->gone_ns = row->exporter ? gone_ns(row->exporter) : UINT64_MAX;
	for (size_t i = 0; i < row->importer_count; i++)
		row->holder_count += vt__shared_is_held(row, &row->importers[i]);
	row->state = state_of(row);
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
		[VT__SHARED_FREED] = 0,    [VT__SHARED_ENDED] = 1,   [VT__SHARED_LOST] = 2,
		[VT__SHARED_UNJOINED] = 3, [VT__SHARED_UNKNOWN] = 4, [VT__SHARED_LIVE] = 5,
		[VT__SHARED_CLOSED] = 6,
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
