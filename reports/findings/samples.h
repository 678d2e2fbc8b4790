/*
 * What each call site of a process had: leaked, live, at the peak, in all. The rows of every
 * format that has a row for each call site.
 */
#ifndef VT_REPORTS_SAMPLES_H
#define VT_REPORTS_SAMPLES_H

#include "reports/findings/analysis.h"

/*
 * A call site, or the part of its live memory that is for one purpose under one label. Sums over
 * all samples of a bucket are the report's: leaked, live and the peaks of all devices.
 */
struct vt__sample {
	const struct vt__process *process;
	const struct vt_format_site *site; /* its device and kind are there */
	uint32_t number;                   /* of the site */
	enum vt_bucket bucket;
	struct vt__raw purpose, label; /* none: none was said */
	struct vt__sum sums[VT__MEASURE_COUNT];
};

/* Names of measures, by enum vt__measure. */
extern const char *const vt__measure_names[VT__MEASURE_COUNT];

/* Calls `each` for all samples of a process, by call site. Stops at the first that is not 0 and
 * returns it; -ENOMEM. */
int vt__each_sample(const struct vt__process *process,
		    int (*each)(const struct vt__sample *sample, void *closure), void *closure);

/* All of them, to free(): loans of the process. 0 or -ENOMEM. */
int vt__samples_of(const struct vt__process *process, struct vt__sample **out, size_t *count);

#endif
