/* Contents of buffers: copies, zeroing, filling. */
#include "config.h"

#include "library/buffer.h"
#include "library/cuda_calls.h"
#include "library/error.h"

/* ---- Checks ------------------------------------------------------------------- */

static vt_status check_range(const vt_buffer *buffer, size_t offset, size_t bytes,
			     const char *function)
{
	const size_t size = buffer->held.size;

	if (offset <= size && bytes <= size - offset)
		return VT_OK;
	return vt__fail(VT_ERROR_INVALID_ARGUMENT,
			"%s: %zu bytes at offset %zu pass the end of the buffer of %zu bytes",
			function, bytes, offset, size);
}

/* VT_OK with *idle set: there is nothing to do. */
static vt_status check_part(const vt_buffer *buffer, size_t offset, size_t bytes,
			    const char *function, bool *idle)
{
	vt_status status = vt__buffer_require(buffer, function);

	if (status == VT_OK)
		status = check_range(buffer, offset, bytes, function);
	*idle = !bytes;
	return status;
}

static vt_status check_host_copy(const vt_buffer *buffer, size_t offset, const void *host,
				 size_t bytes, const char *function, bool *idle)
{
	vt_status status = check_part(buffer, offset, bytes, function, idle);

	if (status == VT_OK && bytes && !host)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"%s: the host address is NULL, for %zu bytes", function, bytes);
	return status;
}

static vt_status check_device_copy(const vt_buffer *to, size_t to_offset, const vt_buffer *from,
				   size_t from_offset, size_t bytes, const char *function,
				   bool *idle)
{
	vt_status status = check_part(to, to_offset, bytes, function, idle);

	if (status == VT_OK)
		status = check_part(from, from_offset, bytes, function, idle);
	if (status == VT_OK && bytes && to == from) {
		size_t apart = to_offset > from_offset ? to_offset - from_offset
						       : from_offset - to_offset;

		if (apart < bytes)
			return vt__fail(
				VT_ERROR_INVALID_ARGUMENT,
				"%s: %zu bytes at offsets %zu and %zu of one buffer overlap",
				function, bytes, from_offset, to_offset);
	}
	return status;
}

/* ---- Copies -------------------------------------------------------------------- */

struct copy {
	void *to;
	const void *from;
	size_t bytes;
};

static vt_status copy_on(const struct vt__holding *held, const struct copy *copy, vt_stream stream)
{
	int before;
	vt_status status = vt__holding_enter(held, &before);

	if (status != VT_OK)
		return status;
	status = vt__cuda_copy_async(copy->to, copy->from, copy->bytes, stream);
	vt__holding_leave(held, before);
	return status;
}

/* In the buffer's own stream, so that it comes after what was enqueued there, and done
 * when this returns: a plain cudaMemcpy is neither. */
static vt_status copy_and_wait(const struct vt__holding *held, const struct copy *copy)
{
	int before;
	vt_status status = vt__holding_enter(held, &before);

	if (status != VT_OK)
		return status;
	status = vt__cuda_copy_async(copy->to, copy->from, copy->bytes, held->stream);
	if (status == VT_OK)
		status = vt__cuda_stream_wait(held->stream);
	vt__holding_leave(held, before);
	return status;
}

vt_status vt_buffer_copy_from_host(vt_buffer *buffer, size_t offset, const void *host, size_t bytes)
{
	bool idle;
	vt_status status = check_host_copy(buffer, offset, host, bytes, __func__, &idle);

	if (status != VT_OK || idle)
		return status;
	return copy_and_wait(&buffer->held,
			     &(struct copy){buffer->held.address + offset, host, bytes});
}

vt_status vt_buffer_copy_to_host(const vt_buffer *buffer, size_t offset, void *host, size_t bytes)
{
	bool idle;
	vt_status status = check_host_copy(buffer, offset, host, bytes, __func__, &idle);

	if (status != VT_OK || idle)
		return status;
	return copy_and_wait(&buffer->held,
			     &(struct copy){host, buffer->held.address + offset, bytes});
}

