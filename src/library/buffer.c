/* The life of a buffer: created, moved, released, adopted, destroyed; and its facts. */
#include "config.h"

#include "library/buffer.h"
#include "library/cuda_calls.h"
#include "library/error.h"

/* ---- Making ------------------------------------------------------------------ */

/* On the device of the options, which becomes known here if it was the current one. */
static vt_status fill(struct vt__holding *held, size_t bytes, const vt_buffer_options *options,
		      const struct vt__unwind_start *start)
{
	vt_status status = vt__holding_configure(held, options);
	int before;

	if (status == VT_OK)
		status = vt__holding_enter(held, &before);
	if (status == VT_OK) {
		if (held->device < 0)
			held->device = before;
		status = vt__holding_fill(held, bytes, options->capacity, start);
		vt__holding_leave(held, before);
	}
	if (status != VT_OK)
		vt__holding_clear(held);
	return status;
}

/* `start`: in the caller of the public function, which is `function`. */
static vt_status create(vt_buffer **out, size_t bytes, const vt_buffer_options *given,
			const struct vt__unwind_start *start, const char *function)
{
	const vt_buffer_options *options = given;
	vt_buffer_options read;
	vt_buffer *buffer;
	vt_status status;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: out is NULL", function);
	if (!bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: cannot allocate 0 bytes", function);
	if (vt__buffer_options_are_known(given)) {
		status = vt__buffer_options_check(given, function);
	} else {
		status = vt__buffer_options_read(&read, given, function);
		options = &read;
	}
	if (status == VT_OK)
		status = vt__buffer_new(&buffer);
	if (status != VT_OK)
		return status;
	status = fill(&buffer->held, bytes, options, start);
	if (status != VT_OK) {
		vt__buffer_retire(buffer);
		return status;
	}
	*out = buffer;
	return VT_OK;
}

vt_status vt_buffer_create(vt_buffer **out, size_t bytes, const vt_buffer_options *options)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();

	return create(out, bytes, options, &start, __func__);
}

vt_status vt_buffer_create_array(vt_buffer **out, size_t count, size_t element_bytes,
				 const vt_buffer_options *options)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	size_t bytes;

	if (__builtin_mul_overflow(count, element_bytes, &bytes))
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"%s: %zu elements of %zu bytes are more than addresses can number",
				__func__, count, element_bytes);
	return create(out, bytes, options, &start, __func__);
}

/* ---- Adopting ------------------------------------------------------------------ */

/* What cudaMalloc gave is device memory; its device is the buffer's. */
static vt_status check_adopted(const vt_buffer_options *options, const void *base, int *device)
{
	struct vt__cuda_pointer facts;
	vt_status status = vt__cuda_pointer(base, &facts);

	if (status != VT_OK)
		return status;
	if (!facts.is_device || facts.is_managed)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_buffer_adopt: %p is not memory that cudaMalloc gave", base);
	if (options->device >= 0 && options->device != facts.device)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_buffer_adopt: %p is of device %d, not %d", base, facts.device,
				options->device);
	*device = facts.device;
	return VT_OK;
}

static vt_status check_adoption(vt_buffer **out, const void *base, size_t bytes,
				vt_buffer_options *options)
{
	size_t lowest = (uintptr_t)base & (~(uintptr_t)base + 1);

	if (!out || !base || !bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_buffer_adopt: %s",
				!out    ? "out is NULL"
				: !base ? "base is NULL"
					: "cannot adopt 0 bytes");
	if (bytes > PTRDIFF_MAX || options->capacity > bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_buffer_adopt: a capacity of %zu cannot be made of %zu bytes",
				options->capacity, bytes);
	if (options->source && !options->source->frees_bare_pointers)
		return vt__fail(VT_ERROR_NOT_SUPPORTED,
				"vt_buffer_adopt: source '%s' frees only what it gave itself",
				vt_source_name(options->source));
	/* Without a wish the buffer says what there is, up to the default. */
	if (!options->alignment)
		options->alignment = lowest < VT_DEFAULT_ALIGNMENT ? lowest : VT_DEFAULT_ALIGNMENT;
	if (options->alignment > lowest)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_buffer_adopt: %p is aligned to %zu bytes, not to %zu", base,
				lowest, options->alignment);
	return VT_OK;
}

/* Records the block that is there already. */
static vt_status record_adopted(struct vt__holding *held, const struct vt__unwind_start *start)
{
	size_t reserved;
	vt_status status = vt__holding_reserve(held, held->room, &reserved);

	return status == VT_OK ? vt__holding_zero_and_record(held, reserved, start) : status;
}

