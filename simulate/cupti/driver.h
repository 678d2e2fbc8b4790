/* What the parts of the simulated CUPTI share: the driver and the subscriber. */
#ifndef VT_SIMULATE_CUPTI_DRIVER_H
#define VT_SIMULATE_CUPTI_DRIVER_H

#include <cupti.h>

#include "simulate/common/trace.h"

/* The simulated driver's tracing, or NULL. Thread-safe. */
const struct vt__trace *vt__cupti_trace(void);

/* Whether the handle is the present subscriber's. Thread-safe. */
bool vt__cupti_subscribed(CUpti_SubscriberHandle subscriber);

#endif
