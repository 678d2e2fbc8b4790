/*
 * Memory of other processes and interfaces in this one's address space: mapped, entered as a
 * region, charged to nothing. Every function is called entered.
 */
#ifndef VT_SIMULATE_DRIVER_IMPORT_H
#define VT_SIMULATE_DRIVER_IMPORT_H

#include "simulate/driver/memory/memory.h"

/* The handle of an IPC import and how often it is open. */
struct vt__ipc_import {
	struct vt__memory_name name;
	int file; /* owned */
	unsigned int opens;
};

/*
 * Maps a piece of a file, which stays the caller's, and enters it as wanted says; its size is
 * that of the piece. CUDA_ERROR_MAP_FAILED if the file cannot be mapped.
 */
CUresult vt__import_map(const struct vt__region *wanted, int file, unsigned long long offset,
			struct vt__region **region);

/* The end of such a region, of vt__region_destroy. */
void vt__import_drop(struct vt__region *region);

#endif
