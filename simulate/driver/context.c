/* Contexts: making, destroying and choosing the current one of a thread. */
#include "config.h"

#include <string.h>

#include "simulate/driver/event.h"
#include "simulate/driver/memory/external.h"
#include "simulate/driver/memory/pool.h"
#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/program.h"
#include "simulate/driver/stream.h"

#define DEEPEST_STACK 64
#define API_VERSION 3020

/* The contexts of this thread; the last one is current. */
static __thread CUcontext stack[DEEPEST_STACK];
static __thread unsigned int depth;

CUcontext vt__context_current(void)
{
	return depth ? stack[depth - 1] : NULL;
}

bool vt__context_usable(CUcontext context)
{
	return vt__object_live(context, VT_CONTEXT);
}

static CUresult push(CUcontext context)
{
	if (depth == DEEPEST_STACK)
		return CUDA_ERROR_OUT_OF_MEMORY;
	stack[depth++] = context;
	return CUDA_SUCCESS;
}

CUresult vt__context_set_current(CUcontext context)
{
	if (!context) {
		depth -= depth > 0;
		return CUDA_SUCCESS;
	}
	if (!depth)
		return push(context);
	stack[depth - 1] = context;
	return CUDA_SUCCESS;
}

CUresult vt__context_init(CUcontext context, CUdevice device, unsigned int flags)
{
	size_t held = vt__overhead(context->parent ? VT_OVERHEAD_GREEN_CONTEXT
						   : VT_OVERHEAD_CONTEXT);

	if (vt__devices[device].faulted)
		return (CUresult)vt__device_options.fault_with;
	if (vt__charge(device, held) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	context->held = held;
	context->taken = (struct vt__taken){.local = 0};
	memset(context->limits, 0, sizeof(context->limits));
	context->limits[CU_LIMIT_STACK_SIZE] = 1024;
	context->limits[CU_LIMIT_PRINTF_FIFO_SIZE] = 8650752;
	context->limits[CU_LIMIT_MALLOC_HEAP_SIZE] = 8 << 20;
	context->limits[CU_LIMIT_MAX_L2_FETCH_GRANULARITY] = 64;
	context->limits[CU_LIMIT_PERSISTING_L2_CACHE_SIZE] = 11796480;
	context->device = device;
	context->flags = flags;
	context->api_version = API_VERSION;
	context->alive = true;
	context->peers = 0;
	context->cache = CU_FUNC_CACHE_PREFER_NONE;
	context->bank_size = CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE;
	context->id = vt__next_id();
	return CUDA_SUCCESS;
}

/* Pool, VMM and graph memory outlive their context. */
static bool dies_with_context(const struct vt__region *region)
{
	return region->kind == VT_REGION_DEVICE || region->kind == VT_REGION_MANAGED ||
	       region->kind == VT_REGION_HOST || region->kind == VT_REGION_REGISTERED ||
	       region->kind == VT_REGION_IPC || region->kind == VT_REGION_EXTERNAL;
}

static void clear_regions(CUcontext context)
{
	struct vt__region *region = vt__region_from(0);

	while (region) {
		uintptr_t after = region->node.key + 1;

		if (region->context == context && dies_with_context(region))
			vt__region_destroy(region);
		region = vt__region_from(after);
	}
}

static void destroy_owned(struct vt__object *object)
{
	if (object->kind == VT_MODULE)
		vt__module_destroy((CUmodule)object);
	else if (object->kind == VT_ARRAY)
		vt__array_destroy((CUarray)object);
	else if (object->kind == VT_MIPMAP)
		vt__mipmap_destroy((CUmipmappedArray)object);
	else if (object->kind == VT_STREAM)
		vt__stream_end((CUstream)object);
	else if (object->kind == VT_EVENT)
		vt__event_destroy((CUevent)object);
	else if (object->kind == VT_EXTERNAL_MEMORY || object->kind == VT_EXTERNAL_SEMAPHORE)
		vt__external_destroy(object);
	else
		vt__object_destroy(object);
}

void vt__context_clear(CUcontext context)
{
	struct vt__object *object = vt__object_from(0);

	vt__capture_end_all(context);
	while (object) {
		uintptr_t after = object->node.key + 1;

		if (object->context == context)
			destroy_owned(object);
		else if (object->kind == VT_LIBRARY && context->primary)
			vt__variables_drop(&((CUlibrary)object)->program, context->device);
		object = vt__object_from(after);
	}
	vt__deferred_drop(context);
	clear_regions(context);
	context->legacy_stream = NULL;
	context->thread_streams = NULL;
	vt__uncharge(context->device, context->held);
	context->held = 0;
	context->alive = false;
}

static CUresult create(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
	CUcontext context;
	CUresult result;

	if (!pctx || flags & ~(unsigned int)CU_CTX_FLAGS_MASK)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	context = vt__device(dev) ? vt__object_create(VT_CONTEXT, sizeof(*context), NULL) : NULL;
	if (!vt__device(dev)) {
		result = CUDA_ERROR_INVALID_DEVICE;
	} else {
		result = context && depth < DEEPEST_STACK ? vt__context_init(context, dev, flags)
							  : CUDA_ERROR_OUT_OF_MEMORY;
	}
	if (result != CUDA_SUCCESS) {
		if (context)
			vt__object_destroy(&context->object);
	} else {
		push(context);
		context->references = 1;
		*pctx = context;
	}
	vt__leave();
	return result;
}

CUresult cuCtxCreate(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
	return create(pctx, flags, dev);
}

CUresult cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
	return create(pctx, flags, dev);
}

