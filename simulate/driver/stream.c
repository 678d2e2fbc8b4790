/* Streams: handles, default streams, and running work on them. */
#include "config.h"

#include <stdatomic.h>

#include "simulate/driver/host_function.h"
#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/memory/pool.h"

unsigned long long vt__thread_number(void)
{
	static atomic_ullong last;
	static __thread unsigned long long number;

	if (!number)
		number = atomic_fetch_add(&last, 1) + 1;
	return number;
}

CUstream vt__stream_create(CUcontext context, unsigned int flags, int priority)
{
	CUstream stream = vt__object_create(VT_STREAM, sizeof(*stream), context);

	if (!stream)
		return NULL;
	stream->flags = flags;
	stream->priority = priority > 0 ? 0 : priority < -5 ? -5 : priority;
	stream->id = vt__next_id();
	return stream;
}

static CUstream default_stream(CUcontext context)
{
	if (!context->legacy_stream)
		context->legacy_stream = vt__stream_create(context, CU_STREAM_DEFAULT, 0);
	return context->legacy_stream;
}

static CUstream thread_stream(CUcontext context)
{
	unsigned long long thread = vt__thread_number();
	CUstream stream = context->thread_streams;

	while (stream && stream->thread != thread)
		stream = stream->next;
	if (stream)
		return stream;
	stream = vt__stream_create(context, CU_STREAM_DEFAULT, 0);
	if (stream) {
		stream->thread = thread;
		stream->next = context->thread_streams;
		context->thread_streams = stream;
	}
	return stream;
}

CUstream vt__stream_of(CUstream handle, CUcontext context)
{
	if (!handle || handle == CU_STREAM_LEGACY)
		return default_stream(context);
	if (handle == CU_STREAM_PER_THREAD)
		return thread_stream(context);
	return vt__object_live(handle, VT_STREAM) ? handle : NULL;
}

CUresult vt__stream_may_work(CUstream stream)
{
	if (!stream)
		return CUDA_ERROR_INVALID_HANDLE;
	if (!vt__green_usable(stream))
		return CUDA_ERROR_CONTEXT_IS_DESTROYED;
	if (vt__capture_implicit(stream))
		return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
	return CUDA_SUCCESS;
}

CUresult vt__stream_do(CUstream handle, CUcontext context, const struct vt__work *work)
{
	CUstream stream = vt__stream_of(handle, context);
	CUresult result = vt__stream_may_work(stream);
	unsigned long long id;

	if (result != CUDA_SUCCESS)
		return result;
	if (stream->capture)
		return vt__capture_add(stream, work);
	result = vt__overhead_stream(context, stream);
	if (result != CUDA_SUCCESS)
		return result;
	if (work->type != CU_GRAPH_NODE_TYPE_HOST)
		return vt__work_run(work);
	id = stream->id;
	vt__stream_hold_up(stream);
	result = vt__work_run(work);
	vt__stream_go_on(stream, id);
	return result;
}

CUresult vt__stream_call(CUstream handle, const struct vt__work *work)
{
	CUcontext context;
	CUresult result = vt__enter_handle(handle, VT_STREAM, false, &context);

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__stream_do(handle, context, work);
	vt__leave();
	return result;
}

CUresult cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags, int priority)
{
	CUcontext context;
	CUresult result;

	if (!phStream || flags & ~(unsigned int)CU_STREAM_NON_BLOCKING)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	*phStream = vt__stream_create(context, flags, priority);
	if (*phStream)
		(*phStream)->green = vt__green_current();
	vt__leave();
	return *phStream ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags)
{
	return cuStreamCreateWithPriority(phStream, Flags, 0);
}

/* Enters and finds the stream; leaves again on an error. */
static CUresult enter(CUstream handle, bool on_host, CUstream *stream)
{
	CUcontext context;
	CUresult result = vt__enter_handle(handle, VT_STREAM, on_host, &context);

	if (result != CUDA_SUCCESS)
		return result;
	*stream = vt__stream_of(handle, context);
	if (*stream && vt__green_usable(*stream))
		return CUDA_SUCCESS;
	vt__leave();
	return *stream ? CUDA_ERROR_CONTEXT_IS_DESTROYED : CUDA_ERROR_INVALID_HANDLE;
}

