/*
 * Handles of memory that go from process to process: noted on both sides, so that reports can join
 * them.
 */
#ifndef VT_PRELOAD_SHARING_H
#define VT_PRELOAD_SHARING_H

#include "ledger/sharing.h"
#include "preload/rules/call.h"

/* A call gave out or opened a handle of 64 bytes; `address`: of the memory in this process. */
void vt__shared(const struct vt__call *call, enum vt_sharing_how how, enum vt_sharing what,
		const void *handle, CUdeviceptr address);

/* The same of physical memory, by its number in the table; `number` 0: of an import by a file
 * descriptor (`handle` NULL), which is counted. */
void vt__shared_physical(const struct vt__call *call, enum vt_sharing_how how, enum vt_sharing what,
			 const void *handle, uint64_t number);

/* The context ended, and what was opened in it is closed. */
void vt__ipc_drop_context(uint64_t context);

#endif
