/* Whether this process is locked or checkpointed. */
#ifndef VT_SIMULATE_CHECKPOINT_H
#define VT_SIMULATE_CHECKPOINT_H

#include <stdbool.h>

/* The driver is initialised. */
void vt__checkpoint_begin(void);

/* After fork, in the child: it is neither, and its driver cannot be used. */
void vt__checkpoint_forked(void);

/* Waits while it is. */
void vt__checkpoint_wait(void);

/* Whether what it has lies in host memory. */
bool vt__checkpoint_is_away(void);

#endif
