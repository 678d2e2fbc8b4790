/*
 * Sizes of buffers: grown and shrunk in place, or moved.
 *
 * Each step that can fail comes before the first that cannot be undone.
 */
#include "config.h"

#include "library/buffer.h"
#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/narrate.h"
#include "library/scope.h"

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The account has the old room; so much more is asked of it. */
static size_t growth(const struct vt__holding *held, size_t room)
{
	return room > held->room ? room - held->room : 0;
}

static vt_status reserve_growth(const struct vt__holding *held, size_t room, size_t *reserved)
{
	size_t more = growth(held, room);

	*reserved = 0;
	return more ? vt__holding_reserve(held, more, reserved) : VT_OK;
}

/* ---- In place ------------------------------------------------------------------ */

/* Another size within the room, ordered on `stream`. */
static vt_status set_size(struct vt__holding *held, size_t size, vt_stream stream)
{
	struct vt__holding next = *held;
	vt_status status = vt__cuda_stream_order(stream, held->stream);

	next.stream = stream;
	if (status == VT_OK && held->flags & VT_BUFFER_ZEROED)
		status = vt__holding_zero(&next, held->size, size);
	if (status != VT_OK)
		return status;
	next.size = size;
	*held = next;
	return VT_OK;
}

static vt_status grow_block(struct vt__holding *held, size_t room)
{
	size_t offset = (size_t)(held->address - (char *)held->block.base);
	const struct vt__place before = vt__scope_enter(held->purpose,
							*held->label ? held->label : NULL);
	vt_status status = vt__source_grow(held->source, &held->block, held->device, room + offset);

	vt__scope_leave(before);
	return status;
}

/* Keeps the thread's detail. What cannot be given back stays until the buffer's end. */
static void shrink_back(struct vt__holding *held, size_t bytes)
{
	const vt_error_detail cause = *vt_last_error();

	(void)vt__source_shrink(held->source, &held->block, held->device, bytes);
	vt__fail_restore(&cause);
}

/* VT_ERROR_NOT_SUPPORTED, with nothing changed, where the block cannot grow: it has to move. */
static vt_status grow_in_place(struct vt__holding *held, size_t size, size_t room, vt_stream stream)
{
	const size_t more = growth(held, room), block_bytes = held->block.bytes;
	size_t reserved;
	vt_status status = reserve_growth(held, room, &reserved);

	if (status != VT_OK)
		return status;
	status = grow_block(held, room);
	if (status != VT_OK) {
		vt__account_cancel(held->account, reserved);
		return status == VT_ERROR_NOT_SUPPORTED ? status
							: vt__holding_explain(held, status, room);
	}
	status = vt__account_change(held->account, held->address, held->address, room);
	if (status == VT_OK) {
		status = set_size(held, size, stream);
		if (status != VT_OK)
			(void)vt__account_change(held->account, held->address, held->address,
						 held->room);
	}
	vt__account_cancel(held->account, reserved);
	if (status != VT_OK) {
		shrink_back(held, block_bytes);
		return status;
	}
	held->room = room;
	vt__narrate_allocated(held->device, more, held->purpose, held->label);
	return VT_OK;
}

/* ---- Moving -------------------------------------------------------------------- */

/* Addresses cost nothing: growable memory that has to move reserves twice as many. */
static size_t next_capacity(const struct vt__holding *held, size_t room)
{
	size_t capacity = vt__holding_capacity(held);

	return vt__holding_grows(held) && capacity <= PTRDIFF_MAX / 4 ? larger(room, 2 * capacity)
								      : room;
}

/* New memory for `next`, filled, and the account's record moved there. */
static vt_status take_copy(struct vt__holding *next, const struct vt__holding *old, size_t room,
			   size_t capacity)
{
	size_t reserved;
	vt_status status = reserve_growth(old, room, &reserved);

	if (status != VT_OK)
		return status;
	status = vt__holding_take(next, room, capacity);
	if (status == VT_OK) {
		status = vt__holding_copy(next, old);
		if (status == VT_OK)
			status = vt__account_change(old->account, old->address, next->address,
						    room);
		if (status != VT_OK)
			vt__holding_abandon(next);
	}
	vt__account_cancel(old->account, reserved);
	return status;
}