/* After this, work in the stream of `to` comes after that in the stream of `from`. */
static vt_status wait_for_source(const struct vt__holding *to, const struct vt__holding *from)
{
	const bool same_device = to->device == from->device;
	int before;
	vt_status status = vt__holding_enter(from, &before);

	if (status != VT_OK)
		return status;
	/* The same handle means another default stream on another device. */
	status = same_device ? vt__cuda_stream_order(to->stream, from->stream)
			     : vt__cuda_stream_wait(from->stream);
	vt__holding_leave(from, before);
	return status;
}

vt_status vt_buffer_copy(vt_buffer *to, size_t to_offset, const vt_buffer *from, size_t from_offset,
			 size_t bytes)
{
	bool idle;
	vt_status status = check_device_copy(to, to_offset, from, from_offset, bytes, __func__,
					     &idle);

	if (status != VT_OK || idle)
		return status;
	status = wait_for_source(&to->held, &from->held);
	if (status != VT_OK)
		return status;
	return copy_and_wait(&to->held, &(struct copy){to->held.address + to_offset,
						       from->held.address + from_offset, bytes});
}

vt_status vt_buffer_copy_from_host_async(vt_buffer *buffer, size_t offset, const void *host,
					 size_t bytes, vt_stream stream)
{
	bool idle;
	vt_status status = check_host_copy(buffer, offset, host, bytes, __func__, &idle);

	if (status != VT_OK || idle)
		return status;
	return copy_on(&buffer->held, &(struct copy){buffer->held.address + offset, host, bytes},
		       stream);
}

vt_status vt_buffer_copy_to_host_async(const vt_buffer *buffer, size_t offset, void *host,
				       size_t bytes, vt_stream stream)
{
	bool idle;
	vt_status status = check_host_copy(buffer, offset, host, bytes, __func__, &idle);

	if (status != VT_OK || idle)
		return status;
	return copy_on(&buffer->held, &(struct copy){host, buffer->held.address + offset, bytes},
		       stream);
}

vt_status vt_buffer_copy_async(vt_buffer *to, size_t to_offset, const vt_buffer *from,
			       size_t from_offset, size_t bytes, vt_stream stream)
{
	bool idle;
	vt_status status = check_device_copy(to, to_offset, from, from_offset, bytes, __func__,
					     &idle);

	if (status != VT_OK || idle)
		return status;
	return copy_on(&to->held,
		       &(struct copy){to->held.address + to_offset,
				      from->held.address + from_offset, bytes},
		       stream);
}

/* ---- Values -------------------------------------------------------------------- */

static vt_status set(const struct vt__holding *held, size_t offset, int value, size_t bytes,
		     vt_stream stream, bool wait)
{
	int before;
	vt_status status = vt__holding_enter(held, &before);

	if (status != VT_OK)
		return status;
	status = vt__cuda_set_async(held->address + offset, value, bytes, stream);
	if (status == VT_OK && wait)
		status = vt__cuda_stream_wait(stream);
	vt__holding_leave(held, before);
	return status;
}

vt_status vt_buffer_zero(vt_buffer *buffer)
{
	vt_status status = vt__buffer_check(buffer, __func__);

	if (status != VT_OK || !buffer->held.size)
		return status;
	return set(&buffer->held, 0, 0, buffer->held.size, buffer->held.stream, true);
}

vt_status vt_buffer_fill(vt_buffer *buffer, size_t offset, int value, size_t bytes)
{
	bool idle;
	vt_status status = check_part(buffer, offset, bytes, __func__, &idle);

	if (status != VT_OK || idle)
		return status;
	return set(&buffer->held, offset, value, bytes, buffer->held.stream, true);
}

vt_status vt_buffer_fill_async(vt_buffer *buffer, size_t offset, int value, size_t bytes,
			       vt_stream stream)
{
	bool idle;
	vt_status status = check_part(buffer, offset, bytes, __func__, &idle);

	if (status != VT_OK || idle)
		return status;
	return set(&buffer->held, offset, value, bytes, stream, false);
}
