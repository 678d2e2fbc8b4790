/*
 * The part of the recording's format about what nobody owns of a device, from mark to mark: the
 * driver's number less all that is accounted for (allocations as the driver rounds them, what
 * pools and graphs keep, charges).
 *
 * It is asked for at marks of the series that is followed (recording/format_marks.h), as far as
 * that may cost; windows are those of a site's history. What other processes have is in the
 * device's number, and in NVML's number for this process it is not: the latter is asked for more
 * seldom. Both are less than nothing where more is accounted for than is in use.
 */
#ifndef VT_LEDGER_FORMAT_REST_H
#define VT_LEDGER_FORMAT_REST_H

#include <stdint.h>

#include "recording/format_marks.h"

#define VT_FORMAT_REST_EMPTY INT64_MAX /* nobody was asked at a mark of the window */

struct vt_format_rest {
	uint32_t device; /* number of the device record */
	uint32_t stride_log2;
	uint32_t first_mark; /* at which it was asked for */
	uint32_t last_mark;
	uint64_t samples;
	/* Of other processes, as NVML told first and last; VT_FORMAT_UNKNOWN: it never did. */
	uint64_t other_first_bytes;
	uint64_t other_last_bytes;
	uint64_t managed_bytes; /* the most that was live at a mark: its pages come and go */
	int64_t by_device[VT_FORMAT_WINDOWS];  /* the least of a window, by the device's number */
	int64_t by_process[VT_FORMAT_WINDOWS]; /* by NVML's number for the process */
};

_Static_assert(sizeof(struct vt_format_rest) == 48 + 16 * VT_FORMAT_WINDOWS, "no hidden padding");

#endif
