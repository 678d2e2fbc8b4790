/*
 * The part of the recording's format about memory that processes share: handles that this one
 * gave out, and handles of others that it opened.
 *
 * A handle is matched with that of another process by its 64 bytes. File descriptors
 * (cuMemExportToShareableHandle) have other numbers in each process: of those that were imported
 * there is one record, with a handle of zeroes, which counts them.
 */
#ifndef VT_LEDGER_FORMAT_SHARING_H
#define VT_LEDGER_FORMAT_SHARING_H

#include <stdint.h>

#define VT_FORMAT_HANDLE_BYTES 64u

enum vt_sharing_how {
	VT_SHARING_NONE = 0, /* the record is unused */
	VT_SHARING_EXPORTED = 1,
	VT_SHARING_IMPORTED = 2,
};

/* What is shared. VT_SHARING(identifier, name in JSON) */
#define VT_SHARINGS(VT_SHARING)                                                                    \
	VT_SHARING(IPC, "ipc")                   /* CUipcMemHandle */                              \
	VT_SHARING(POOL_POINTER, "pool_pointer") /* CUmemPoolPtrExportData */                      \
	VT_SHARING(FABRIC, "fabric")             /* CUmemFabricHandle */                           \
	VT_SHARING(DESCRIPTOR, "file_descriptor")

enum vt_sharing {
#define VT_SHARING(id, json) VT_SHARING_##id,
	VT_SHARINGS(VT_SHARING)
#undef VT_SHARING
	VT_SHARING_COUNT
};

/* A handle, `count` times given out or opened. It is there still, or open, if `freed_ns` is 0 and
 * there is a live allocation at the address. */
struct vt_format_sharing {
	uint32_t how;   /* enum vt_sharing_how */
	uint32_t what;  /* enum vt_sharing */
	uint32_t stack; /* of the first */
	uint32_t api;   /* string */
	uint8_t handle[VT_FORMAT_HANDLE_BYTES];
	uint64_t address; /* in this process: where the allocation begins; of physical memory its
			     number, 0: of several */
	uint64_t bytes;
	uint64_t time_ns; /* of the last */
	uint64_t count;
	uint64_t freed_ns;    /* when it was freed or closed, by the precise clock; 0: it was not */
	uint32_t freed_stack; /* where; only where `freed_ns` is set, VT_FORMAT_NONE: not known */
	uint32_t thread;      /* of the first */
};

_Static_assert(sizeof(struct vt_format_sharing) == 128, "no hidden padding");

#endif
