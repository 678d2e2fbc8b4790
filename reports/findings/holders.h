/*
 * Who held memory when an allocation was refused.
 */
#ifndef VT_REPORTS_HOLDERS_H
#define VT_REPORTS_HOLDERS_H

#include "reports/findings/analysis.h"

struct vt__holder {
	enum vt_bucket bucket;
	uint32_t site;    /* VT_FORMAT_NONE in a sum by purpose */
	uint32_t purpose; /* string; VT_FORMAT_NONE: none was said, or a sum by call site */
	struct vt__sum sum;
};

enum vt__holders_by {
	VT__HOLDERS_BY_SITE,   /* largest first */
	VT__HOLDERS_BY_PURPOSE /* by bucket, then largest first; none if nobody said a purpose */
};

/* Fills the holders of a process. 0 or -ENOMEM. */
int vt__find_holders(struct vt__process *process);

/*
 * The holders that were recorded with a finding, summed up. The caller frees
 * `out`, which is NULL where there are none. 0 or -ENOMEM.
 */
int vt__holders_of(const struct vt__process *process, const struct vt__finding_row *row,
		   enum vt__holders_by by, struct vt__holder **out, size_t *count);

/* Whether any holder was recorded with the finding. */
bool vt__has_holders(const struct vt__process *process, const struct vt__finding_row *row);

#endif
