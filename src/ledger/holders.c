/*
 * Finds the largest holders of a device's memory.
 *
 * A site knows its live bytes, so the largest sites are found in one pass over
 * the sites. What of a site is for which purpose only its allocations know:
 * if there are purposes, one pass over the allocations sorts those of the
 * largest sites into pairs of site and purpose.
 */
#include "config.h"

#include "ledger/holders.h"

#include <errno.h>
#include <sys/mman.h>

#include "recording/kinds.h"
#include "base/table.h"

enum {
	SITE_SLOTS = 1024, /* a power of two, four times the sites */
	PAIR_SLOTS = 4096, /* a power of two */
	PAIRS_MOST = 3072, /* so that looking for one ends soon */
	SCRATCH_BYTES = 36 * 4096
};

/* The largest entries seen: a heap with the smallest of them first. */
struct largest {
	struct vt_format_holder *entries;
	uint32_t count;
	uint32_t most;
};

struct scratch {
	struct vt_format_holder sites[VT__HOLDERS_SITES];
	struct vt_format_holder holders[VT_FORMAT_PURPOSE_LINES]; /* or those of a finding */
	uint32_t site_slots[SITE_SLOTS];                          /* number of a site + 1 */
	struct vt_format_holder pairs[PAIR_SLOTS];                /* count 0: unused */
	uint32_t pair_count;
};

_Static_assert(sizeof(struct scratch) <= SCRATCH_BYTES, "scratch fits its mapping");
_Static_assert(VT__HOLDERS_OF_FINDING <= VT_FORMAT_PURPOSE_LINES, "there is room for either");

enum vt_bucket vt__holders_bucket(uint32_t kind)
{
	enum vt_bucket bucket = vt__bucket_of(kind);

	return bucket == VT_BUCKET_HELD ? VT_BUCKET_VRAM : bucket;
}

void *vt__holders_scratch(void)
{
	int saved = errno;
	void *scratch = vt__arena_map(SCRATCH_BYTES);

	errno = saved;
	return scratch;
}

void vt__holders_drop_scratch(void *scratch)
{
	if (scratch)
		munmap(scratch, SCRATCH_BYTES);
}

static void sink(struct largest *heap, uint32_t at)
{
	struct vt_format_holder *entries = heap->entries, held = entries[at];
	uint32_t child;

	while ((child = 2 * at + 1) < heap->count) {
		if (child + 1 < heap->count && entries[child + 1].bytes < entries[child].bytes)
			child++;
		if (held.bytes <= entries[child].bytes)
			break;
		entries[at] = entries[child];
		at = child;
	}
	entries[at] = held;
}

static void rise(struct largest *heap, uint32_t at)
{
	struct vt_format_holder *entries = heap->entries, held = entries[at];

	for (; at && held.bytes < entries[(at - 1) / 2].bytes; at = (at - 1) / 2)
		entries[at] = entries[(at - 1) / 2];
	entries[at] = held;
}

static void offer(struct largest *heap, const struct vt_format_holder *entry)
{
	if (heap->count < heap->most) {
		heap->entries[heap->count] = *entry;
		rise(heap, heap->count++);
	} else if (entry->bytes > heap->entries[0].bytes) {
		heap->entries[0] = *entry;
		sink(heap, 0);
	}
}

/* Takes the smallest out, again and again: what is left is sorted, largest first. */
static void sort(struct largest *heap)
{
	uint32_t count = heap->count;
	struct vt_format_holder smallest;

	while (heap->count > 1) {
		smallest = heap->entries[0];
		heap->entries[0] = heap->entries[--heap->count];
		sink(heap, 0);
		heap->entries[heap->count] = smallest;
	}
	heap->count = count;
}

static void offer_sites(struct vt__store *store, uint32_t device, enum vt_bucket bucket,
			struct largest *heap)
{
	uint32_t used = store->recording.columns[VT_FORMAT_SITE].used;

	for (uint32_t number = 0; number < used; number++) {
		const struct vt_format_site *site = vt__store_at(store, VT_FORMAT_SITE, number);
		const struct vt_format_holder entry = {
			.site = number,
			.purpose = VT_FORMAT_NONE,
			.bytes = site->total.live_bytes,
			.count = site->total.live_count,
		};

		if (site->device == device && vt__bucket_of(site->kind) == bucket && entry.bytes)
			offer(heap, &entry);
	}
}