static vt_status relocate(struct vt__holding *held, size_t size, size_t room, size_t capacity,
			  vt_stream stream)
{
	const struct vt__holding old = *held;
	struct vt__holding next = old;
	vt_status status;

	next.size = size;
	next.stream = stream;
	status = take_copy(&next, &old, room, capacity);
	if (status != VT_OK)
		return status;
	*held = next;
	vt__narrate_allocated(next.device, next.room, next.purpose, next.label);
	vt__holding_free_block(&next, &old.block, old.room,
			       vt__narrate_listened() ? vt__account_total(next.account, next.device)
						      : 0);
	return VT_OK;
}

/* ---- Public -------------------------------------------------------------------- */

static vt_status make_room(struct vt__holding *held, size_t size, size_t room, vt_stream stream)
{
	vt_status status = VT_ERROR_NOT_SUPPORTED;

	if (room <= held->room)
		return set_size(held, size, stream);
	if (vt__holding_grows(held) && room <= vt__holding_capacity(held))
		status = grow_in_place(held, size, room, stream);
	if (status != VT_ERROR_NOT_SUPPORTED)
		return status;
	return relocate(held, size, room, next_capacity(held, room), stream);
}

vt_status vt_buffer_resize(vt_buffer *buffer, size_t bytes, vt_stream stream)
{
	vt_status status = vt__buffer_require(buffer, __func__);
	int before;

	if (status != VT_OK)
		return status;
	if (!bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: cannot resize to 0 bytes",
				__func__);
	status = vt__holding_enter(&buffer->held, &before);
	if (status != VT_OK)
		return status;
	status = make_room(&buffer->held, bytes, bytes, stream);
	vt__holding_leave(&buffer->held, before);
	return status;
}

vt_status vt_buffer_reserve(vt_buffer *buffer, size_t capacity, vt_stream stream)
{
	vt_status status = vt__buffer_require(buffer, __func__);
	int before;

	if (status == VT_OK)
		status = vt__holding_enter(&buffer->held, &before);
	if (status != VT_OK)
		return status;
	status = make_room(&buffer->held, buffer->held.size, capacity, stream);
	vt__holding_leave(&buffer->held, before);
	return status;
}

/* Memory beyond the size may be in use by what is enqueued in either stream. */
static vt_status shrink_in_place(struct vt__holding *held, vt_stream stream)
{
	size_t offset = (size_t)(held->address - (char *)held->block.base);
	size_t less = held->room - held->size;
	vt_status status = vt__cuda_stream_order(stream, held->stream);

	if (status == VT_OK)
		status = vt__cuda_stream_wait(stream);
	if (status == VT_OK)
		status = vt__source_shrink(held->source, &held->block, held->device,
					   held->size + offset);
	if (status != VT_OK)
		return status;
	/* A record that gets smaller where it is needs no memory. */
	(void)vt__account_change(held->account, held->address, held->address, held->size);
	held->room = held->size;
	held->stream = stream;
	if (vt__narrate_listened())
		vt__narrate_freed(held->device, less, held->purpose, held->label,
				  vt__account_total(held->account, held->device));
	return VT_OK;
}

static vt_status shrink(struct vt__holding *held, vt_stream stream)
{
	vt_status status = VT_ERROR_NOT_SUPPORTED;

	if (held->room == held->size)
		return set_size(held, held->size, stream);
	if (held->source->functions.shrink)
		status = shrink_in_place(held, stream);
	if (status != VT_ERROR_NOT_SUPPORTED)
		return status;
	return relocate(held, held->size, held->size,
			vt__holding_grows(held) ? vt__holding_capacity(held) : 0, stream);
}

vt_status vt_buffer_shrink_to_fit(vt_buffer *buffer, vt_stream stream)
{
	vt_status status = vt__buffer_require(buffer, __func__);
	int before;

	if (status == VT_OK)
		status = vt__holding_enter(&buffer->held, &before);
	if (status != VT_OK)
		return status;
	status = shrink(&buffer->held, stream);
	vt__holding_leave(&buffer->held, before);
	return status;
}

vt_status vt_buffer_set_stream(vt_buffer *buffer, vt_stream stream)
{
	vt_status status = vt__buffer_require(buffer, __func__);
	int before;

	if (status == VT_OK)
		status = vt__holding_enter(&buffer->held, &before);
	if (status != VT_OK)
		return status;
	status = vt__cuda_stream_order(stream, buffer->held.stream);
	if (status == VT_OK)
		buffer->held.stream = stream;
	vt__holding_leave(&buffer->held, before);
	return status;
}