static CUresult enter_stream(CUstream handle, CUstream *stream)
{
	return enter(handle, false, stream);
}

CUresult cuStreamDestroy_v2(CUstream hStream)
{
	CUstream stream;
	CUresult result;

	if (!hStream || hStream == CU_STREAM_LEGACY || hStream == CU_STREAM_PER_THREAD)
		return CUDA_ERROR_INVALID_HANDLE;
	result = enter_stream(hStream, &stream);
	if (result != CUDA_SUCCESS)
		return result;
	vt__capture_break(stream);
	vt__stream_end(stream);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuStreamDestroy(CUstream hStream)
{
	return cuStreamDestroy_v2(hStream);
}

/* Work is done when it is called: only a capture, or a function that runs, is in the way. */
static CUresult settle(CUstream handle, bool synchronise)
{
	CUstream stream;
	CUresult result = enter(handle, !synchronise, &stream);

	if (result != CUDA_SUCCESS)
		return result;
	if (stream->capture) {
		stream->capture->broken = true;
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	} else if (synchronise) {
		const unsigned long long now = vt__next_id();

		if (vt__stream_wait(stream, now))
			vt__stream_settle(stream, now);
	} else if (stream->held_up) {
		result = CUDA_ERROR_NOT_READY;
	}
	vt__leave();
	return result;
}

CUresult cuStreamSynchronize(CUstream hStream)
{
	return settle(hStream, true);
}

CUresult cuStreamQuery(CUstream hStream)
{
	return settle(hStream, false);
}

/* Defines a question: an expression over `stream`, stored through one pointer. */
#define QUESTION(name, type, expression)                                                           \
	CUresult name(CUstream hStream, type *out)                                                 \
	{                                                                                          \
		CUstream stream;                                                                   \
		CUresult result;                                                                   \
                                                                                                   \
		if (!out)                                                                          \
			return CUDA_ERROR_INVALID_VALUE;                                           \
		result = enter_stream(hStream, &stream);                                           \
		if (result != CUDA_SUCCESS)                                                        \
			return result;                                                             \
		*out = expression;                                                                 \
		vt__leave();                                                                       \
		return CUDA_SUCCESS;                                                               \
	}

QUESTION(cuStreamGetPriority, int, stream->priority)
QUESTION(cuStreamGetFlags, unsigned int, stream->flags)
QUESTION(cuStreamGetId, unsigned long long, stream->id)
QUESTION(cuStreamGetDevice, CUdevice, stream->object.context->device)
QUESTION(cuStreamGetCtx, CUcontext, stream->object.context)

CUresult cuLaunchHostFunc(CUstream hStream, CUhostFn fn, void *userData)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_HOST};

	if (!fn)
		return CUDA_ERROR_INVALID_VALUE;
	work.as.host.function = fn;
	work.as.host.argument = userData;
	return vt__stream_call(hStream, &work);
}

CUresult cuStreamAddCallback(CUstream hStream, CUstreamCallback callback, void *userData,
			     unsigned int flags)
{
	unsigned long long id;
	CUstream stream;
	CUresult result;

	if (!callback || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter(hStream, false, &stream);
	if (result != CUDA_SUCCESS)
		return result;
	if (stream->capture) {
		stream->capture->broken = true;
		vt__leave();
		return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	}
	id = stream->id;
	vt__stream_hold_up(stream);
	vt__leave();
	vt__host_callback_call(callback, hStream, userData);
	vt__reenter();
	vt__stream_go_on(stream, id);
	vt__leave();
	return CUDA_SUCCESS;
}

/* Managed memory is the process's own everywhere: attaching it changes nothing. */
CUresult cuStreamAttachMemAsync(CUstream hStream, CUdeviceptr dptr, size_t length,
				unsigned int flags)
{
	const struct vt__region *region;
	CUstream stream;
	CUresult result = enter_stream(hStream, &stream);

	(void)length;
	(void)flags;
	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_starting((uintptr_t)dptr);
	if (!region || region->kind != VT_REGION_MANAGED)
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}
