/*
 * Growable memory: each block reserves addresses once and maps physical memory as it grows.
 *
 * Physical memory comes in chunks, each a multiple of the device's granularity. The handle
 * of a chunk is released as soon as it is mapped; from then on the mapping alone
 * holds the memory. A mapping can only be undone as a whole, so the ends of the
 * chunks are kept and a chunk has at most MOST_CHUNK bytes: what a shrink cannot
 * give back is less than that.
 */
#include "config.h"

#include <stdlib.h>

#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/source.h"
#include "library/source_parts.h"

#define MOST_CHUNK ((size_t)64 << 20)

struct growable {
	size_t capacity; /* of a block whose request has none; 0: the device's memory */
};

/* A block's handle. A block is used by one thread at a time. */
struct mapping {
	size_t granularity;
	size_t reserved; /* bytes of addresses */
	size_t *ends;    /* where each chunk ends, in bytes from the base, ascending */
	size_t count;
	size_t room; /* for so many ends */
};

static size_t mapped_bytes(const struct mapping *mapping)
{
	return mapping->count ? mapping->ends[mapping->count - 1] : 0;
}

/* 0: the next multiple is no size_t. */
static size_t round_up(size_t bytes, size_t granularity)
{
	size_t missing = bytes % granularity ? granularity - bytes % granularity : 0;

	return bytes > SIZE_MAX - missing ? 0 : bytes + missing;
}

static size_t chunk_limit(size_t granularity)
{
	return granularity < MOST_CHUNK ? MOST_CHUNK - MOST_CHUNK % granularity : granularity;
}

/* Room for the ends of `more` bytes of chunks, so that nothing on the host fails in between. */
static vt_status make_room(struct mapping *mapping, size_t more)
{
	size_t wanted = mapping->count + more / chunk_limit(mapping->granularity) + 1;
	size_t room = mapping->room ? mapping->room : 8;
	size_t *ends;

	if (wanted <= mapping->room)
		return VT_OK;
	while (room < wanted)
		room *= 2;
	ends = reallocarray(mapping->ends, room, sizeof(*ends));
	if (!ends)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
				"no host memory for a list of %zu chunks", room);
	mapping->ends = ends;
	mapping->room = room;
	return VT_OK;
}

/* Maps one chunk of new physical memory. */
static vt_status map_chunk(char *address, size_t bytes, int device)
{
	vt_error_detail cause;
	vt_status status;
	uint64_t handle;

	status = vt__cuda_physical_create(&handle, bytes, device);
	if (status != VT_OK)
		return status;
	status = vt__cuda_map(address, bytes, handle, device);
	if (status != VT_OK) {
		cause = *vt_last_error();
		vt__cuda_physical_release(handle);
		vt__fail_restore(&cause);
		return status;
	}
	status = vt__cuda_physical_release(handle);
	if (status != VT_OK) {
		cause = *vt_last_error();
		vt__cuda_unmap(address, bytes);
		vt__cuda_physical_release(handle);
		vt__fail_restore(&cause);
	}
	return status;
}

/* Unmaps the chunks from the one numbered `first` on. On failure they stay. */
static vt_status unmap_from(struct mapping *mapping, char *base, size_t first)
{
	size_t start = first ? mapping->ends[first - 1] : 0;
	vt_status status;

	if (first == mapping->count)
		return VT_OK;
	status = vt__cuda_unmap(base + start, mapped_bytes(mapping) - start);
	if (status == VT_OK)
		mapping->count = first;
	return status;
}

/* Maps up to at least `bytes`, which lie within the reserved addresses; all or nothing. */
static vt_status map_to(struct mapping *mapping, char *base, size_t bytes, int device)
{
	size_t end = round_up(bytes, mapping->granularity);
	size_t before = mapping->count;
	vt_status status = make_room(mapping, end - mapped_bytes(mapping));

	while (status == VT_OK && mapped_bytes(mapping) < end) {
		size_t start = mapped_bytes(mapping);
		size_t chunk = end - start;

		if (chunk > chunk_limit(mapping->granularity))
			chunk = chunk_limit(mapping->granularity);
		status = map_chunk(base + start, chunk, device);
		if (status == VT_OK)
			mapping->ends[mapping->count++] = start + chunk;
	}
	if (status != VT_OK) {
		const vt_error_detail cause = *vt_last_error();

		unmap_from(mapping, base, before);
		vt__fail_restore(&cause);
	}
	return status;
}

static void drop(struct mapping *mapping)
{
	free(mapping->ends);
	free(mapping);
}

