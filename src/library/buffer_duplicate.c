/* A second buffer with the contents of another. */
#include "config.h"

#include <string.h>

#include "library/buffer.h"
#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/narrate.h"

/* Copies, so that what comes later in the other's stream, its free among it, waits for
 * the copy. */
static vt_status copy_from(const struct vt__holding *held, const struct vt__holding *other)
{
	vt_status status = vt__holding_copy(held, other);

	return status == VT_OK ? vt__cuda_stream_order(other->stream, held->stream) : status;
}

static vt_status take_copy(struct vt__holding *held, const struct vt__holding *other,
			   const struct vt__unwind_start *start)
{
	const size_t room = other->room;
	size_t reserved;
	vt_status status = vt__holding_reserve(held, room, &reserved);

	if (status != VT_OK)
		return status;
	status = vt__holding_take(held, room, vt__holding_capacity(other));
	if (status != VT_OK) {
		vt__account_cancel(held->account, reserved);
		return status;
	}
	status = copy_from(held, other);
	if (status != VT_OK)
		vt__account_cancel(held->account, reserved);
	else
		status = vt__holding_record(held, reserved, start);
	if (status != VT_OK) {
		vt__holding_abandon(held);
		return status;
	}
	vt__narrate_allocated(held->device, room, held->purpose, held->label);
	return VT_OK;
}

/* The options of another holding, without its memory. */
static void configure_as(struct vt__holding *held, const struct vt__holding *other,
			 vt_stream stream)
{
	*held = *other;
	memset(&held->block, 0, sizeof(held->block));
	held->address = NULL;
	held->stream = stream;
	held->source = vt__source_retain(other->source);
}

vt_status vt_buffer_duplicate(vt_buffer **out, const vt_buffer *buffer, vt_stream stream)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	vt_buffer *made;
	vt_status status;
	int before;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: out is NULL", __func__);
	status = vt__buffer_require(buffer, __func__);
	if (status == VT_OK)
		status = vt__buffer_new(&made);
	if (status != VT_OK)
		return status;
	configure_as(&made->held, &buffer->held, stream);
	status = vt__holding_enter(&made->held, &before);
	if (status == VT_OK) {
		status = take_copy(&made->held, &buffer->held, &start);
		vt__holding_leave(&made->held, before);
	}
	if (status != VT_OK) {
		vt__holding_clear(&made->held);
		vt__buffer_retire(made);
		return status;
	}
	*out = made;
	return VT_OK;
}
