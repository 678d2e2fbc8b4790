/* Handles of buffers: made, checked, retired. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "error.h"

#define MAGIC_LIVE UINT64_C(0x7674206275666672) /* "vt buffr" */
#define MAGIC_DEAD UINT64_C(0x7674206465616421)

vt_status vt__buffer_new(vt_buffer **out)
{
	vt_buffer *buffer = calloc(1, sizeof(*buffer));

	if (!buffer)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a buffer");
	buffer->held.device = -1;
	buffer->held.purpose = VT_PURPOSE_UNKNOWN;
	buffer->magic = MAGIC_LIVE;
	*out = buffer;
	return VT_OK;
}

#ifndef NDEBUG

#define RETIRED_MOST 64

void vt__buffer_retire(vt_buffer *buffer)
{
	static vt_buffer *retired[RETIRED_MOST];
	static unsigned next;
	unsigned slot = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % RETIRED_MOST;

	buffer->magic = MAGIC_DEAD;
	free(__atomic_exchange_n(&retired[slot], buffer, __ATOMIC_ACQ_REL));
}

static bool is_destroyed(const vt_buffer *buffer)
{
	return buffer->magic != MAGIC_LIVE;
}

#else

void vt__buffer_retire(vt_buffer *buffer)
{
	buffer->magic = MAGIC_DEAD;
	free(buffer);
}

static bool is_destroyed(const vt_buffer *buffer)
{
	(void)buffer;
	return false;
}

#endif

vt_status vt__buffer_check(const vt_buffer *buffer, const char *function)
{
	if (!buffer)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: the buffer is NULL", function);
	if (is_destroyed(buffer))
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"%s: %p was destroyed before, or never was a buffer", function,
				(const void *)buffer);
	return VT_OK;
}

vt_status vt__buffer_require(const vt_buffer *buffer, const char *function)
{
	vt_status status = vt__buffer_check(buffer, function);

	if (status == VT_OK && !buffer->held.block.base)
		return vt__fail(VT_ERROR_NOT_ALLOCATED,
				"%s: the buffer is empty: it was moved from or released", function);
	return status;
}
