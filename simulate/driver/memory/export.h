/*
 * Memory that other processes have open: it stays, and stays charged, until the last of them
 * closes it. Every function is called entered.
 */
#ifndef VT_SIMULATE_DRIVER_EXPORT_H
#define VT_SIMULATE_DRIVER_EXPORT_H

#include "simulate/driver/memory/memory.h"

/* A region that was just taken out: true if others have it open. It is given back later then. */
bool vt__export_keep(struct vt__region *region);

/* Gives back what others have closed since; cheap when there is nothing. */
void vt__export_settle(void);

#endif
