/*
 * What is taken between two measurements: by the first launch of a kernel, by the first use of a
 * stream, by calls that were passed over. Launches are never looked at, so a window opens at the
 * rare call that comes before, where a kernel is looked up or a stream is made, and closes at the
 * next rare call, mark or account. What the driver's number rose by meanwhile, beyond what was
 * allocated, is given to the call that opened it.
 *
 * As preload/recorder/measure.h.
 */
#ifndef VT_PRELOAD_WINDOWS_H
#define VT_PRELOAD_WINDOWS_H

#include "preload/recorder/record.h"

/* What opens a window. */
struct vt__opening {
	enum vt_charge what;
	const struct vt__api *api;
	const struct vt__unwind_start *start;
	uint64_t function; /* CUfunction or CUkernel that was looked up, 0: none */
	bool is_kernel;
};

/* After a call that did its work, in the current context. */
VT__SELDOM void vt__window_open(const struct vt__driver *driver, const struct vt__opening *opening);

/* So many bytes were told of by a measurement: they are no part of the open window. */
VT__SELDOM void vt__window_shift(int32_t device, int64_t bytes);

/* Closes the window of the device. For a rare moment. */
VT__SELDOM void vt__window_close(struct vt__ledger *ledger, const struct vt__driver *driver,
				 int32_t device);

#endif