/* The granularity, and how many bytes of addresses the request needs: whole granules. */
static vt_status measure(struct mapping *mapping, const struct growable *growable,
			 const vt_source_request *request)
{
	size_t free_bytes, total_bytes;
	size_t wanted = request->capacity ? request->capacity : growable->capacity;
	/* A call of the runtime comes first: it starts the driver, which answers nothing before. */
	vt_status status = vt__cuda_memory_info(&free_bytes, &total_bytes);

	if (status == VT_OK)
		status = vt__cuda_granularity(&mapping->granularity, request->device);
	if (status != VT_OK)
		return status;
	if (!wanted)
		wanted = total_bytes;
	if (wanted < request->bytes)
		wanted = request->bytes;
	mapping->reserved = round_up(wanted, mapping->granularity);
	if (!mapping->reserved)
		return vt__fail(VT_ERROR_OUT_OF_MEMORY,
				"no address range has %zu bytes of capacity for %zu bytes", wanted,
				request->bytes);
	return VT_OK;
}

/* Reserves the addresses and maps the first bytes. */
static vt_status open_mapping(struct mapping *mapping, const vt_source_request *request, char **out)
{
	vt_status status;
	void *base;

	status = vt__cuda_address_reserve(&base, mapping->reserved, 0);
	if (status != VT_OK)
		return status;
	status = map_to(mapping, base, request->bytes, request->device);
	if (status != VT_OK) {
		const vt_error_detail cause = *vt_last_error();

		vt__cuda_address_free(base, mapping->reserved);
		vt__fail_restore(&cause);
		return status;
	}
	*out = base;
	return VT_OK;
}

static vt_status growable_allocate(void *state, const vt_source_request *request,
				   vt_source_block *out)
{
	struct mapping *mapping = calloc(1, sizeof(*mapping));
	vt_status status;
	char *base;

	if (!mapping)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a growable block");
	status = measure(mapping, state, request);
	if (status == VT_OK)
		status = open_mapping(mapping, request, &base);
	if (status != VT_OK) {
		drop(mapping);
		return status;
	}
	out->base = base;
	out->bytes = mapped_bytes(mapping);
	out->capacity = mapping->reserved;
	out->handle = mapping;
	return VT_OK;
}

/* Unmapping does not wait for the work that uses the memory. A wait that fails frees
 * nevertheless; addresses that are still mapped cannot be freed. */
static vt_status growable_free(void *state, const vt_source_block *block, int device,
			       vt_stream stream)
{
	struct mapping *mapping = block->handle;
	vt_status waited = vt__cuda_stream_wait(stream);
	vt_status status = unmap_from(mapping, block->base, 0);

	(void)state;
	(void)device;
	if (status == VT_OK)
		status = vt__cuda_address_free(block->base, mapping->reserved);
	drop(mapping);
	return status == VT_OK ? waited : status;
}

static vt_status growable_grow(void *state, vt_source_block *block, int device, size_t bytes)
{
	struct mapping *mapping = block->handle;
	vt_status status;

	(void)state;
	if (bytes > mapping->reserved)
		return VT_ERROR_NOT_SUPPORTED;
	status = map_to(mapping, block->base, bytes, device);
	if (status == VT_OK)
		block->bytes = mapped_bytes(mapping);
	return status;
}

static vt_status growable_shrink(void *state, vt_source_block *block, int device, size_t bytes)
{
	struct mapping *mapping = block->handle;
	size_t first = mapping->count;
	vt_status status;

	(void)state;
	(void)device;
	while (first > 1 && mapping->ends[first - 2] >= bytes)
		first--;
	status = unmap_from(mapping, block->base, first);
	if (status == VT_OK)
		block->bytes = mapped_bytes(mapping);
	return status;
}

static void growable_destroy(void *state)
{
	free(state);
}

vt_status vt_source_create_growable(vt_source **out, const vt_growable_options *options)
{
	static const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "growable",
		.kind = VT_MEMORY_DEVICE,
		.allocate = growable_allocate,
		.free = growable_free,
		.grow = growable_grow,
		.shrink = growable_shrink,
		.destroy = growable_destroy,
	};
	vt_growable_options known = VT_GROWABLE_OPTIONS_INIT;
	struct growable *growable;
	vt_status status = VT_OK;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_source_create_growable: out is NULL");
	if (options)
		status = vt__struct_read(&known, sizeof(known), sizeof(known), options,
					 "vt_growable_options");
	if (status != VT_OK)
		return status;
	growable = calloc(1, sizeof(*growable));
	if (!growable)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a memory source");
	growable->capacity = known.capacity;
	status = vt__source_make(out, &functions, growable, false);
	if (status != VT_OK)
		free(growable);
	return status;
}
