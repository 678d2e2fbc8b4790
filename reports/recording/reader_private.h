/*
 * What is in a recording that was read: the reader fills it, its accessors show it.
 */
#ifndef VT_REPORTS_READER_PRIVATE_H
#define VT_REPORTS_READER_PRIVATE_H

#include "reports/recording/reader_check.h"

#define VT__NOTES_MOST 4

struct vt__recording {
	struct vt_format_header header;
	struct vt__records records[VT_FORMAT_TYPE_END];
	enum vt__process_state state;
	bool torn;
	uint64_t left_out; /* records of a torn copy */
	char *path;
	char notes[VT__NOTES_MOST][VT__MESSAGE_BYTES];
	size_t note_count;
};

#endif
