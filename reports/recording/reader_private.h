/*
 * The inside of a recording that was read.
 */
#ifndef VT_REPORTS_READER_PRIVATE_H
#define VT_REPORTS_READER_PRIVATE_H

#include "reports/recording/process.h"
#include "reports/recording/reader.h"
#include "reports/recording/reader_check.h"

#define NOTES_MAX 4

struct vt__recording {
	struct vt_format_header header;
	struct vt__records records[VT_FORMAT_TYPE_END];
	enum vt__process_state state;
	bool torn;
	uint64_t left_out; /* records of a torn copy */
	char *path;
	char notes[NOTES_MAX][VT__MESSAGE_BYTES];
	size_t note_count;
};

#endif
