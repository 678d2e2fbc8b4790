/* Memory sources as such: counting references, and calls with their arguments checked. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "library/error.h"
#include "library/source.h"
#include "library/source_parts.h"

/* A struct_size beyond this is not a later version's but not set at all. */
#define MOST_STRUCT_SIZE ((size_t)4096)

vt_status vt__struct_read(void *out, size_t known, size_t least, const void *given,
			  const char *name)
{
	const unsigned char *bytes = given;
	size_t size;

	if (!given)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s is NULL", name);
	memcpy(&size, given, sizeof(size));
	if (size < least || size > MOST_STRUCT_SIZE)
		return vt__fail(VT_ERROR_STRUCT_SIZE,
				"%s.struct_size is %zu; set it to sizeof(%s), which is %zu here",
				name, size, name, known);
	for (size_t i = known; i < size; i++) {
		if (bytes[i])
			return vt__fail(VT_ERROR_STRUCT_SIZE,
					"%s sets byte %zu, but this older library knows only %zu",
					name, i, known);
	}
	memcpy(out, given, size < known ? size : known);
	memcpy(out, &known, sizeof(known));
	return VT_OK;
}

vt_status vt__source_make(vt_source **out, const vt_source_functions *functions, void *state,
			  bool frees_bare_pointers)
{
	vt_source *source = calloc(1, sizeof(*source));

	if (!source)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a memory source");
	source->functions = *functions;
	source->state = state;
	source->references = 1;
	source->frees_bare_pointers = frees_bare_pointers;
	*out = source;
	return VT_OK;
}

vt_status vt_source_create(vt_source **out, const vt_source_functions *functions, void *state)
{
	vt_source_functions known = {.struct_size = sizeof(known)};
	vt_status status;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create: out is NULL");
	status = vt__struct_read(&known, sizeof(known), offsetof(vt_source_functions, grow),
				 functions, "vt_source_functions");
	if (status != VT_OK)
		return status;
	if (!known.name || !known.allocate || !known.free)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_source_create: a source needs a name, allocate() and free()");
	if ((unsigned)known.kind > VT_MEMORY_PINNED_HOST)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_source_create: %d is no vt_memory_kind", (int)known.kind);
	status = vt__source_make(out, &known, state, false);
	if (status == VT_OK)
		(*out)->is_foreign = true;
	return status;
}

void vt__source_end(vt_source *source)
{
	if (source->functions.destroy)
		source->functions.destroy(source->state);
	free(source);
}

vt_source *vt_source_retain(vt_source *source)
{
	return vt__source_retain(source);
}

void vt_source_release(vt_source *source)
{
	vt__source_release(source);
}

const char *vt_source_name(const vt_source *source)
{
	return source ? source->functions.name : "";
}

vt_memory_kind vt_source_kind(const vt_source *source)
{
	return source ? source->functions.kind : VT_MEMORY_DEVICE;
}

/* Our own sources have said why; of others only the status is known. */
__attribute__((cold)) static vt_status failed(const vt_source *source, vt_status status,
					      const char *step, size_t bytes)
{
	if (!source->is_foreign)
		return status;
	return vt__fail(status, "memory source '%s' failed to %s %zu bytes: %s",
			source->functions.name, step, bytes, vt_status_string(status));
}

/* What a source gave must be what its contract says; a buffer would run past it. */
static vt_status refuse_block(vt_source *source, const vt_source_request *request,
			      const vt_source_block *block)
{
	if (block->base)
		source->functions.free(source->state, block, request->device, request->stream);
	return vt__fail(VT_ERROR_NOT_SUPPORTED,
			"memory source '%s' broke its contract: asked for %zu bytes, it gave %zu "
			"at %p",
			source->functions.name, request->bytes, block->bytes, block->base);
}

vt_status vt__source_refuse_request(const vt_source *source, const vt_source_request *request)
{
	if (source && request && !request->bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"memory source '%s' was asked for 0 bytes", source->functions.name);
	return vt__fail(VT_ERROR_INVALID_ARGUMENT, "no memory source to allocate from");
}

vt_status vt__source_fail_allocate(vt_source *source, const vt_source_request *request,
				   vt_status status, vt_source_block *out)
{
	if (status != VT_OK)
		status = failed(source, status, "allocate", request->bytes);
	else
		status = refuse_block(source, request, out);
	*out = (vt_source_block){0};
	return status;
}

vt_status vt__source_fail_free(const vt_source *source, const vt_source_block *block,
			       vt_status status)
{
	if (!source || !block)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "no memory source to free into");
	return failed(source, status, "free", block->bytes);
}

vt_status vt__source_grow(vt_source *source, vt_source_block *block, int device, size_t bytes)
{
	vt_status status;

	if (!source || !block || !block->base)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "no block of a memory source to grow");
	if (bytes <= block->bytes)
		return VT_OK;
	if (!source->functions.grow || bytes > block->capacity)
		return VT_ERROR_NOT_SUPPORTED;
	status = source->functions.grow(source->state, block, device, bytes);
	if (status == VT_OK || status == VT_ERROR_NOT_SUPPORTED)
		return status;
	return failed(source, status, "grow to", bytes);
}

vt_status vt__source_shrink(vt_source *source, vt_source_block *block, int device, size_t bytes)
{
	vt_status status;

	if (!source || !block || !block->base || !bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "no block of a memory source to shrink");
	if (!source->functions.shrink)
		return VT_ERROR_NOT_SUPPORTED;
	if (bytes >= block->bytes)
		return VT_OK;
	status = source->functions.shrink(source->state, block, device, bytes);
	if (status == VT_OK || status == VT_ERROR_NOT_SUPPORTED)
		return status;
	return failed(source, status, "shrink to", bytes);
}
