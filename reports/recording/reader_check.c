/*
 * Checks of a recording's header and directory against the size of its file.
 */
#include "config.h"

#include "reports/recording/reader_check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/recording/reader_file.h"
#include "reports/recording/record_widen.h"

#define NOT_OURS "name a file that vramtrack wrote (they end in " VT_FORMAT_SUFFIX ")"
#define DAMAGED "the file is damaged: copy it again or record again"

/* Used bytes for each byte of data, and those that any file may have: copies leave pages out
 * that are all zero. */
#define USED_FOR_BYTE 4
#define USED_OF_ANY ((uint64_t)16 << 20)

size_t vt__record_bytes(uint32_t type)
{
	switch (type) {
	case VT_FORMAT_STRING:
		return 1;
#define VT__RECORD(name, id, record)                                                               \
	case VT_FORMAT_##id:                                                                       \
		return sizeof(record);
		VT__RECORDS(VT__RECORD)
#undef VT__RECORD
	default:
		return 0;
	}
}

uint32_t vt__segment_count(const struct vt_format_header *header)
{
	uint32_t count = 0;

	while (count < header->segment_count && count < VT_FORMAT_SEGMENTS_MAX &&
	       header->segments[count].type)
		count++;
	return count;
}

__attribute__((format(printf, 2, 3))) static int refuse(char message[VT__MESSAGE_BYTES],
							const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, VT__MESSAGE_BYTES, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static int check_identity(const struct vt_format_header *header, const char *path,
			  char message[VT__MESSAGE_BYTES])
{
	if (memcmp(header->magic, VT_FORMAT_MAGIC, sizeof(header->magic)))
		return refuse(message, "%s: not a recording (wrong magic at byte 0): " NOT_OURS,
			      path);
	if (header->byte_order == __builtin_bswap32(VT_FORMAT_BYTE_ORDER))
		return refuse(message,
			      "%s: written by a machine of the other byte order (byte %zu): "
			      "read it on such a machine",
			      path, offsetof(struct vt_format_header, byte_order));
	if (header->byte_order != VT_FORMAT_BYTE_ORDER)
		return refuse(message, "%s: no byte order at byte %zu: " DAMAGED, path,
			      offsetof(struct vt_format_header, byte_order));
	if (header->version < VT_FORMAT_VERSION_OLDEST || header->version > VT_FORMAT_VERSION)
		return refuse(
			message,
			"%s: recording of format version %" PRIu32 " (byte %zu), this is "
			"vramtrack %s, which reads versions %u to %u: use the vramtrack that wrote "
			"it",
			path, header->version, offsetof(struct vt_format_header, version),
			PACKAGE_VERSION, VT_FORMAT_VERSION_OLDEST, VT_FORMAT_VERSION);
	if (header->header_bytes != VT_FORMAT_HEADER_BYTES)
		return refuse(message,
			      "%s: header of %" PRIu32 " bytes instead of %u (byte %zu): " DAMAGED,
			      path, header->header_bytes, VT_FORMAT_HEADER_BYTES,
			      offsetof(struct vt_format_header, header_bytes));
	return 0;
}

/* Bytes of a whole segment; false if they do not fit in 64 bits. */
static bool segment_bytes(const struct vt_format_segment *segment, uint64_t *bytes)
{
	return !__builtin_mul_overflow(segment->capacity, segment->record_bytes, bytes);
}

static int check_segment(const struct vt_format_header *header, uint32_t number,
			 uint64_t file_bytes, const char *path, char message[VT__MESSAGE_BYTES])
{
	const struct vt_format_segment *segment = &header->segments[number];
	const size_t at = offsetof(struct vt_format_header, segments) + number * sizeof(*segment);
	const size_t expected = vt__record_bytes(segment->type);
	uint64_t bytes, end;

	if (!segment->record_bytes || (expected && segment->record_bytes != expected &&
				       segment->record_bytes != vt__narrow_bytes(segment->type)))
		return refuse(message,
			      "%s: segment %" PRIu32 " (byte %zu) has records of %" PRIu32
			      " bytes instead of %zu: " DAMAGED,
			      path, number, at, segment->record_bytes, expected);
	if (segment->used > segment->capacity)
		return refuse(message,
			      "%s: segment %" PRIu32 " (byte %zu) uses %" PRIu64 " of %" PRIu64
			      " records: " DAMAGED,
			      path, number, at, segment->used, segment->capacity);
	if (segment->offset < VT_FORMAT_HEADER_BYTES || segment->offset % VT_FORMAT_PAGE_BYTES)
		return refuse(message,
			      "%s: segment %" PRIu32 " (byte %zu) begins at %" PRIu64
			      ", which is no page after the header: " DAMAGED,
			      path, number, at, segment->offset);
	if (!segment_bytes(segment, &bytes) || __builtin_add_overflow(segment->offset, bytes, &end))
		return refuse(message,
			      "%s: segment %" PRIu32 " (byte %zu) has an absurd count of %" PRIu64
			      " records: " DAMAGED,
			      path, number, at, segment->capacity);
	if (end > file_bytes)
		return refuse(message,
			      "%s: truncated: segment %" PRIu32 " (byte %zu) ends at byte %" PRIu64
			      ", the file at %" PRIu64 ": copy it again",
			      path, number, at, end, file_bytes);
	return 0;
}

static int by_offset(const void *left, const void *right)
{
	const struct vt_format_segment *a = left, *b = right;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->capacity < b->capacity ? -1 : a->capacity > b->capacity;
}

/* Called when every segment is known to lie in the file. */
static int check_overlap(const struct vt_format_header *header, uint32_t count, const char *path,
			 char message[VT__MESSAGE_BYTES])
{
	struct vt_format_segment sorted[VT_FORMAT_SEGMENTS_MAX];

	memcpy(sorted, header->segments, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_offset);
	for (uint32_t i = 1; i < count; i++) {
		const uint64_t end = sorted[i - 1].offset +
				     sorted[i - 1].capacity * sorted[i - 1].record_bytes;

		if (end > sorted[i].offset)
			return refuse(message,
				      "%s: two segments overlap at byte %" PRIu64 ": " DAMAGED,
				      path, sorted[i].offset);
	}
	return 0;
}

/* Numbers of records are 32 bits wide, and VT_FORMAT_NONE is none of them. */
static int check_counts(const struct vt_format_header *header, uint32_t count, const char *path,
			char message[VT__MESSAGE_BYTES])
{
	uint64_t records[VT_FORMAT_TYPE_END] = {0};

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_segment *segment = &header->segments[i];

		if (segment->type >= VT_FORMAT_TYPE_END)
			continue;
		records[segment->type] += segment->capacity;
		if (records[segment->type] >= VT_FORMAT_NONE)
			return refuse(
				message,
				"%s: more than %u records of type %" PRIu32 " (byte %zu): " DAMAGED,
				path, VT_FORMAT_NONE - 1, segment->type,
				offsetof(struct vt_format_header, segments) + i * sizeof(*segment));
	}
	return 0;
}

