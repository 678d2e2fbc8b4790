/* Functions of the program that the device calls on the host. Not entered. */
#ifndef VT_SIMULATE_DRIVER_HOST_FUNCTION_H
#define VT_SIMULATE_DRIVER_HOST_FUNCTION_H

#include "simulate/driver/state.h"

/* Calls it and waits for it. */
void vt__host_function_call(CUhostFn function, void *argument);
void vt__host_callback_call(CUstreamCallback function, CUstream stream, void *argument);

/* Whether this thread is in such a call: whatever it asks of the driver is refused. */
bool vt__host_function_runs(void);

#endif
