/* An event. Every function is called entered. */
#ifndef VT_SIMULATE_DRIVER_EVENT_H
#define VT_SIMULATE_DRIVER_EVENT_H

#include <time.h>

#include "simulate/driver/stream.h"

struct CUevent_st {
	struct vt__object object;
	unsigned int flags;
	bool recorded;
	struct timespec when;
	CUstream stream; /* that it was recorded in; it may be gone */
	unsigned long long stream_id;
	unsigned long long number;     /* of vt__next_id */
	unsigned long long capture;    /* id of the capture it was recorded in, or 0 */
	const struct vt__tails *tails; /* where it was recorded in that capture */
	int file;                      /* that other processes open it by, or -1 */
};

/* NULL without memory. */
CUevent vt__event_create(unsigned int flags, CUcontext context);
void vt__event_destroy(CUevent event);

#endif