int vt__check_header(const struct vt_format_header *header, uint64_t file_bytes, const char *path,
		     char message[VT__MESSAGE_BYTES])
{
	uint32_t count;
	int error = check_identity(header, path, message);

	if (error)
		return error;
	if (header->segment_count > VT_FORMAT_SEGMENTS_MAX)
		return refuse(message,
			      "%s: %" PRIu32 " segments (byte %zu), at most %u are "
			      "possible: " DAMAGED,
			      path, header->segment_count,
			      offsetof(struct vt_format_header, segment_count),
			      VT_FORMAT_SEGMENTS_MAX);
	count = vt__segment_count(header);
	for (uint32_t i = 0; i < count && !error; i++)
		error = check_segment(header, i, file_bytes, path, message);
	if (!error)
		error = check_counts(header, count, path, message);
	if (!error)
		error = check_overlap(header, count, path, message);
	return error;
}

int vt__check_holes(const struct vt_format_header *header, int fd, const char *path,
		    char message[VT__MESSAGE_BYTES])
{
	uint64_t used = 0, data = 0;

	for (uint32_t i = 0; i < vt__segment_count(header); i++) {
		const struct vt_format_segment *segment = &header->segments[i];
		const uint64_t bytes = segment->used * segment->record_bytes;

		if (!vt__record_bytes(segment->type))
			continue;
		used += bytes;
		data += vt__file_data(fd, segment->offset, bytes);
	}
	if (used <= USED_OF_ANY + USED_FOR_BYTE * data)
		return 0;
	return refuse(message,
		      "%s: has holes where records should be (%" PRIu64
		      " bytes of records, %" PRIu64 " are there): " DAMAGED,
		      path, used, data);
}
