/*
 * The coverage certificate: whether everything that reached the driver was seen.
 */
#ifndef VT_REPORTS_COVERAGE_H
#define VT_REPORTS_COVERAGE_H

#include <stdio.h>

#include "reports/findings/analysis.h"

enum vt__covered {
	VT__COVERED_UNKNOWN, /* nobody looked: the process runs, or did not end with exit() */
	VT__COVERED_YES,
	VT__COVERED_NO, /* something reached the driver, or may have, past the recorder */
};

struct vt__coverage {
	enum vt__covered covered;
	const char *reason; /* why it is not YES, a static sentence; else NULL */
	const char *remedy; /* what may be done about it, a static text; NULL: nothing */
	size_t unreached;   /* passages that were not covered */
	const struct vt_format_passage *first; /* of them; NULL: none */
	bool looked_at;                        /* somebody looked through the process */
	bool driver_loaded;                    /* a driver is among the passages */
	bool called;                           /* a call came through the recorder */
	bool allocations_seen;
};

/* The rule that reports and the gate share. `process` needs its devices. */
void vt__coverage_of(const struct vt__process *process, struct vt__coverage *out);

/* One row of VT_SOURCES, VT_DOORS, VT_PASSAGES; numbers that are not known here
 * have the names "unknown". Static. */
struct vt__coverage_words {
	const char *json, *text;
	const char *remedy; /* "": none */
	bool covered;
};
const struct vt__coverage_words *vt__source_words(uint32_t source);
const struct vt__coverage_words *vt__door_words(uint32_t door);
const struct vt__coverage_words *vt__passage_words(uint32_t passage);

/* The words of a passage, and an example: "bound to the driver past the shim, for
 * example cuMemAlloc of CUDA 13.1". Escaped. */
void vt__print_passage(FILE *out, const struct vt__recording *recording,
		       const struct vt_format_passage *passage);

#endif
