/*
 * What every part of the simulated driver shares: one lock, the devices, the contexts and
 * the registry of live handles.
 *
 * Every exported entry point calls vt__enter or vt__enter_context first, and vt__leave once
 * if that succeeded. All functions below that say so must be called in between.
 */
#ifndef VT_SIMULATE_DRIVER_STATE_H
#define VT_SIMULATE_DRIVER_STATE_H

#include "simulate/common/traced_names.h"

/* Makes cuda.h declare every ABI under its own exported name. */
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulate/driver/memory/address_space.h"
#include "simulate/common/options.h"
#include "simulate/common/ordered_map.h"

#define VT_DRIVER_VERSION 13000
#define VT_MOST_DEVICES 16

enum vt__kind {
	VT_CONTEXT = 1,
	VT_STREAM,
	VT_EVENT,
	VT_MODULE,
	VT_LIBRARY,
	VT_FUNCTION,
	VT_POOL,
	VT_ARRAY,
	VT_MIPMAP,
	VT_TEXTURE,
	VT_GRAPH,
	VT_GRAPH_NODE,
	VT_GRAPH_EXEC,
	VT_PHYSICAL,
	VT_EXTERNAL_MEMORY,
	VT_EXTERNAL_SEMAPHORE,
	VT_RESOURCE,
};

/* First member of everything that has a handle. */
struct vt__object {
	struct vt__node node; /* key: the handle */
	enum vt__kind kind;
	CUcontext context; /* dies with it, or NULL */
};

/* Bytes in use and bytes held for reuse: a memory pool, or a device's graph memory. */
struct vt__reserve {
	size_t used, used_high;
	size_t held, held_high; /* what the device is charged */
	size_t threshold;       /* kept at a synchronisation */
};

/* What a context took of its device for what no allocation call names (memory/overhead.h):
 * parts of what it holds. */
struct vt__taken {
	size_t local;                       /* bytes for threads' stacks beyond the default */
	size_t graphs, graphs_room;         /* bytes that executables need, and that there are */
	unsigned int streams, streams_most; /* in use now, and at once so far */
	bool heap, printf;
};

struct CUctx_st {
	struct vt__object object;
	CUdevice device;
	unsigned int flags;
	unsigned int api_version;
	unsigned int references; /* of a primary context; 1 for another */
	unsigned int peers;      /* devices with access enabled, one bit each */
	bool primary;
	bool alive;
	size_t held;             /* of the device, for itself */
	struct vt__taken taken;  /* of that, for what runs in it */
	struct vt__arena linear; /* small allocations share its blocks */
	struct vt__arena arrays; /* and small arrays these */
	CUcontext parent;        /* of a green context: the primary one, which owns what it makes */
	CUdevResource resource;  /* of a green context */
	unsigned long long id;
	size_t limits[CU_LIMIT_MAX];
	CUfunc_cache cache;
	CUsharedconfig bank_size;
	struct CUstream_st *legacy_stream;
	struct CUstream_st *thread_streams; /* per-thread default streams, linked by next */
};

struct vt__device {
	CUdevice ordinal;
	size_t total;
	size_t used;          /* of total, by this process and the other */
	size_t other;         /* by the other process, of the option other_memory */
	size_t managed;       /* bytes of managed memory that it has */
	size_t managed_ready; /* chunks that it is charged for and that are ready for more */
	bool faulted;         /* by the option fault_at: no context on it is of use any more */
	struct CUctx_st primary;
	unsigned int primary_flags;
	CUmemoryPool default_pool;
	CUmemoryPool pool; /* of cuMemAllocAsync */
	struct vt__reserve graph_memory;
};

extern struct vt__device vt__devices[VT_MOST_DEVICES];
extern int vt__device_count;
extern struct vt__simulate_options vt__device_options;

/* Takes the lock if the driver is initialised; otherwise says why not, without the lock. */
CUresult vt__enter(void);

/* The same also in a function that the device calls on the host; vt__enter refuses there. */
CUresult vt__enter_on_host(void);

/* The same, with the current context of this thread, which must be alive. */
CUresult vt__enter_context(CUcontext *context);

/* The same where only what is known of it is asked: also after a fault. */
CUresult vt__enter_context_state(CUcontext *context);

/* The same for a free, which needs no current context: NULL then. */
CUresult vt__enter_free(CUcontext *context);

/*
 * The same for a call on a handle: without a current context it is that of the handle.
 * on_host: the call is permitted in functions that the device calls on the host, too.
 */
CUresult vt__enter_handle(const void *handle, enum vt__kind kind, bool on_host, CUcontext *context);

/* Takes the lock if the devices exist, also after the shutdown at exit; then vt__leave. */
bool vt__enter_any_time(void);

void vt__leave(void);

/* Takes the lock again after vt__leave in the middle of a call. */
void vt__reenter(void);

/* Number of an object made: identifiers that do not recur. Entered. */
unsigned long long vt__next_id(void);

/* The device, or NULL for a wrong ordinal. */
struct vt__device *vt__device(CUdevice ordinal);

/* Memory for an object, zeroed, registered as live. NULL without memory. Entered. */
void *vt__object_create(enum vt__kind kind, size_t size, CUcontext context);
void vt__object_add(struct vt__object *object, enum vt__kind kind, CUcontext context);

/* Whether handle is a live object of that kind. Entered. */
bool vt__object_live(const void *handle, enum vt__kind kind);

/* Takes an object out of the registry without freeing it: its handle is no longer live. */
void vt__object_withdraw(struct vt__object *object);

/* The same, and frees it. Entered. */
void vt__object_destroy(struct vt__object *object);

/* The first live object at or after a handle, for walks. Entered. */
struct vt__object *vt__object_from(uintptr_t handle);

/* driver_context.c: entered. */
CUcontext vt__context_current(void); /* NULL: none */
CUresult vt__context_set_current(CUcontext context);
bool vt__context_usable(CUcontext context);
CUresult vt__context_init(CUcontext context, CUdevice device, unsigned int flags);
void vt__context_clear(CUcontext context); /* frees what the context owns */

/* driver_primary_context.c: the device's primary context, retained or released. Entered. */
CUresult vt__primary_retain(struct vt__device *device);
CUresult vt__primary_release(struct vt__device *device);

/* One line on standard error, once per process for each flag. */
void vt__say_once(bool *said, const char *line);

#endif
