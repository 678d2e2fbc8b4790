/*
 * Finds the segments of caches, and the blocks in them, by their addresses.
 */
#include "config.h"

#include "reports/findings/caches.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/keeper.h"

static const struct {
	const char *cache, *name;
} doors[VT_BLOCK_DOOR_COUNT] = {
#define VT_BLOCK_DOOR(id, cache, what) [VT_BLOCK_DOOR_##id] = {cache, what},
	VT_BLOCK_DOORS(VT_BLOCK_DOOR)
#undef VT_BLOCK_DOOR
};

static const struct {
	const char *name, *words;
} states[VT_BLOCKS_STATE_COUNT] = {
#define VT_BLOCKS_STATE(id, json, text) [VT_BLOCKS_##id] = {json, text},
	VT_BLOCKS_STATES(VT_BLOCKS_STATE)
#undef VT_BLOCKS_STATE
};

const char *vt__door_cache(uint32_t door)
{
	return doors[door].cache;
}

const char *vt__door_name(uint32_t door)
{
	return doors[door].name;
}

const char *vt__blocks_name(uint32_t state)
{
	return states[state].name;
}

const char *vt__blocks_words(uint32_t state)
{
	return states[state].words;
}

/* ---- Memory by address ----------------------------------------------------------- */

static int by_address(const void *left, const void *right)
{
	const struct vt__segment *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

static void add(struct vt__process *process, uint64_t address, uint64_t bytes, uint32_t site,
		bool is_mapped)
{
	process->segments[process->segment_count++] = (struct vt__segment){
		.address = address,
		.bytes = bytes,
		.device = vt__recording_site(process->recording, site)->device,
		.site = site,
		.is_mapped = is_mapped,
	};
}

/* Physical memory by its handle, for its mappings. */
struct physical {
	uint64_t handle;
	uint32_t site;
};

static int by_handle(const void *left, const void *right)
{
	const struct physical *a = left, *b = right;

	return a->handle < b->handle ? -1 : a->handle > b->handle;
}

static void add_mappings(struct vt__process *process, const struct physical *physical, size_t count)
{
	const uint32_t references = vt__recording_references(process->recording);

	for (uint32_t i = 0; count && i < references; i++) {
		const struct vt_format_reference *reference = vt__recording_reference(
			process->recording, i);
		const struct physical key = {.handle = reference->object};
		const struct physical *found;

		if (reference->how != VT_REFERENCE_MAPPING)
			continue;
		found = bsearch(&key, physical, count, sizeof(*physical), by_handle);
		if (found)
			add(process, reference->start, reference->bytes, found->site, true);
	}
}

/* All device memory that has addresses. */
static int add_all(struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t allocations = vt__recording_allocations(recording);
	struct physical *physical = calloc(allocations + 1u, sizeof(*physical));
	size_t count = 0;

	process->segments = calloc((size_t)allocations + vt__recording_references(recording) + 1,
				   sizeof(*process->segments));
	if (!physical || !process->segments) {
		free(physical);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < allocations; i++) {
		const struct vt_format_allocation *one = vt__recording_allocation(recording, i);
		uint32_t kind;

		if (one->state != VT_ALLOCATION_LIVE)
			continue;
		kind = vt__recording_site(recording, one->site)->kind;
		if (kind == VT_KIND_VMM)
			physical[count++] = (struct physical){one->address, one->site};
		else if (kind == VT_KIND_LINEAR || kind == VT_KIND_MANAGED)
			add(process, one->address, one->bytes, one->site, false);
	}
	qsort(physical, count, sizeof(*physical), by_handle);
	add_mappings(process, physical, count);
	free(physical);
	qsort(process->segments, process->segment_count, sizeof(*process->segments), by_address);
	return 0;
}

/* The last one that begins at the address or before it; NULL if there is none. */
static struct vt__segment *find(const struct vt__process *process, uint64_t address)
{
	size_t low = 0, high = process->segment_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (process->segments[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &process->segments[low - 1] : NULL;
}

static struct vt__segment *find_around(const struct vt__process *process,
				       const struct vt_format_allocation *block)
{
	struct vt__segment *segment = find(process, block->address);

	return segment && block->address - segment->address < segment->bytes ? segment : NULL;
}

bool vt__block_is_there(const struct vt__process *process, const struct vt_format_allocation *block)
{
	return find_around(process, block) != NULL;
}

/* ---- Whose it is ------------------------------------------------------------------- */

static const struct vt__cache_row *cache_of(const struct vt__process *process, uint32_t device,
					    const char *keeper)
{
	for (size_t i = 0; i < process->cache_count; i++)
		if (process->caches[i].record->device == device &&
		    !strcmp(vt__door_cache(process->caches[i].record->door), keeper))
			return &process->caches[i];
	return NULL;
}

bool vt__blocks_are_looked_for(const struct vt__process *process, uint32_t device,
			       const char *keeper)
{
	return cache_of(process, device, keeper) != NULL;
}

bool vt__blocks_are_seen(const struct vt__process *process, uint32_t device, const char *keeper)
{
	const struct vt__cache_row *cache = cache_of(process, device, keeper);

	return cache && cache->record->state == VT_BLOCKS_SEEN;
}

/* What process->cached_sites says of a site; 0: nothing yet. */
enum {
	NOT_CACHED = 1,
	CACHED,
};

/* 0 or -ENOMEM. */
static int ask_keeper(struct vt__process *process, struct vt__segment *segment,
		      struct vt__frames *frames)
{
	const struct vt_format_site *site = vt__recording_site(process->recording, segment->site);
	unsigned char *known = &process->cached_sites[segment->site];
	struct vt__keeper keeper;
	int keep;

	if (!*known) {
		keep = vt__find_keeper(process, site->stack, site->kind, frames, &keeper);
		if (keep < 0)
			return keep;
		*known = keep == VT__KEEP_CACHE && cache_of(process, segment->device, keeper.name)
				 ? CACHED
				 : NOT_CACHED;
	}
	segment->is_cached = *known == CACHED;
	return 0;
}

static int ask_keepers(struct vt__process *process)
{
	struct vt__frames frames = {0};
	int error;

	process->cached_sites = calloc(vt__recording_sites(process->recording) + 1u, 1);
	error = process->cached_sites ? 0 : -ENOMEM;
	for (size_t i = 0; !error && i < process->segment_count; i++)
		error = ask_keeper(process, &process->segments[i], &frames);
	vt__frames_release(&frames);
	return error;
}

bool vt__site_is_cached(const struct vt__process *process, uint32_t site)
{
	return process->cached_sites && process->cached_sites[site] == CACHED;
}

/* A cache's mappings side by side are one segment: its blocks may lie across them. */
static void join(struct vt__process *process)
{
	size_t count = 0;

	for (size_t i = 0; i < process->segment_count; i++) {
		const struct vt__segment *next = &process->segments[i];
		struct vt__segment *last = count ? &process->segments[count - 1] : NULL;

		if (last && last->is_mapped && next->is_mapped &&
		    last->is_cached == next->is_cached && last->device == next->device &&
		    last->address + last->bytes == next->address)
			last->bytes += next->bytes;
		else
			process->segments[count++] = *next;
	}
	process->segment_count = count;
}

/* ---- What is in it ------------------------------------------------------------------ */

static void add_block(struct vt__process *process, const struct vt_format_allocation *block)
{
	struct vt__segment *segment = find_around(process, block);

	if (!segment)
		return;
	segment->used.bytes += block->bytes;
	segment->used.count++;
	if (!segment->pin || block->time_ns < segment->pin->time_ns)
		segment->pin = block;
}

static void add_blocks(struct vt__process *process)
{
	const uint32_t allocations = vt__recording_allocations(process->recording);

	for (uint32_t i = 0; i < allocations; i++) {
		const struct vt_format_allocation *one = vt__recording_allocation(
			process->recording, i);

		if (one->state == VT_ALLOCATION_LIVE &&
		    vt__recording_site(process->recording, one->site)->kind == VT_KIND_BLOCK)
			add_block(process, one);
	}
}

static void sum(struct vt__process *process, struct vt__cache_row *cache)
{
	for (size_t i = 0; i < process->segment_count; i++) {
		const struct vt__segment *segment = &process->segments[i];

		if (segment->device != cache->record->device || !vt__is_segment(segment))
			continue;
		cache->segments.bytes += segment->bytes;
		cache->segments.count++;
		cache->used.bytes += segment->used.bytes;
		cache->used.count += segment->used.count;
	}
}

int vt__find_caches(struct vt__process *process)
{
	const uint32_t count = vt__recording_caches(process->recording);
	int error;

	if (!count)
		return 0;
	process->caches = calloc(count, sizeof(*process->caches));
	if (!process->caches)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		process->caches[i].record = vt__recording_cache(process->recording, i);
	process->cache_count = count;
	error = add_all(process);
	if (!error)
		error = ask_keepers(process);
	if (error)
		return error;
	join(process);
	add_blocks(process);
	for (uint32_t i = 0; i < count; i++)
		sum(process, &process->caches[i]);
	return 0;
}

static int by_free_bytes(const void *left, const void *right)
{
	const struct vt__segment *a = *(const struct vt__segment *const *)left;
	const struct vt__segment *b = *(const struct vt__segment *const *)right;

	if (vt__free_inside(a) != vt__free_inside(b))
		return vt__free_inside(a) > vt__free_inside(b) ? -1 : 1;
	return by_address(a, b);
}

int vt__segments_of(const struct vt__process *process, const struct vt__cache_row *cache,
		    const struct vt__segment ***out, size_t *count)
{
	const struct vt__segment **list = calloc(process->segment_count + 1, sizeof(*list));

	*count = 0;
	*out = list;
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < process->segment_count; i++) {
		const struct vt__segment *segment = &process->segments[i];

		if (segment->device == cache->record->device && vt__is_segment(segment))
			list[(*count)++] = segment;
	}
	qsort(list, *count, sizeof(*list), by_free_bytes);
	return 0;
}
