/*
 * The call sites of a process with all that is told of each, the largest first: for what shows
 * memory by call site.
 */
#ifndef VT_REPORTS_SITE_ROWS_H
#define VT_REPORTS_SITE_ROWS_H

#include "reports/findings/analysis.h"

struct vt__site_sums {
	struct vt__sum peak; /* at the peak of its bucket on its device */
	struct vt__sum live;
	struct vt__sum leak; /* of that, what is a leak */
	struct vt__sum all;  /* allocated in all */
};

struct vt__site_row {
	uint32_t number; /* of the record */
	const struct vt_format_site *site;
	struct vt__site_sums sums;
};

/* What is left out of one bucket of one device. */
struct vt__site_rest {
	uint32_t device;
	enum vt_bucket bucket;
	size_t sites;
	struct vt__site_sums sums;
};

struct vt__site_rows {
	struct vt__site_row *rows; /* by what was held at once, then by what was allocated */
	size_t count;
	struct vt__site_rest *rest; /* those with any */
	size_t rest_count;
};

/* Makes at most `most` rows. 0 or -ENOMEM; release in either case. */
int vt__site_rows_make(const struct vt__process *process, size_t most, struct vt__site_rows *out);
void vt__site_rows_release(struct vt__site_rows *rows);

#endif
