/* Physical memory of the virtual memory interface. Every function is called entered. */
#ifndef VT_SIMULATE_DRIVER_PHYSICAL_H
#define VT_SIMULATE_DRIVER_PHYSICAL_H

#include <sys/types.h>

#include "simulate/driver_memory.h"

#define VT_GRANULARITY VT_SPACE_BLOCK

/*
 * Lives while handles or mappings hold it. It is a piece of a memory file, so that one piece
 * can be mapped at several addresses.
 */
struct vt__physical {
	struct vt__object object; /* in the registry while references > 0 */
	CUmemAllocationProp properties;
	size_t size;
	size_t charged;          /* 0 for host memory and for another process's */
	unsigned int references; /* create, retain, import, less release */
	unsigned int mappings;
	int file;
	bool own_file; /* one that other processes can open */
	off_t offset;
	struct vt__physical *next;
};

struct vt__physical *vt__physical_of(CUmemGenericAllocationHandle handle);
CUmemGenericAllocationHandle vt__physical_handle(struct vt__physical *physical);

/* Another reference; the handle is live afterwards. */
void vt__physical_retain(struct vt__physical *physical);
void vt__physical_release(struct vt__physical *physical);
void vt__physical_unmapped(struct vt__physical *physical);

#endif
