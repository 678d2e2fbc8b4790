/*
 * Device memory inside the simulated driver: allocations by address, what they are charged
 * to, pools and arrays. Every function here is called entered (driver_state.h).
 */
#ifndef VT_SIMULATE_DRIVER_MEMORY_H
#define VT_SIMULATE_DRIVER_MEMORY_H

#include "simulate/driver/memory/address_space.h"
#include "simulate/driver/state.h"
#include "simulate/driver/memory/memory_file.h"
#include "simulate/driver/memory/pool_layout.h"

enum vt__region_kind {
	VT_REGION_DEVICE,     /* cuMemAlloc, cuMemAllocPitch */
	VT_REGION_MANAGED,    /* cuMemAllocManaged: not charged, it may live in host memory */
	VT_REGION_HOST,       /* cuMemHostAlloc, cuMemAllocHost */
	VT_REGION_REGISTERED, /* cuMemHostRegister: the program's own memory */
	VT_REGION_POOL,       /* cuMemAllocAsync, cuMemAllocFromPoolAsync */
	VT_REGION_MAPPING,    /* cuMemMap */
	VT_REGION_GRAPH,      /* a graph's allocation, from launch to free */
	VT_REGION_GLOBAL,     /* a __device__ variable of a library */
	/* Memory of others, charged to nothing here (driver_import.h): */
	VT_REGION_IPC,         /* cuIpcOpenMemHandle */
	VT_REGION_POOL_IMPORT, /* cuMemPoolImportPointer */
	VT_REGION_EXTERNAL,    /* cuExternalMemoryGetMappedBuffer */
};

/* One allocation: [node.key, node.key + size). */
struct vt__region {
	struct vt__node node;
	enum vt__region_kind kind;
	enum vt__space space;
	size_t size;    /* what was asked for */
	size_t charged; /* to the device; 0 of one in a block with others */
	size_t alignment;
	CUdevice device;
	CUcontext context; /* owner, for the kinds that die with it */
	CUmemoryPool pool;
	uintptr_t offset;                      /* in the pool */
	struct vt__physical *physical;         /* of a mapping */
	struct vt__graph_memory *graph_memory; /* of a graph's allocation */
	struct vt__ipc_import *ipc;            /* of an IPC import: owned */
	struct vt__resident *resident;         /* of managed memory a device used: owned */
	bool exported;                         /* other processes may open it: */
	int file;                              /* the file that holds it, */
	uint64_t file_offset;                  /* and where */
	struct vt__region *next_kept;          /* freed, and still open elsewhere */
	unsigned int flags;                    /* of the host or managed call */
	bool readable, writable;               /* by copies */
	unsigned int readers, writers;         /* of a mapping: one bit each location */
	unsigned long long id;
};

struct CUmemPoolHandle_st {
	struct vt__object object;
	CUmemPoolProps properties;
	struct vt__reserve reserve; /* the numbers that it tells */
	struct vt__pool_layout layout;
	struct vt__arena arena; /* addresses of the small ones */
	size_t allocations;     /* live */
	bool destroyed;         /* gone when the last allocation is given back */
	bool is_default;
	int file;              /* that stands for it in other processes, or -1 */
	int32_t exporter;      /* of an imported pool: the process that created it; or 0 */
	unsigned long long id; /* in the process that created it */
	int reuse[3];          /* the three switches of reuse, as set */
	CUmemAccess_flags access[VT_MOST_DEVICES];
};

/* Memory of arrays; of no size: none. */
struct vt__array_memory {
	struct vt__arena *arena;
	uintptr_t address;
	size_t size;
	size_t charged; /* to the device, for itself alone */
	CUdevice device;
};

struct CUarray_st {
	struct vt__object object;
	CUDA_ARRAY3D_DESCRIPTOR descriptor;
	size_t element; /* bytes */
	uintptr_t memory;
	struct vt__array_memory own; /* that is the array's alone, if it has any */
	CUdevice device;
	CUmipmappedArray owner;        /* of a level: the level dies with it */
	struct vt__array_tiles *tiles; /* memory mapped to it */
};

/* Counts an allocation call; true if the options say that this one fails. */
bool vt__allocation_refused(void);