static vt_status fill_adopted(struct vt__holding *held, void *base, size_t bytes,
			      const vt_buffer_options *options,
			      const struct vt__unwind_start *start)
{
	vt_status status = vt__holding_configure(held, options);
	int before;

	if (status == VT_OK && !options->source)
		status = check_adopted(options, base, &held->device);
	if (status == VT_OK)
		status = vt__holding_enter(held, &before);
	if (status == VT_OK) {
		if (held->device < 0)
			held->device = before;
		held->block = (vt_source_block){.base = base, .bytes = bytes, .capacity = bytes};
		held->address = base;
		held->size = held->room = bytes;
		status = record_adopted(held, start);
		vt__holding_leave(held, before);
	}
	/* The memory is the caller's still: the holding is emptied, not ended. */
	if (status != VT_OK)
		vt__holding_clear(held);
	return status;
}

vt_status vt_buffer_adopt(vt_buffer **out, void *base, size_t bytes, const vt_buffer_options *given)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	vt_buffer_options options;
	vt_buffer *buffer;
	vt_status status = vt__buffer_options_read(&options, given, __func__);

	if (status == VT_OK)
		status = check_adoption(out, base, bytes, &options);
	if (status == VT_OK)
		status = vt__buffer_new(&buffer);
	if (status != VT_OK)
		return status;
	status = fill_adopted(&buffer->held, base, bytes, &options, &start);
	if (status != VT_OK) {
		vt__buffer_retire(buffer);
		return status;
	}
	*out = buffer;
	return VT_OK;
}

/* ---- Ending and passing on ------------------------------------------------------ */

void vt_buffer_destroy(vt_buffer *buffer)
{
	if (!buffer || vt__buffer_check(buffer, __func__) != VT_OK)
		return;
	vt__holding_end(&buffer->held);
	vt__buffer_retire(buffer);
}

static vt_status check_both(const vt_buffer *a, const vt_buffer *b, const char *function)
{
	vt_status status = vt__buffer_check(a, function);

	return status == VT_OK ? vt__buffer_check(b, function) : status;
}

/* Without references or memory. */
static const struct vt__holding empty = {.device = -1, .purpose = VT_PURPOSE_UNKNOWN};

vt_status vt_buffer_move(vt_buffer *to, vt_buffer *from)
{
	vt_status status = check_both(to, from, __func__);

	if (status != VT_OK || to == from)
		return status;
	vt__holding_end(&to->held);
	to->held = from->held;
	from->held = empty;
	return VT_OK;
}

vt_status vt_buffer_swap(vt_buffer *a, vt_buffer *b)
{
	vt_status status = check_both(a, b, __func__);
	struct vt__holding held;

	if (status != VT_OK)
		return status;
	held = a->held;
	a->held = b->held;
	b->held = held;
	return VT_OK;
}

vt_status vt_buffer_release(vt_buffer *buffer, void **out)
{
	vt_status status = vt__buffer_require(buffer, __func__);
	struct vt__holding *held;
	void *base;

	if (status != VT_OK)
		return status;
	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: out is NULL", __func__);
	held = &buffer->held;
	if (!held->source->frees_bare_pointers)
		return vt__fail(VT_ERROR_NOT_SUPPORTED,
				"%s: memory of source '%s' cannot be freed without it", __func__,
				vt_source_name(held->source));
	base = held->block.base;
	(void)vt__account_unrecord(held->account, held->address, held->device);
	vt__holding_clear(held);
	*out = base;
	return VT_OK;
}

/* ---- Facts ------------------------------------------------------------------------ */

/* What the buffer has; nothing for NULL and for a destroyed handle. */
static const struct vt__holding *held_by(const vt_buffer *buffer, const char *function)
{
	return buffer && vt__buffer_check(buffer, function) == VT_OK ? &buffer->held : &empty;
}

void *vt_buffer_get(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->address;
}

size_t vt_buffer_size(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->size;
}

size_t vt_buffer_capacity(const vt_buffer *buffer)
{
	return vt__holding_capacity(held_by(buffer, __func__));
}

size_t vt_buffer_alignment(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->alignment;
}

bool vt_buffer_is_allocated(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->block.base != NULL;
}

int vt_buffer_device(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->device;
}

vt_purpose vt_buffer_purpose(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->purpose;
}

const char *vt_buffer_label(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->label;
}

vt_stream vt_buffer_stream(const vt_buffer *buffer)
{
	return held_by(buffer, __func__)->stream;
}
