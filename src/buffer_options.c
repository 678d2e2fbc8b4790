/* Options of a buffer: read from structs of any version, checked, applied. */
#include "config.h"

#include <string.h>

#include "buffer.h"
#include "error.h"
#include "source_parts.h"

#include <vramtrack/scope.h>

#define KNOWN_FLAGS VT_BUFFER_ZEROED

/* Whether a struct that ends there ends between two members. */
static bool is_whole(size_t struct_size)
{
	size_t member = struct_size <= offsetof(vt_buffer_options, device) ? sizeof(void *)
									   : sizeof(int);

	return struct_size > sizeof(vt_buffer_options) || struct_size % member == 0;
}

static vt_status check(const vt_buffer_options *options, const char *function)
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

/* A struct of another version's size. */
static vt_status read_other(vt_buffer_options *out, const vt_buffer_options *given,
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
	static const vt_buffer_options defaults = VT_BUFFER_OPTIONS_INIT;
	const bool is_known = given && given->struct_size == sizeof(*given);
	vt_status status = VT_OK;

	*out = is_known ? *given : defaults;
	if (given && !is_known)
		status = read_other(out, given, function);
	if (status == VT_OK)
		status = check(out, function);
	if (status != VT_OK)
		return status;
	/* What the buffer does not say, the scope around it may. */
	if (out->purpose == VT_PURPOSE_UNKNOWN)
		out->purpose = vt_scope_purpose();
	if (!out->label)
		out->label = vt_scope_label();
	return VT_OK;
}

/* A label that is too long ends before the UTF-8 character that does not fit. */
static void copy_label(char out[VT__LABEL_BYTES], const char *label)
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
	struct vt__account *account = vt__account_find(options->tracker);

	if (!account)
		return VT_ERROR_OUT_OF_HOST_MEMORY;
	held->account = account;
	held->source = vt_source_retain(options->source ? options->source : vt_source_default());
	held->alignment = options->alignment ? options->alignment : VT_DEFAULT_ALIGNMENT;
	held->stream = options->stream;
	held->device = options->device;
	held->purpose = options->purpose;
	held->flags = options->flags;
	if (options->label)
		copy_label(held->label, options->label);
	return VT_OK;
}
