/*
 * Faults of a device: what they are called, and what had been freed before.
 */
#ifndef VT_REPORTS_FAULTS_H
#define VT_REPORTS_FAULTS_H

#include "reports/findings/analysis.h"

/* "illegal_address", and "a load or store at an illegal address"; of a number that is no fault
 * "unknown". Static. */
const char *vt__fault_name(int32_t result);
const char *vt__fault_words(int32_t result);

/* What had been freed before the fault of `row`, the latest first: from `first`, `count` records.
 * None where it is no fault. */
uint32_t vt__freed_before(const struct vt__process *process, const struct vt__finding_row *row,
			  uint32_t *first);

/* How long before its fault: at least, and at most; UINT64_MAX: not known. */
void vt__freed_ago(const struct vt_format_finding *fault, const struct vt_format_freed *freed,
		   uint64_t *least_ns, uint64_t *most_ns);

#endif
