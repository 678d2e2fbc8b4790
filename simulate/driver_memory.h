/*
 * Device memory inside the simulated driver: allocations by address, what they are charged
 * to, pools and arrays. Every function here is called entered (driver_state.h).
 */
#ifndef VT_SIMULATE_DRIVER_MEMORY_H
#define VT_SIMULATE_DRIVER_MEMORY_H

#include "simulate/address_space.h"
#include "simulate/driver_state.h"
#include "simulate/memory_file.h"

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
	size_t charged; /* to the device */
	size_t alignment;
	CUdevice device;
	CUcontext context; /* owner, for the kinds that die with it */
	CUmemoryPool pool;
	struct vt__physical *physical;         /* of a mapping */
	struct vt__graph_memory *graph_memory; /* of a graph's allocation */
	struct vt__ipc_import *ipc;            /* of an IPC import: owned */
	unsigned int flags;                    /* of the host or managed call */
	bool readable, writable;               /* by copies */
	unsigned int readers, writers;         /* of a mapping: one bit each location */
	unsigned long long id;
};

struct CUmemPoolHandle_st {
	struct vt__object object;
	CUmemPoolProps properties;
	struct vt__reserve reserve;
	size_t allocations; /* live */
	bool destroyed;     /* gone when the last allocation is freed */
	bool is_default;
	int file;              /* that stands for it in other processes, or -1 */
	int32_t exporter;      /* of an imported pool: the process that created it; or 0 */
	unsigned long long id; /* in the process that created it */
	int reuse[3];          /* the three switches of reuse, as set */
	CUmemAccess_flags access[VT_MOST_DEVICES];
};

struct CUarray_st {
	struct vt__object object;
	CUDA_ARRAY3D_DESCRIPTOR descriptor;
	size_t element; /* bytes */
	uintptr_t memory;
	size_t size;    /* of memory of its own, or 0 */
	size_t charged; /* to the device */
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

/* The same for memory that is held for reuse; charged is rounded to whole 2 MiB. */
CUresult vt__reserve_use(struct vt__reserve *reserve, CUdevice device, size_t bytes);
void vt__reserve_return(struct vt__reserve *reserve, size_t bytes);
void vt__reserve_trim(struct vt__reserve *reserve, CUdevice device, size_t keep);

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

/* The region that contains, or that starts at, the address; NULL. */
struct vt__region *vt__region_at(uintptr_t address);
struct vt__region *vt__region_starting(uintptr_t address);
struct vt__region *vt__region_from(uintptr_t address); /* the first at or after it */

/* Whether every byte lies in regions that a copy may touch so. */
bool vt__range_accessible(uintptr_t address, size_t size, bool writing);

/* The address space that VMM mappings come from. */
bool vt__range_reserved(uintptr_t address);

CUmemoryPool vt__pool_create(const CUmemPoolProps *properties);
CUmemoryPool vt__pool_create_default(CUdevice device);
void vt__pool_free(struct vt__region *region);         /* one of a pool goes */
void vt__pools_trim(CUdevice device, bool to_nothing); /* synchronisation, or need */

void vt__mapping_drop(struct vt__region *region);      /* of kind VT_REGION_MAPPING */
void vt__graph_memory_drop(struct vt__region *region); /* of kind VT_REGION_GRAPH */

/* An array of its own descriptor; level of owner if that is not NULL. */
CUresult vt__array_create(const CUDA_ARRAY3D_DESCRIPTOR *wanted, CUcontext context,
			  CUmipmappedArray owner, CUarray *array);

/* Its bytes, if there can be such an array. */
CUresult vt__array_size(const CUDA_ARRAY3D_DESCRIPTOR *wanted, size_t *size);

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
