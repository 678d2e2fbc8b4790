/*
 * The checks that a recording must pass before anything in it is believed.
 */
#ifndef VT_REPORTS_READER_CHECK_H
#define VT_REPORTS_READER_CHECK_H

#include "reports/recording/reader.h"

/* Bytes of one record by enum vt_format_type; 0 for types unknown here. */
size_t vt__record_bytes(uint32_t type);

/* How many segments the directory has: up to segment_count or a type of 0. */
uint32_t vt__segment_count(const struct vt_format_header *header);

/*
 * Checks identity (magic, version, byte order) and the directory against the
 * size of the file: every segment inside the file, none over another, no sum
 * that overflows. Returns 0, or -EINVAL with a message as vt__recording_open().
 */
int vt__check_header(const struct vt_format_header *header, uint64_t file_bytes, const char *path,
		     char message[VT__MESSAGE_BYTES]);

/*
 * Checks that what the directory calls used lies in the file's data and not in its holes: those
 * cost nothing on the disk, and memory here. As vt__check_header().
 */
int vt__check_holes(const struct vt_format_header *header, int fd, const char *path,
		    char message[VT__MESSAGE_BYTES]);

/* Checks that every record refers only to records and strings that are there. */
int vt__check_records(const struct vt__recording *recording, char message[VT__MESSAGE_BYTES]);

/* The part of it about all records together, which no torn copy fails. */
int vt__check_bounds(const struct vt__recording *recording, char message[VT__MESSAGE_BYTES]);

/* What is wrong with a record of `type`, or with the header (`at` is its byte), in words;
 * NULL: nothing. Static. */
const char *vt__record_fault(const struct vt__recording *recording, uint32_t type,
			     const void *record);
const char *vt__header_fault(const struct vt__recording *recording, size_t *at);

/* All records of a type, in the order of their numbers; the bytes are the copy's own. */
struct vt__records {
	unsigned char *bytes;
	uint32_t count;
};

/*
 * Takes what fails its check out of a torn copy, until the rest agrees. What has a
 * number that others name stays as a record that says nothing. Returns how many.
 */
uint64_t vt__leave_out(struct vt__recording *recording, struct vt_format_header *header,
		       struct vt__records records[VT_FORMAT_TYPE_END]);

#endif