CUresult cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams,
			unsigned int flags, CUdevice dev)
{
	return paramsArray || numParams ? CUDA_ERROR_NOT_SUPPORTED : create(pctx, flags, dev);
}

CUresult cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams, unsigned int flags,
			CUdevice dev)
{
	if (ctxCreateParams &&
	    (ctxCreateParams->numExecAffinityParams || ctxCreateParams->cigParams))
		return CUDA_ERROR_NOT_SUPPORTED;
	return create(pctx, flags, dev);
}

/* The record stays, not alive, so that a thread that still has it current is told so. */
static CUresult destroy(CUcontext ctx)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__context_usable(ctx) || ctx->primary || ctx->parent)
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (!ctx->alive)
		result = CUDA_ERROR_CONTEXT_IS_DESTROYED;
	if (result == CUDA_SUCCESS) {
		vt__context_clear(ctx);
		if (vt__context_current() == ctx)
			depth--;
	}
	vt__leave();
	return result;
}

CUresult cuCtxDestroy_v2(CUcontext ctx)
{
	return destroy(ctx);
}

CUresult cuCtxDestroy(CUcontext ctx)
{
	return destroy(ctx);
}

CUresult cuCtxAttach(CUcontext *pctx, unsigned int flags)
{
	CUcontext context;
	CUresult result;

	if (!pctx || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	context->references++;
	*pctx = context;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuCtxDetach(CUcontext ctx)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);
	bool last;

	if (result != CUDA_SUCCESS)
		return result;
	last = context == ctx && !ctx->primary && ctx->references == 1;
	if (context != ctx)
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (!last)
		ctx->references--;
	vt__leave();
	return last ? destroy(ctx) : result;
}

static CUresult pop(CUcontext *pctx)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!depth) {
		result = CUDA_ERROR_INVALID_CONTEXT;
	} else {
		depth--;
		if (pctx)
			*pctx = stack[depth];
	}
	vt__leave();
	return result;
}

CUresult cuCtxPopCurrent_v2(CUcontext *pctx)
{
	return pop(pctx);
}

CUresult cuCtxPopCurrent(CUcontext *pctx)
{
	return pop(pctx);
}

static CUresult check_and(CUresult (*change)(CUcontext), CUcontext ctx)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (ctx && !vt__context_usable(ctx))
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (ctx && !ctx->alive)
		result = CUDA_ERROR_CONTEXT_IS_DESTROYED;
	else
		result = change(ctx);
	vt__leave();
	return result;
}

CUresult cuCtxPushCurrent_v2(CUcontext ctx)
{
	return ctx ? check_and(push, ctx) : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult cuCtxPushCurrent(CUcontext ctx)
{
	return cuCtxPushCurrent_v2(ctx);
}

CUresult cuCtxSetCurrent(CUcontext ctx)
{
	return check_and(vt__context_set_current, ctx);
}

CUresult cuCtxGetCurrent(CUcontext *pctx)
{
	CUresult result = pctx ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*pctx = vt__context_current();
	vt__leave();
	return CUDA_SUCCESS;
}
