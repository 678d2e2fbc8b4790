/*
 * Makes the findings, live sums and peaks of one process from its records.
 */
#ifndef VT_REPORTS_FINDINGS_H
#define VT_REPORTS_FINDINGS_H

#include "reports/findings/analysis.h"

/* Threads of a site: none seen yet, or more than one. */
#define VT__THREAD_NONE 0u
#define VT__THREAD_SEVERAL UINT32_MAX

/* What is live of one call site. */
struct vt__site_live {
	struct vt__sum sum;
	uint32_t thread; /* kernel thread id, or one of these two */
};

/*
 * Fills all that a process tells, whose devices and parts are set. Returns 0 or
 * -ENOMEM; what was made until then stays in the process.
 */
int vt__find_all(struct vt__process *process);

/* The parts of that; `live` has a row for each call site. 0 or -ENOMEM. */
int vt__find_peaks(struct vt__process *process, const struct vt__site_live *live);
int vt__find_held(struct vt__process *process, const struct vt__site_live *live);

/* What a call site held at the peak of its bucket on its device; `live`: what it holds. */
struct vt__sum vt__held_at_peak(const struct vt_format_site *site,
				const struct vt_format_device *device, enum vt_bucket bucket,
				struct vt__sum live);

/* Names the APIs that made what was freed, in findings that are made. 0 or -ENOMEM. */
int vt__find_origins(struct vt__process *process);

#endif
