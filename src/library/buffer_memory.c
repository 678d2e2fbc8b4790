/*
 * Memory of a buffer: taken and aligned, zeroed, given back, and failures explained.
 *
 * Inline are functions for the other files that each buffer goes through here, too.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "library/buffer.h"
#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/narrate.h"
#include "library/scope.h"
#include "library/size_words.h"

#define WORDS_ROOM 256

static size_t offset_of(const struct vt__holding *held)
{
	return (size_t)(held->address - (char *)held->block.base);
}

size_t vt__holding_capacity(const struct vt__holding *held)
{
	if (!held->block.base || !vt__holding_grows(held))
		return held->room;
	return held->block.capacity - offset_of(held);
}

/* "ModelWeights: 1.5 GB, requested: 1.0 GB, available: 0.5 GB" before the detail's text. */
static void put_breakdown(const struct vt__holding *held, size_t bytes, bool has_free,
			  size_t free_bytes)
{
	char size[VT__SIZE_WORDS_BYTES], breakdown[WORDS_ROOM] = "";
	char words[WORDS_ROOM + 2 * VT__SIZE_WORDS_BYTES + sizeof(", requested: , available: ")];
	int length;

	vt__account_words(held->account, breakdown, sizeof(breakdown));
	length = snprintf(words, sizeof(words), "%s%srequested: %s", breakdown,
			  *breakdown ? ", " : "", vt__size_words(bytes, size));
	if (has_free)
		snprintf(words + length, sizeof(words) - (size_t)length, ", available: %s",
			 vt__size_words(free_bytes, size));
	vt__fail_prepend(words);
}

vt_status vt__holding_explain(const struct vt__holding *held, vt_status status, size_t bytes)
{
	const vt_error_detail cause = *vt_last_error();
	size_t free_bytes = 0, total_bytes = 0;
	bool has_free = false;

	if (status == VT_ERROR_OUT_OF_MEMORY) {
		has_free = vt__cuda_memory_info(&free_bytes, &total_bytes) == VT_OK;
		vt__fail_restore(&cause);
		vt__fail_with_memory(held->device, bytes, free_bytes, total_bytes);
		put_breakdown(held, bytes, has_free, free_bytes);
	} else if (status == VT_ERROR_BUDGET) {
		vt__fail_with_memory(held->device, bytes, cause.free_bytes, cause.total_bytes);
	} else {
		vt__fail_on_device(held->device);
	}
	vt__narrate_failed(held->device, bytes, held->purpose, held->label);
	return status;
}

__attribute__((cold)) static vt_status fail_too_large(const struct vt__holding *held, size_t bytes)
{
	return vt__fail(VT_ERROR_OUT_OF_MEMORY, "no device has %zu bytes, aligned to %zu", bytes,
			held->alignment);
}

inline vt_status vt__holding_reserve(const struct vt__holding *held, size_t bytes, size_t *reserved)
{
	vt_status status = bytes > PTRDIFF_MAX
				   ? fail_too_large(held, bytes)
				   : vt__account_reserve(held->account, bytes, reserved);

	return status == VT_OK ? VT_OK : vt__holding_explain(held, status, bytes);
}

inline vt_status vt__holding_record(const struct vt__holding *held, size_t reserved,
				    const struct vt__unwind_start *start)
{
	const struct vt__account_item item = {
		.address = held->address,
		.bytes = held->room,
		.label = held->label,
		.purpose = held->purpose,
		.device = held->device,
	};

	return vt__account_record(held->account, &item, reserved, start);
}

/* Asks the source for `room` bytes and `padding` more to align in. */
static inline vt_status allocate(struct vt__holding *held, size_t room, size_t capacity,
				 size_t padding)
{
	vt_source_request request = {.device = held->device, .stream = held->stream};
	struct vt__place before;
	vt_status status;

	/* Half of the addresses are more than any device has, and keep all sums below from
	 * wrapping. */
	if (__builtin_add_overflow(room, padding, &request.bytes) || request.bytes > PTRDIFF_MAX ||
	    (capacity && (__builtin_add_overflow(capacity, padding, &request.capacity) ||
			  request.capacity > PTRDIFF_MAX)))
		return fail_too_large(held, room > capacity ? room : capacity);
	/* For who records what the source does. */
	before = vt__scope_enter(held->purpose, *held->label ? held->label : NULL);
	status = vt__source_allocate(held->source, &request, &held->block);
	vt__scope_leave(before);
	return status;
}

/* Points `address` to the first aligned byte; whether `room` bytes fit from there. */
static inline bool align(struct vt__holding *held, size_t room)
{
	size_t over = (uintptr_t)held->block.base & (held->alignment - 1);
	size_t offset = over ? held->alignment - over : 0;

	held->address = (char *)held->block.base + offset;
	return offset <= held->block.bytes && room <= held->block.bytes - offset;
}

/* CUDA aligns to the default, so that only what is beyond it needs padding. A source of
 * another kind may align less: then it is asked again, with padding for any address. */
static vt_status take_aligned(struct vt__holding *held, size_t room, size_t capacity,
			      size_t padding)
{
	vt_status status = allocate(held, room, capacity, padding);

	if (status != VT_OK || align(held, room))
		return status;
	status = vt__source_free(held->source, &held->block, held->device, held->stream);
	if (status != VT_OK)
		return status;
	return take_aligned(held, room, capacity, held->alignment - 1);
}