/* After a successful allocation: the point where the options may ask for a reset. */
void vt__allocation_done(CUdevice device);

/* driver_init.c: another thread resets the primary context before the next call. */
void vt__want_reset(CUdevice device);

/* Takes bytes from the device, trimming pools if need be; CUDA_ERROR_OUT_OF_MEMORY. */
CUresult vt__charge(CUdevice device, size_t bytes);
void vt__uncharge(CUdevice device, size_t bytes);

/*
 * Fills in *region: takes address space, charges the device and enters the region. kind,
 * size, device, context, space and flags are read from wanted.
 */
CUresult vt__region_create(const struct vt__region *wanted, struct vt__region **region);

/* Enters a region whose memory exists (registered, mapped); NULL without memory. */
struct vt__region *vt__region_enter(const struct vt__region *wanted, uintptr_t address);

/* Gives a region of VT_REGION_DEVICE or VT_REGION_POOL the bytes of a handle. */
CUresult vt__region_name(const struct vt__region *region, enum vt__name_purpose purpose,
			 unsigned long long id, struct vt__memory_name *name);

/* Takes the region out and gives everything back that it holds. */
void vt__region_destroy(struct vt__region *region);

/* The second half of it, for a region that was kept for others (driver_export.h). */
void vt__region_give_back(struct vt__region *region);

/* The region that contains, or that starts at, the address; NULL. */
struct vt__region *vt__region_at(uintptr_t address);
struct vt__region *vt__region_starting(uintptr_t address);
struct vt__region *vt__region_from(uintptr_t address); /* the first at or after it */

/* Whether every byte lies in regions that a copy may touch so. */
bool vt__range_accessible(uintptr_t address, size_t size, bool writing);

/* The address space that VMM mappings come from. */
bool vt__range_reserved(uintptr_t address);

/*
 * A region that is no allocation any more, but keeps its memory; later it gets a new life with
 * another size that needs as much memory, or its memory is given back.
 */
void vt__region_withdraw(struct vt__region *region);
void vt__region_revive(struct vt__region *region, size_t size);
void vt__region_discard(struct vt__region *region);

void vt__mapping_drop(struct vt__region *region);      /* of kind VT_REGION_MAPPING */
void vt__graph_memory_drop(struct vt__region *region); /* of kind VT_REGION_GRAPH */

/* An array of its own descriptor. */
CUresult vt__array_create(const CUDA_ARRAY3D_DESCRIPTOR *wanted, CUcontext context, CUarray *array);

/* Its bytes, as it lies in the memory of a device, if there can be such an array. */
CUresult vt__array_size(const CUDA_ARRAY3D_DESCRIPTOR *wanted, unsigned int levels, size_t *size);

/* Takes the device's memory and address space for it. */
CUresult vt__array_memory_take(CUcontext context, size_t size, struct vt__array_memory *memory);
void vt__array_memory_give_back(const struct vt__array_memory *memory);

/* An array of memory that is not its own and is not charged; NULL without memory. */
CUarray vt__array_enter(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, CUcontext context,
			CUmipmappedArray owner, uintptr_t memory);
void vt__array_destroy(CUarray array);

/* driver_array_map.c: an array that gets its memory by cuMemMapArrayAsync. */
void vt__array_unmap_all(CUarray array);

static inline bool vt__array_is_mapped_later(const CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
	return (descriptor->Flags & (CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING)) != 0;
}

/*
 * A mipmapped array, in memory of its own or, if file is a descriptor, in the bytes of the
 * file from offset to size: CUDA_ERROR_INVALID_VALUE if it does not fit.
 */
CUresult vt__mipmap_create(const CUDA_ARRAY3D_DESCRIPTOR *wanted, unsigned int levels,
			   CUcontext context, CUmipmappedArray *mipmap);
CUresult vt__mipmap_map(const CUDA_ARRAY3D_DESCRIPTOR *wanted, unsigned int levels,
			CUcontext context, int file, size_t offset, size_t size,
			CUmipmappedArray *mipmap);
void vt__mipmap_destroy(CUmipmappedArray mipmap);

#endif
