/*
 * The part of the recording's format about the pieces that memory was in when an allocation was
 * refused: of segments of a cache, what lies free between its blocks; and for what the memory of a
 * statement's call sites was.
 */
#ifndef VT_LEDGER_FORMAT_FRAGMENTS_H
#define VT_LEDGER_FORMAT_FRAGMENTS_H

#include <stdint.h>

#define VT_FORMAT_FRAGMENT_ROWS 8u
#define VT_FORMAT_PURPOSE_LINES 64u

/* A segment in which at least one block was. */
struct vt_format_fragment_row {
	uint64_t address;
	uint64_t bytes;
	uint64_t used_bytes;    /* in blocks */
	uint64_t largest_bytes; /* the largest piece that lay free */
	uint64_t blocks;
};

/* Of a refusal, on its device. */
struct vt_format_fragments {
	uint32_t finding; /* number of the finding */
	uint32_t row_count;
	uint64_t segments; /* all of them together: */
	uint64_t bytes;
	uint64_t used_bytes;
	uint64_t largest_bytes;                                      /* of all pieces */
	struct vt_format_fragment_row rows[VT_FORMAT_FRAGMENT_ROWS]; /* largest piece first */
};

struct vt_format_purpose_line {
	uint32_t site;
	uint32_t purpose; /* string; VT_FORMAT_NONE: none was said */
	uint64_t bytes;
};

/* For what the memory of call sites was when an account was taken: the largest pairs of those
 * sites that held most. Only where the program said purposes. */
struct vt_format_purposes {
	uint32_t account; /* number of the ACCOUNT record */
	uint32_t count;
	struct vt_format_purpose_line lines[VT_FORMAT_PURPOSE_LINES]; /* largest first */
};

_Static_assert(sizeof(struct vt_format_fragments) == 40 + 40 * VT_FORMAT_FRAGMENT_ROWS,
	       "no hidden padding");
_Static_assert(sizeof(struct vt_format_purposes) == 8 + 16 * VT_FORMAT_PURPOSE_LINES,
	       "no hidden padding");

#endif
