/* Physical memory of the virtual memory interface. Every function is called entered. */
#ifndef VT_SIMULATE_DRIVER_PHYSICAL_H
#define VT_SIMULATE_DRIVER_PHYSICAL_H

#include <sys/types.h>

#include "simulate/driver/memory/memory.h"

#define VT_GRANULARITY VT_SPACE_BLOCK

/*
 * Memory, or a multicast object in its place, which shares handles, mappings and descriptors
 * with it. Lives while handles, mappings or multicast objects hold it. It is a piece of a memory
 * file, so that one piece can be mapped at several addresses.
 */
struct vt__physical {
	struct vt__object object; /* in the registry while references > 0 */
	CUmemAllocationProp properties;
	size_t size;
	size_t charged;          /* 0 for host memory and for another process's */
	unsigned int references; /* create, retain, import, less release */
	unsigned int mappings;   /* and binds to multicast objects */
	int file;
	bool own_file;  /* one that other processes can open */
	uint64_t inode; /* of an own file */
	off_t offset;
	struct vt__multicast *multicast; /* NULL for memory */
	struct vt__physical *next;
};

/* The memory or multicast object of a live handle; NULL. */
struct vt__physical *vt__physical_of(CUmemGenericAllocationHandle handle);
CUmemGenericAllocationHandle vt__physical_handle(struct vt__physical *physical);

/* Another reference; the handle is live afterwards. */
void vt__physical_retain(struct vt__physical *physical);
void vt__physical_release(struct vt__physical *physical);
void vt__physical_unmapped(struct vt__physical *physical);

/* What is left of it is a descriptor, here or in another process: frees those that are closed. */
void vt__physical_settle(void);

/* A record without memory or holders; NULL without memory. Freed by the other if unused. */
struct vt__physical *vt__physical_add(void);
void vt__physical_drop_unused(struct vt__physical *physical);

/* Gives the record a file of its own, which it closes in the end; false if it has none. */
bool vt__physical_own(struct vt__physical *physical, int file);

/* The record that has this file; NULL. */
struct vt__physical *vt__physical_of_file(uint64_t inode);

/* driver_multicast.c: another process's object; whether all devices take part; the end. */
struct vt__physical *vt__multicast_adopt(int file, const struct vt__file_facts *facts);
bool vt__multicast_complete(const struct vt__physical *physical);
void vt__multicast_drop(struct vt__physical *physical);

#endif
