/* Questions about the current context, and its settings. */
#include "config.h"

#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/memory/pool.h"

#define MOST_STACK ((size_t)512 << 10) /* bytes of local memory that a thread can have */

/* The current context, or the given one if it is alive. */
static CUresult enter_given(CUcontext given, CUcontext *context)
{
	CUresult result;

	if (!given)
		return vt__enter_context_state(context);
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__context_usable(given) && given->alive) {
		*context = given;
		return CUDA_SUCCESS;
	}
	result = vt__context_usable(given) ? CUDA_ERROR_CONTEXT_IS_DESTROYED
					   : CUDA_ERROR_INVALID_CONTEXT;
	vt__leave();
	return result;
}

/* Defines a question: an expression over `context`, stored through one pointer. */
#define QUESTION(name, parameters, out, given, expression)                                         \
	CUresult name parameters                                                                   \
	{                                                                                          \
		CUcontext context;                                                                 \
		CUresult result;                                                                   \
                                                                                                   \
		if (!(out))                                                                        \
			return CUDA_ERROR_INVALID_VALUE;                                           \
		result = enter_given(given, &context);                                             \
		if (result != CUDA_SUCCESS)                                                        \
			return result;                                                             \
		*(out) = expression;                                                               \
		vt__leave();                                                                       \
		return CUDA_SUCCESS;                                                               \
	}

QUESTION(cuCtxGetDevice, (CUdevice * device), device, NULL, context->device)
QUESTION(cuCtxGetDevice_v2, (CUdevice * device, CUcontext ctx), device, ctx, context->device)
QUESTION(cuCtxGetFlags, (unsigned int *flags), flags, NULL, context->flags)
QUESTION(cuCtxGetId, (CUcontext ctx, unsigned long long *ctxId), ctxId, ctx, context->id)
QUESTION(cuCtxGetApiVersion, (CUcontext ctx, unsigned int *version), version, ctx,
	 context->api_version)
QUESTION(cuCtxGetCacheConfig, (CUfunc_cache * pconfig), pconfig, NULL, context->cache)
QUESTION(cuCtxGetSharedMemConfig, (CUsharedconfig * pConfig), pConfig, NULL, context->bank_size)

static CUresult synchronize(CUcontext given)
{
	CUcontext context;
	CUresult result = given ? enter_given(given, &context) : vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	if (result == CUDA_SUCCESS) {
		const CUdevice device = context->device;

		vt__streams_wait(context);
		vt__pools_settle_all(device);
	}
	vt__leave();
	return result;
}

CUresult cuCtxSynchronize(void)
{
	return synchronize(NULL);
}

CUresult cuCtxSynchronize_v2(CUcontext ctx)
{
	return synchronize(ctx);
}

CUresult cuCtxGetLimit(size_t *pvalue, CUlimit limit)
{
	CUcontext context;
	CUresult result = pvalue ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if ((unsigned int)limit < CU_LIMIT_MAX)
		*pvalue = context->limits[limit];
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuCtxSetLimit(CUlimit limit, size_t value)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if ((unsigned int)limit >= CU_LIMIT_MAX ||
	    (limit == CU_LIMIT_STACK_SIZE && value > MOST_STACK))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (limit == CU_LIMIT_STACK_SIZE)
		result = vt__overhead_local(context, value, true);
	if (result == CUDA_SUCCESS)
		context->limits[limit] = value;
	vt__leave();
	return result;
}

CUresult cuCtxSetFlags(unsigned int flags)
{
	CUcontext context;
	CUresult result;

	if (flags & ~(unsigned int)CU_CTX_FLAGS_MASK)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	context->flags = flags;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuCtxSetCacheConfig(CUfunc_cache config)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	context->cache = config;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuCtxSetSharedMemConfig(CUsharedconfig config)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	context->bank_size = config;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if (leastPriority)
		*leastPriority = 0;
	if (greatestPriority)
		*greatestPriority = -5;
	vt__leave();
	return CUDA_SUCCESS;
}

/*
 * All simulated devices share the process's memory, so that access needs no set-up; whether
 * it is enabled is kept all the same.
 */
static CUresult peer_access(CUcontext peer, unsigned int flags, bool enable)
{
	CUcontext context;
	CUresult result;

	if (flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__context_usable(peer) || !peer->alive)
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (peer->device == context->device)
		result = CUDA_ERROR_INVALID_DEVICE;
	else if (!!(context->peers & 1u << peer->device) == enable)
		result = enable ? CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED
				: CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
	else
		context->peers ^= 1u << peer->device;
	vt__leave();
	return result;
}

CUresult cuCtxEnablePeerAccess(CUcontext peerContext, unsigned int Flags)
{
	return peer_access(peerContext, Flags, true);
}

CUresult cuCtxDisablePeerAccess(CUcontext peerContext)
{
	return peer_access(peerContext, 0, false);
}
