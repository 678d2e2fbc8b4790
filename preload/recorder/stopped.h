/*
 * Whether the driver holds up all calls of this process: it is locked, or its memory is off the
 * card (cuCheckpointProcess...). What is asked then waits until somebody restores the process.
 */
#ifndef VT_PRELOAD_STOPPED_H
#define VT_PRELOAD_STOPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"
#include "preload/driver/driver.h"

/* The process has locked or unlocked itself. */
void vt__stopped_set(bool stopped);

/* By its own calls. A question of the driver that waits costs nothing while it has made none. */
bool vt__stopped_by_itself(const struct vt__driver *driver);

/* The same, and where another process's checkpoint closed the devices. What another has locked
 * and not checkpointed cannot be told. Looks through the open files. */
bool vt__stopped_at_all(const struct vt__driver *driver);

/* Of one that is stopped: whether its memory is off the card. */
bool vt__stopped_is_away(const struct vt__driver *driver);

/* When the process was started, as /proc tells it; 0: not known. */
uint64_t vt__stopped_start_ticks(int pid);

#endif
