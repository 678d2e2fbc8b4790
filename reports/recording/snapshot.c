/*
 * Writes what was read of a recording as a file.
 */
#include "config.h"

#include "reports/recording/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/recording/reader_private.h"

static uint64_t page_multiple(uint64_t bytes)
{
	return (bytes + VT_FORMAT_PAGE_BYTES - 1) / VT_FORMAT_PAGE_BYTES * VT_FORMAT_PAGE_BYTES;
}

/* Types without records have no segment. */
static void make_directory(const struct vt__recording *recording, struct vt_format_header *header)
{
	uint64_t offset = VT_FORMAT_HEADER_BYTES;

	memset(header->segments, 0, sizeof(header->segments));
	header->segment_count = 0;
	for (uint32_t type = VT_FORMAT_STRING; type < VT_FORMAT_TYPE_END; type++) {
		const uint32_t record_bytes = (uint32_t)vt__record_bytes(type);
		const uint32_t count = recording->records[type].count;

		if (!count)
			continue;
		header->segments[header->segment_count++] = (struct vt_format_segment){
			.type = type,
			.record_bytes = record_bytes,
			.offset = offset,
			.capacity = count,
			.used = count,
		};
		offset += page_multiple((uint64_t)count * record_bytes);
	}
}

/* What the copy says of itself. */
static void make_header(const struct vt__recording *recording, struct vt_format_header *header)
{
	struct timespec now;

	*header = recording->header;
	header->sequence = recording->torn ? 1
					   : 0; /* a torn one stays so, and is checked as such */
	memset(header->requests, 0, sizeof(header->requests));
	if (recording->state == VT__PROCESS_RUNNING) {
		header->snapshot = 1;
		if (!header->end_monotonic_ns && !clock_gettime(CLOCK_MONOTONIC, &now))
			header->end_monotonic_ns = (uint64_t)now.tv_sec * 1000000000u +
						   (uint64_t)now.tv_nsec;
	}
	make_directory(recording, header);
}

static int write_padded(const void *bytes, uint64_t count, FILE *out)
{
	static const char zeros[VT_FORMAT_PAGE_BYTES];
	const uint64_t rest = page_multiple(count) - count;

	errno = 0;
	if ((count && fwrite(bytes, count, 1, out) != 1) ||
	    (rest && fwrite(zeros, rest, 1, out) != 1))
		return errno ? -errno : -EIO;
	return 0;
}

int vt__snapshot_write(const struct vt__recording *recording, FILE *out)
{
	struct vt_format_header *header = calloc(1, VT_FORMAT_HEADER_BYTES);
	int error;

	if (!header)
		return -ENOMEM;
	make_header(recording, header);
	error = write_padded(header, VT_FORMAT_HEADER_BYTES, out);
	for (uint32_t i = 0; i < header->segment_count && !error; i++) {
		const struct vt_format_segment *segment = &header->segments[i];

		error = write_padded(recording->records[segment->type].bytes,
				     segment->used * segment->record_bytes, out);
	}
	free(header);
	return error;
}
