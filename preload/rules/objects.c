/*
 * What the calls mean that make and end objects which hold memory without
 * telling its size: code, streams, events, descriptors. They are counted, with
 * 0 bytes, and found by their handle; what code and streams take of a device is measured beside.
 */
#include "config.h"

#include "preload/recorder/windows.h"
#include "preload/rules/call.h"
#include "preload/rules/device_heap.h"

#define MAKES(symbol, kind, handle)                                                                \
	VT__RULES_ALLOCATES(symbol, OBJECT, kind, (uint64_t)(handle), 0, 0)
#define ENDS(symbol, handle) VT__RULES_FREES(symbol, OBJECT, (uint64_t)(handle))

/* The same of code, which takes memory of the device. `look`: at the image, or its file. */
#define LOADS(symbol, kind_, handle, look, image)                                                  \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		(void)arguments;                                                                   \
		vt__measure_nothing(&call->measured);                                              \
		if (vt__refusal_wanted() && !vt__call_allowed(call, VT_KIND_##kind_, 0))           \
			return false;                                                              \
		vt__measure_before(call->driver, &call->measured);                                 \
		return true;                                                                       \
	}                                                                                          \
	VT__AFTER_ALLOCATES(symbol, kind_, (uint64_t)(handle), 0, 0)                               \
	static void loaded_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		after_##symbol(call, arguments);                                                   \
		vt__call_measured(call, VT_CHARGE_MODULE, 0);                                      \
		look(call, ((const symbol##_params *)arguments)->image);                           \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, VT_KIND_##kind_, before_##symbol, loaded_##symbol)

/* The same of a library, whose code comes to the device when a kernel of it is launched first;
 * the runtime loads it at its first launch of one. */
#define LOADS_LATER(symbol, look, image)                                                           \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		(void)arguments;                                                                   \
		return !vt__refusal_wanted() || vt__call_allowed(call, VT_KIND_LIBRARY, 0);        \
	}                                                                                          \
	VT__AFTER_ALLOCATES(symbol, LIBRARY, (uintptr_t)*p->library, 0, 0)                         \
	static void loaded_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		const struct vt__opening opening = {                                               \
			.what = VT_CHARGE_FIRST_LAUNCH, .api = call->api, .start = &call->start};  \
                                                                                                   \
		after_##symbol(call, arguments);                                                   \
		if (call->result == CUDA_SUCCESS)                                                  \
			vt__window_open(call->driver, &opening);                                   \
		look(call, ((const symbol##_params *)arguments)->image);                           \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, VT_KIND_LIBRARY, before_##symbol, loaded_##symbol)

/* The handle to end is the first argument. */
static bool before_unload(struct vt__call *call, const void *arguments)
{
	vt__measure_before(call->driver, &call->measured);
	return vt__call_freeing(call, *(const uintptr_t *)arguments);
}

static void after_unload(struct vt__call *call, const void *arguments)
{
	const struct vt__seen_free *freed = &call->kept.freed;

	vt__measure_ended(&call->measured, VT_CHARGE_MODULE, freed->known ? &freed->taken : NULL,
			  call->result == CUDA_SUCCESS);
	vt__call_freed(call, arguments);
}

LOADS(cuModuleLoad, MODULE, (uintptr_t)*p->module, vt__heap_look_at_file, fname);
LOADS(cuModuleLoadData, MODULE, (uintptr_t)*p->module, vt__heap_look_at, image);
LOADS(cuModuleLoadDataEx, MODULE, (uintptr_t)*p->module, vt__heap_look_at, image);
LOADS(cuModuleLoadFatBinary, MODULE, (uintptr_t)*p->module, vt__heap_look_at, fatCubin);
VT__RULES(cuModuleUnload, OBJECT, -1, before_unload, after_unload);
LOADS_LATER(cuLibraryLoadData, vt__heap_look_at, code);
LOADS_LATER(cuLibraryLoadFromFile, vt__heap_look_at_file, fileName);
VT__RULES(cuLibraryUnload, OBJECT, -1, before_unload, after_unload);

/* A stream takes memory when it is used first. */
#define MAKES_STREAM(symbol)                                                                       \
	VT__AFTER_ALLOCATES(symbol, STREAM, (uintptr_t)*p->phStream, 0, 0)                         \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		(void)arguments;                                                                   \
		return !vt__refusal_wanted() || vt__call_allowed(call, VT_KIND_STREAM, 0);         \
	}                                                                                          \
	static void made_##symbol(struct vt__call *call, const void *arguments)                    \
	{                                                                                          \
		const struct vt__opening opening = {                                               \
			.what = VT_CHARGE_STREAM, .api = call->api, .start = &call->start};        \
                                                                                                   \
		after_##symbol(call, arguments);                                                   \
		if (call->result == CUDA_SUCCESS)                                                  \
			vt__window_open(call->driver, &opening);                                   \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, VT_KIND_STREAM, before_##symbol, made_##symbol)

MAKES_STREAM(cuStreamCreate);
MAKES_STREAM(cuStreamCreateWithPriority);
MAKES_STREAM(cuGreenCtxStreamCreate);
ENDS(cuStreamDestroy, (uintptr_t)p->hStream);
ENDS(cuStreamDestroy_v2, (uintptr_t)p->hStream);
MAKES(cuEventCreate, EVENT, (uintptr_t)*p->phEvent);
MAKES(cuIpcOpenEventHandle, EVENT, (uintptr_t)*p->phEvent);
ENDS(cuEventDestroy, (uintptr_t)p->hEvent);
ENDS(cuEventDestroy_v2, (uintptr_t)p->hEvent);

/* Textures and surfaces are numbered from small numbers, each by itself: told
 * apart here from each other and from handles, which are addresses. */
#define TEXTURE_HANDLE(number) ((number) | 1ull << 62)
#define SURFACE_HANDLE(number) ((number) | 1ull << 63)

MAKES(cuTexObjectCreate, TEXTURE, TEXTURE_HANDLE(*p->pTexObject));
ENDS(cuTexObjectDestroy, TEXTURE_HANDLE(p->texObject));
MAKES(cuSurfObjectCreate, SURFACE, SURFACE_HANDLE(*p->pSurfObject));
ENDS(cuSurfObjectDestroy, SURFACE_HANDLE(p->surfObject));
