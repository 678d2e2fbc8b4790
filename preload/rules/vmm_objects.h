/*
 * Objects known by a CUmemGenericAllocationHandle, on their way into the ledger and out of it.
 */
#ifndef VT_PRELOAD_VMM_OBJECTS_H
#define VT_PRELOAD_VMM_OBJECTS_H

#include "preload/rules/call.h"

/* Enters the object that the new handle names; seen->address is set here: to the
 * object's number. After a failure of the call, what it was refused. */
void vt__vmm_enter(struct vt__call *call, const CUmemGenericAllocationHandle *handle,
		   struct vt__seen_allocation *seen);

/* The object that nothing refers to any more leaves the ledger, and so does
 * what only it held. */
void vt__vmm_end(const struct vt__call *call, uint64_t object);

/* Counts a hold that could not be kept. */
void vt__vmm_held(bool kept);

/* The call that was to end the holds in the range, marked before, has returned. */
void vt__vmm_ended(const struct vt__call *call, const struct vt__vmm_range *range);

#endif
