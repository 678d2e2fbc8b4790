/*
 * Finds the free pieces inside of segments.
 */
#include "config.h"

#include "ledger/fragments.h"

#include <sys/mman.h>

#include "base/arena.h"
#include "ledger/private.h"
#include "recording/kinds.h"

struct piece {
	uint64_t address;
	uint64_t bytes;
	bool is_mapped;
};

struct pieces {
	struct piece *items;
	uint32_t count;
};

static bool is_before(const struct piece *a, const struct piece *b)
{
	return a->address < b->address;
}

static void sink(struct piece *items, uint32_t count, uint32_t at)
{
	const struct piece held = items[at];
	uint32_t child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count && is_before(&items[child], &items[child + 1]))
			child++;
		if (!is_before(&held, &items[child]))
			break;
		items[at] = items[child];
		at = child;
	}
	items[at] = held;
}

/* In place: libc's own may allocate. */
static void sort(struct pieces *pieces)
{
	for (uint32_t i = pieces->count / 2; i-- > 0;)
		sink(pieces->items, pieces->count, i);
	for (uint32_t end = pieces->count; end > 1;) {
		const struct piece last = pieces->items[--end];

		pieces->items[end] = pieces->items[0];
		pieces->items[0] = last;
		sink(pieces->items, end, 0);
	}
}

static void add(struct pieces *pieces, uint64_t address, uint64_t bytes, bool is_mapped)
{
	if (pieces->items)
		pieces->items[pieces->count] = (struct piece){address, bytes, is_mapped};
	pieces->count++;
}

/* Fills both, or counts alone where there is no room yet. */
static void collect(struct vt__ledger *ledger, uint32_t device, struct pieces *segments,
		    struct pieces *blocks)
{
	const struct vt__column *columns = ledger->store.recording.columns;

	segments->count = blocks->count = 0;
	for (uint32_t i = 0; i < columns[VT_FORMAT_ALLOCATION].used; i++) {
		const struct vt_format_allocation *one = vt__store_at(&ledger->store,
								      VT_FORMAT_ALLOCATION, i);
		const struct vt_format_site *site;

		if (one->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__ledger_site(ledger, one->site);
		if (site->device == device && site->kind == VT_KIND_BLOCK)
			add(blocks, one->address, one->bytes, false);
		else if (site->device == device && site->kind == VT_KIND_LINEAR)
			add(segments, one->address, one->bytes, false);
	}
	for (uint32_t i = 0; blocks->count && i < columns[VT_FORMAT_REFERENCE].used; i++) {
		const struct vt_format_reference *one = vt__store_at(&ledger->store,
								     VT_FORMAT_REFERENCE, i);

		if (one->how == VT_REFERENCE_MAPPING)
			add(segments, one->start, one->bytes, true);
	}
}

/* Mappings side by side are one: blocks may lie across them. */
static void join(struct pieces *segments)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < segments->count; i++) {
		struct piece *last = count ? &segments->items[count - 1] : NULL;
		const struct piece *next = &segments->items[i];

		if (last && last->is_mapped && next->is_mapped &&
		    last->address + last->bytes == next->address)
			last->bytes += next->bytes;
		else
			segments->items[count++] = *next;
	}
	segments->count = count;
}

/* Largest piece first; what is beyond the room is in the sums alone. */
static void offer(struct vt_format_fragments *out, const struct vt_format_fragment_row *row)
{
	uint32_t place = out->row_count;

	if (place == VT_FORMAT_FRAGMENT_ROWS &&
	    out->rows[place - 1].largest_bytes >= row->largest_bytes)
		return;
	if (place == VT_FORMAT_FRAGMENT_ROWS)
		place--;
	else
		out->row_count++;
	for (; place && out->rows[place - 1].largest_bytes < row->largest_bytes; place--)
		out->rows[place] = out->rows[place - 1];
	out->rows[place] = *row;
}

static void widen(struct vt_format_fragment_row *row, uint64_t from, uint64_t to)
{
	if (to > from && to - from > row->largest_bytes)
		row->largest_bytes = to - from;
}

/* The blocks of one segment, from *next on. */
static void look(const struct piece *segment, const struct pieces *blocks, uint32_t *next,
		 struct vt_format_fragments *out)
{
	struct vt_format_fragment_row row = {.address = segment->address, .bytes = segment->bytes};
	const uint64_t end = segment->address + segment->bytes;
	uint64_t free_from = segment->address;

	while (*next < blocks->count && blocks->items[*next].address < segment->address)
		++*next;
	for (; *next < blocks->count && blocks->items[*next].address < end; ++*next) {
		const struct piece *block = &blocks->items[*next];

		widen(&row, free_from, block->address);
		free_from = block->address + block->bytes;
		row.used_bytes += block->bytes;
		row.blocks++;
	}
	widen(&row, free_from, end);
	if (!row.blocks)
		return;
	out->segments++;
	out->bytes += row.bytes;
	out->used_bytes += row.used_bytes;
	if (row.largest_bytes > out->largest_bytes)
		out->largest_bytes = row.largest_bytes;
	offer(out, &row);
}

static void enter(struct vt__ledger *ledger, uint32_t finding, struct pieces *segments,
		  struct pieces *blocks)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint32_t number = vt__recording_reserve(recording, VT_FORMAT_FRAGMENTS, 1);
	struct vt_format_fragments *record;
	uint32_t next = 0;

	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_HOLDERS);
		return;
	}
	sort(segments);
	sort(blocks);
	join(segments);
	record = vt__recording_at(recording, VT_FORMAT_FRAGMENTS, number);
	record->finding = finding;
	for (uint32_t i = 0; i < segments->count; i++)
		look(&segments->items[i], blocks, &next, record);
	vt__recording_commit(recording, VT_FORMAT_FRAGMENTS, 1);
}

void vt__fragments_enter(struct vt__ledger *ledger, uint32_t device, uint32_t finding)
{
	struct pieces segments = {NULL, 0}, blocks = {NULL, 0};
	struct piece *room;
	size_t bytes;

	collect(ledger, device, &segments, &blocks);
	if (!blocks.count)
		return;
	bytes = ((size_t)segments.count + blocks.count) * sizeof(*room);
	bytes = (bytes + VT_FORMAT_PAGE_BYTES - 1) / VT_FORMAT_PAGE_BYTES * VT_FORMAT_PAGE_BYTES;
	room = segments.count + blocks.count <= VT__FRAGMENTS_MOST ? vt__arena_map(bytes) : NULL;
	if (!room) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_HOLDERS);
		return;
	}
	blocks.items = room + segments.count;
	segments.items = room;
	collect(ledger, device, &segments, &blocks);
	enter(ledger, finding, &segments, &blocks);
	munmap(room, bytes);
}
