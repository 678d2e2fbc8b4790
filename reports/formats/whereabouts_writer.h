/*
 * Writes whose memory some addresses are.
 */
#ifndef VT_REPORTS_WHEREABOUTS_WRITER_H
#define VT_REPORTS_WHEREABOUTS_WRITER_H

#include "reports/findings/core_dump.h"
#include "reports/formats/text.h"

/* What is asked of a report in place of all else. */
struct vt__asked {
	const uint64_t *addresses;
	size_t count;
	const struct vt__core_dump *dump; /* NULL: none */
};

/* Of all processes, in place of the report. 0 or -ENOMEM. */
int vt__whereabouts_text(struct vt__text *text, const struct vt__analysis *analysis);

#endif
