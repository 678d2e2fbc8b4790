/*
 * Gives out what is in a recording that was read.
 */
#include "config.h"

#include "reports/recording/reader_private.h"

const char *vt__recording_path(const struct vt__recording *recording)
{
	return recording->path;
}

const struct vt_format_header *vt__recording_header(const struct vt__recording *recording)
{
	return &recording->header;
}

enum vt__process_state vt__recording_state(const struct vt__recording *recording)
{
	return recording->state;
}

uint64_t vt__recording_bytes(const struct vt__recording *recording)
{
	uint64_t bytes = VT_FORMAT_HEADER_BYTES;

	for (uint32_t type = 0; type < VT_FORMAT_TYPE_END; type++)
		bytes += recording->records[type].count * vt__record_bytes(type);
	return bytes;
}

bool vt__recording_torn(const struct vt__recording *recording)
{
	return recording->torn;
}

uint64_t vt__recording_left_out(const struct vt__recording *recording)
{
	return recording->left_out;
}

const char *vt__recording_note(const struct vt__recording *recording, size_t number)
{
	return number < recording->note_count ? recording->notes[number] : NULL;
}

bool vt__recording_has_string(const struct vt__recording *recording, uint32_t index)
{
	return index < recording->records[VT_FORMAT_STRING].count;
}

struct vt__raw vt__recording_string(const struct vt__recording *recording, uint32_t index)
{
	const unsigned char *bytes = recording->records[VT_FORMAT_STRING].bytes;

	return (struct vt__raw){
		vt__recording_has_string(recording, index) ? (const char *)bytes + index : ""};
}

#define VT__RECORD(name, id, type)                                                                 \
	uint32_t vt__recording_##name##s(const struct vt__recording *recording)                    \
	{                                                                                          \
		return recording->records[VT_FORMAT_##id].count;                                   \
	}                                                                                          \
                                                                                                   \
	const type *vt__recording_##name(const struct vt__recording *recording, uint32_t number)   \
	{                                                                                          \
		const struct vt__records *records = &recording->records[VT_FORMAT_##id];           \
                                                                                                   \
		return number < records->count                                                     \
			       ? (const type *)(const void *)records->bytes + number               \
			       : NULL;                                                             \
	}
VT__RECORDS(VT__RECORD)
#undef VT__RECORD