__attribute__((cold)) static vt_status refuse_block(struct vt__holding *held, size_t capacity)
{
	vt_status status = vt__fail(VT_ERROR_NOT_SUPPORTED,
				    "memory source '%s' has no room to grow to %zu bytes",
				    vt_source_name(held->source), capacity);

	vt__holding_undo(held);
	return status;
}

inline vt_status vt__holding_take(struct vt__holding *held, size_t room, size_t capacity)
{
	const bool grows = vt__holding_grows(held);
	const size_t padding = held->alignment > VT_DEFAULT_ALIGNMENT
				       ? held->alignment - VT_DEFAULT_ALIGNMENT
				       : 0;
	vt_status status = take_aligned(held, room, grows ? capacity : 0, padding);

	if (status == VT_OK && grows && vt__holding_capacity(held) < capacity)
		status = refuse_block(held, capacity);
	if (status == VT_OK) {
		held->room = room;
		return VT_OK;
	}
	held->block = (vt_source_block){0};
	held->address = NULL;
	return vt__holding_explain(held, status, room);
}

inline vt_status vt__holding_zero_and_record(const struct vt__holding *held, size_t reserved,
					     const struct vt__unwind_start *start)
{
	vt_status status = VT_OK;

	if (held->flags & VT_BUFFER_ZEROED)
		status = vt__holding_zero(held, 0, held->size);
	if (status == VT_OK)
		return vt__holding_record(held, reserved, start);
	vt__account_cancel(held->account, reserved);
	return status;
}

vt_status vt__holding_fill(struct vt__holding *held, size_t bytes, size_t capacity,
			   const struct vt__unwind_start *start)
{
	size_t room = vt__holding_grows(held) || capacity < bytes ? bytes : capacity, reserved;
	vt_status status = vt__holding_reserve(held, room, &reserved);

	if (status != VT_OK)
		return status;
	status = vt__holding_take(held, room, capacity);
	if (status != VT_OK) {
		vt__account_cancel(held->account, reserved);
		return status;
	}
	held->size = bytes;
	status = vt__holding_zero_and_record(held, reserved, start);
	if (status != VT_OK) {
		vt__holding_undo(held);
		return vt__holding_explain(held, status, room);
	}
	vt__narrate_allocated(held->device, room, held->purpose, held->label);
	return VT_OK;
}

vt_status vt__holding_zero(const struct vt__holding *held, size_t from, size_t to)
{
	vt_status status;

	if (from >= to)
		return VT_OK;
	status = vt__cuda_set_async(held->address + from, 0, to - from, held->stream);
	if (status == VT_OK && vt_source_kind(held->source) != VT_MEMORY_DEVICE)
		status = vt__cuda_stream_wait(held->stream);
	return status;
}

void vt__holding_undo(struct vt__holding *held)
{
	const vt_error_detail cause = *vt_last_error();

	(void)vt__source_free(held->source, &held->block, held->device, held->stream);
	vt__fail_restore(&cause);
}

vt_status vt__holding_copy(const struct vt__holding *next, const struct vt__holding *old)
{
	vt_status status = vt__cuda_stream_order(next->stream, old->stream);

	if (status == VT_OK)
		status = vt__cuda_copy_async(next->address, old->address,
					     next->size < old->size ? next->size : old->size,
					     next->stream);
	if (status == VT_OK && next->flags & VT_BUFFER_ZEROED)
		status = vt__holding_zero(next, old->size, next->size);
	if (status == VT_OK && vt_source_kind(next->source) != VT_MEMORY_DEVICE)
		status = vt__cuda_stream_wait(next->stream);
	return status;
}

void vt__holding_abandon(struct vt__holding *next)
{
	const vt_error_detail cause = *vt_last_error();

	(void)vt__cuda_stream_wait(next->stream);
	vt__fail_restore(&cause);
	vt__holding_undo(next);
}

inline void vt__holding_free_block(const struct vt__holding *held, const vt_source_block *block,
				   size_t bytes, uint64_t still_in_use)
{
	vt_status status = vt__source_free(held->source, block, held->device, held->stream);

	if (status == VT_OK) {
		vt__narrate_freed(held->device, bytes, held->purpose, held->label, still_in_use);
		return;
	}
	vt__fail_on_device(held->device);
	/* The memory ends with the process, which may be past hearing of it. */
	if (status != VT_ERROR_SHUTTING_DOWN)
		vt__narrate_free_failed(held->device, bytes, held->purpose, held->label);
}

void vt__holding_clear(struct vt__holding *held)
{
	vt__source_release(held->source);
	memset(held, 0, sizeof(*held));
	held->device = -1;
	held->purpose = VT_PURPOSE_UNKNOWN;
}

void vt__holding_end(struct vt__holding *held)
{
	if (held->block.base) {
		uint64_t still_in_use;
		bool entered;
		int before;

		/* First, lest another thread gets the address and records it in between. */
		still_in_use = vt__account_unrecord(held->account, held->address, held->device);
		/* Freed all the same: an address says of which device it is, and the source has
		 * an account of its own to keep. */
		entered = vt__holding_enter(held, &before) == VT_OK;
		vt__holding_free_block(held, &held->block, held->room, still_in_use);
		if (entered)
			vt__holding_leave(held, before);
	}
	vt__source_release(held->source);
}
