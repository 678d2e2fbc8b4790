/*
 * Asks at marks what nobody owns of each device that was used (recording/format_rest.h): the
 * device's number as often as that costs little, NVML a hundredth of the time at most.
 *
 * Thread-safe; asked outside of every lock. Leaves errno and CUDA's errors alone.
 */
#ifndef VT_PRELOAD_REST_H
#define VT_PRELOAD_REST_H

#include "ledger/ledger.h"

/* After a mark; nothing where it is none of those that are followed. */
void vt__rest_at_mark(struct vt__ledger *ledger);

#endif
