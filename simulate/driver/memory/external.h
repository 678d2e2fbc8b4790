/* External memory and semaphores. Called entered. */
#ifndef VT_SIMULATE_DRIVER_EXTERNAL_H
#define VT_SIMULATE_DRIVER_EXTERNAL_H

#include "simulate/driver/state.h"

/* An object of kind VT_EXTERNAL_MEMORY or VT_EXTERNAL_SEMAPHORE goes, with its descriptor. */
void vt__external_destroy(struct vt__object *object);

#endif
