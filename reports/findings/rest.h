/*
 * What nobody owns of a device, judged for growth from mark to mark (recording/format_rest.h).
 *
 * It is judged as a call site is (reports/findings/growth.h), by NVML's number for the process
 * where that was asked for at enough marks, else by the device's. That has other processes in it:
 * what they are known to have taken meanwhile is taken off, and where that is not known, or they
 * gave back what may hide a rise, nothing is told. What rises by less than VT__REST_LEAST in all
 * is the driver's granules.
 */
#ifndef VT_REPORTS_REST_H
#define VT_REPORTS_REST_H

#include "reports/findings/accounts.h"
#include "reports/findings/growth.h"

#define VT__REST_LEAST (8u << 20) /* bytes: four of the driver's granules */

enum vt__rest_verdict {
	VT__REST_STEADY,
	VT__REST_GROWS,
	VT__REST_UNTOLD, /* it may grow */
	VT__REST_UNASKED /* at too few marks */
};

struct vt__rest_row {
	const struct vt_format_rest *record;
	enum vt__rest_verdict verdict;
	const char *reason; /* why nothing is told; else NULL */
	enum vt__word word; /* whose number is judged */
	int64_t first_bytes, last_bytes;
	bool others_known;
	int64_t others_moved; /* bytes of other processes more than at the first mark */
	struct vt__growth growth;
};

/* Makes a process's rows of it, and adds those that grow to its findings, which have room for one
 * of each device. 0 or -ENOMEM. */
int vt__add_rest(struct vt__process *process);

/* Whether it may grow, on some device; `reason` and `row` say why. */
const struct vt__rest_row *vt__rest_untold(const struct vt__process *process);

#endif
