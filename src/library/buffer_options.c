/* Options of a buffer: read from structs of any version, checked, applied. */
#include "config.h"

#include <string.h>

#include "library/buffer.h"
#include "library/error.h"
#include "library/scope.h"
#include "library/source_parts.h"

#define KNOWN_FLAGS VT_BUFFER_ZEROED

/* Whether a struct that ends there ends between two members. */
static bool is_whole(size_t struct_size)
{
	size_t member = struct_size <= offsetof(vt_buffer_options, device) ? sizeof(void *)
									   : sizeof(int);

	return struct_size > sizeof(vt_buffer_options) || struct_size % member == 0;
}

vt_status vt__buffer_options_check(const vt_buffer_options *options, const char *function)
{
	if (options->alignment & (options->alignment - 1))
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"%s: alignment %zu is not a power of two", function,
				options->alignment);
	if (options->device < -1)
		return vt__fail(VT_ERROR_NO_DEVICE,
				"%s: there is no device %d; -1 means the current one", function,
				options->device);
	if ((unsigned)options->purpose >= VT_PURPOSE_COUNT)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: %d is no vt_purpose", function,
				(int)options->purpose);
	if (options->flags & ~KNOWN_FLAGS)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"%s: flags %#x has bits that this library does not know: %#x",
				function, options->flags, options->flags & ~KNOWN_FLAGS);
	if (options->reserved)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: reserved is %#x, not 0", function,
				options->reserved);
	return VT_OK;
}

/* Over the defaults that are in `out`. */
static vt_status read_given(vt_buffer_options *out, const vt_buffer_options *given,
			    const char *function)
{
	if (!is_whole(given->struct_size))
		return vt__fail(VT_ERROR_STRUCT_SIZE,
				"%s: options.struct_size %zu ends within a member; set it "
				"to sizeof(vt_buffer_options), which is %zu here",
				function, given->struct_size, sizeof(*out));
	return vt__struct_read(out, sizeof(*out), sizeof(size_t), given, "vt_buffer_options");
}

vt_status vt__buffer_options_read(vt_buffer_options *out, const vt_buffer_options *given,
				  const char *function)
{
	vt_status status = VT_OK;

	*out = (vt_buffer_options)VT_BUFFER_OPTIONS_INIT;
	if (given)
		status = read_given(out, given, function);
	return status == VT_OK ? vt__buffer_options_check(out, function) : status;
}

__attribute__((noinline)) void vt__buffer_label_copy(char out[VT__LABEL_BYTES], const char *label)
{
	size_t length = strnlen(label, VT__LABEL_BYTES);

	if (length == VT__LABEL_BYTES) {
		length--;
		while (length && ((unsigned char)label[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(out, label, length);
	out[length] = '\0';
}

vt_status vt__holding_configure(struct vt__holding *held, const vt_buffer_options *options)
{
	const char *label = options->label ? options->label : vt__place.label;

	held->account = vt__account_find(options->tracker);
	held->source = vt__source_retain(options->source ? options->source : vt_source_default());
	held->block = (vt_source_block){0};
	held->address = NULL;
	held->size = held->room = 0;
	held->alignment = options->alignment ? options->alignment : VT_DEFAULT_ALIGNMENT;
	held->stream = options->stream;
	held->device = options->device;
	held->purpose = options->purpose;
	if (held->purpose == VT_PURPOSE_UNKNOWN)
		held->purpose = vt__place.purpose;
	held->flags = options->flags;
	held->label[0] = '\0';
	if (label)
		vt__buffer_label_copy(held->label, label);
	return held->account ? VT_OK : VT_ERROR_OUT_OF_HOST_MEMORY;
}
