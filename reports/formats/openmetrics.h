/*
 * The parts of the OpenMetrics report: processes, and how a series of one is written.
 */
#ifndef VT_REPORTS_OPENMETRICS_H
#define VT_REPORTS_OPENMETRICS_H

#include <stdio.h>

#include "reports/findings/samples.h"

struct vt__metrics_member {
	const struct vt__process *process;
	char *labels; /* inside of the braces */
	struct vt__sample *samples;
	size_t sample_count;
};

struct vt__metrics {
	FILE *out;
	struct vt__metrics_member *members;
	size_t count;
	const char *name; /* of the family that is being written */
	struct vt__frames frames;
};

/* Begins a series of a process; labels may follow, then the value. */
void vt__metrics_begin(const struct vt__metrics *metrics, const struct vt__metrics_member *member);
void vt__metrics_place(const struct vt__metrics *metrics, const struct vt__process *process,
		       uint32_t device, enum vt_bucket bucket);
void vt__metrics_end(const struct vt__metrics *metrics, uint64_t value);

/* `,key="value"`: what is longer than labels should be is cut. 0 or -ENOMEM. */
int vt__metrics_label(FILE *out, const char *key, const char *value);

/* The series of a process's largest call sites, and one for the rest. 0 or -ENOMEM. */
int vt__metrics_sites(struct vt__metrics *metrics, const struct vt__metrics_member *member,
		      enum vt__measure measure);

#endif