static void index_sites(struct scratch *scratch, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t number = scratch->sites[i].site;
		uint64_t slot = vt__hash_word(number);

		while (scratch->site_slots[slot % SITE_SLOTS])
			slot++;
		scratch->site_slots[slot % SITE_SLOTS] = number + 1;
	}
}

static bool is_indexed(const struct scratch *scratch, uint32_t number)
{
	uint64_t slot = vt__hash_word(number);

	for (; scratch->site_slots[slot % SITE_SLOTS]; slot++)
		if (scratch->site_slots[slot % SITE_SLOTS] == number + 1)
			return true;
	return false;
}

/* Returns false when there are too many pairs. */
static bool add_to_pair(struct scratch *scratch, const struct vt_format_allocation *allocation)
{
	uint64_t slot = vt__hash_word((uint64_t)allocation->site << 32 | allocation->purpose);
	struct vt_format_holder *pair = &scratch->pairs[slot % PAIR_SLOTS];

	for (; pair->count; pair = &scratch->pairs[++slot % PAIR_SLOTS])
		if (pair->site == allocation->site && pair->purpose == allocation->purpose)
			break;
	if (!pair->count) {
		if (scratch->pair_count == PAIRS_MOST)
			return false;
		scratch->pair_count++;
		pair->site = allocation->site;
		pair->purpose = allocation->purpose;
	}
	pair->bytes += allocation->bytes;
	pair->count++;
	return true;
}

static void split_by_purpose(struct vt__store *store, struct scratch *scratch)
{
	uint32_t used = store->recording.columns[VT_FORMAT_ALLOCATION].used;
	bool all = true;

	for (uint32_t number = 0; number < used; number++) {
		const struct vt_format_allocation *allocation = vt__store_at(
			store, VT_FORMAT_ALLOCATION, number);

		if (allocation->state == VT_ALLOCATION_LIVE &&
		    is_indexed(scratch, allocation->site))
			all &= add_to_pair(scratch, allocation);
	}
	if (!all)
		vt__recording_lose(&store->recording, VT_LOSS_HOLDERS);
}

static void write_all(struct vt__recording *recording, uint32_t finding, const struct largest *heap)
{
	uint32_t first;

	if (!heap->count)
		return;
	first = vt__recording_reserve(recording, VT_FORMAT_HOLDER, heap->count);
	if (first == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_HOLDERS);
		return;
	}
	for (uint32_t i = 0; i < heap->count; i++) {
		struct vt_format_holder *record = vt__recording_at(recording, VT_FORMAT_HOLDER,
								   first + i);

		*record = heap->entries[i];
		record->finding = finding;
	}
	vt__recording_commit(recording, VT_FORMAT_HOLDER, heap->count);
}

/* The largest, sorted, into the scratch. */
static void find_largest(struct vt__store *store, uint32_t device, enum vt_bucket bucket,
			 bool by_purpose, struct scratch *scratch, struct largest *holders)
{
	struct largest sites = {scratch->sites, 0, VT__HOLDERS_SITES};

	if (!by_purpose) {
		offer_sites(store, device, bucket, holders);
	} else {
		offer_sites(store, device, bucket, &sites);
		index_sites(scratch, sites.count);
		split_by_purpose(store, scratch);
		for (unsigned i = 0; i < PAIR_SLOTS; i++)
			if (scratch->pairs[i].bytes)
				offer(holders, &scratch->pairs[i]);
	}
	sort(holders);
}

void vt__holders_enter(struct vt__store *store, uint32_t finding, uint32_t device,
		       enum vt_bucket bucket, bool by_purpose, void *memory)
{
	struct scratch *scratch = memory;
	struct largest holders;

	if (!scratch) {
		vt__recording_lose(&store->recording, VT_LOSS_HOLDERS);
		return;
	}
	holders = (struct largest){scratch->holders, 0, VT__HOLDERS_OF_FINDING};
	find_largest(store, device, bucket, by_purpose, scratch, &holders);
	write_all(&store->recording, finding, &holders);
}

void vt__holders_purposes(struct vt__store *store, uint32_t device, void *memory,
			  struct vt_format_purposes *out)
{
	struct scratch *scratch = memory;
	struct largest holders = {scratch->holders, 0, VT_FORMAT_PURPOSE_LINES};

	find_largest(store, device, VT_BUCKET_VRAM, true, scratch, &holders);
	out->count = holders.count;
	for (uint32_t i = 0; i < holders.count; i++)
		out->lines[i] = (struct vt_format_purpose_line){scratch->holders[i].site,
								scratch->holders[i].purpose,
								scratch->holders[i].bytes};
}
