/* Tracing of driver calls: which are wanted, who listens, what is told. */
#include "config.h"

#include <sched.h>

#include "simulate/driver/doors/calls.h"
#include "simulate/driver/state.h"
#include "simulate/driver/doors/trace.h"

#include <generated_cuda_meta.h>

extern const struct vt__trace vramtrack_simulated_trace;

atomic_uchar vt__trace_enabled[CUPTI_DRIVER_TRACE_CBID_SIZE];

static _Atomic(vt__trace_hook) hook;
static atomic_uint listeners; /* so far */
static atomic_uint inside;    /* threads in the hook */
static atomic_uint last_correlation;

/* What a listener does with the driver is its own affair and not reported. */
static __thread bool listening;

/* The name of the kernel that a launch is about. */
static const char *kernel_of(const struct vt__traced_call *call)
{
	const char *name = NULL;
	CUfunction function;

	switch (call->id) {
#define LAUNCH(launch)                                                                             \
	case CUPTI_DRIVER_TRACE_CBID_##launch:                                                     \
		function = ((const launch##_params *)call->params)->f;                             \
		break;
		LAUNCH(cuLaunch)
		LAUNCH(cuLaunchGrid)
		LAUNCH(cuLaunchGridAsync)
		LAUNCH(cuLaunchKernel)
		LAUNCH(cuLaunchKernel_ptsz)
		LAUNCH(cuLaunchKernelEx)
		LAUNCH(cuLaunchKernelEx_ptsz)
		LAUNCH(cuLaunchCooperativeKernel)
		LAUNCH(cuLaunchCooperativeKernel_ptsz)
#undef LAUNCH
	default:
		return NULL;
	}
	return cuFuncGetName(&name, function) == CUDA_SUCCESS ? name : NULL;
}

static bool is_reported(uint32_t id)
{
	return (atomic_load(&vt__trace_enabled[id]) & VT_TRACE_REPORTED) != 0;
}

static void set_context(struct vt__traced_call *call)
{
	CUcontext context;

	call->context = NULL;
	call->context_id = 0;
	if (vt__enter() != CUDA_SUCCESS)
		return;
	context = vt__context_current();
	if (context) {
		call->context = context;
		call->context_id = (uint32_t)context->id;
	}
	vt__leave();
}

static void tell(struct vt__traced_call *call)
{
	vt__trace_hook listener;

	set_context(call);
	atomic_fetch_add(&inside, 1);
	listener = atomic_load(&hook);
	if (listener) {
		listening = true;
		listener(call);
		listening = false;
	}
	atomic_fetch_sub(&inside, 1);
}

void vt__trace_enter(struct vt__traced_call *call)
{
	if (listening || !is_reported(call->id) || !atomic_load(&hook))
		return;
	call->listener = atomic_load(&listeners);
	call->kernel = kernel_of(call);
	call->correlation = atomic_fetch_add(&last_correlation, 1) + 1;
	tell(call);
}

void vt__trace_exit(struct vt__traced_call *call, int *result)
{
	if (atomic_load(&vt__trace_enabled[call->id]) & VT_TRACE_COUNTED)
		vt__calls_count(call, *result);
	if (!call->listener || call->listener != atomic_load(&listeners) || !is_reported(call->id))
		return;
	call->exit = true;
	call->result = result;
	tell(call);
}

void vt__trace_forked(void)
{
	atomic_store(&inside, listening ? 1 : 0);
}

static void enable(uint32_t id, bool enabled)
{
	if (enabled)
		atomic_fetch_or(&vt__trace_enabled[id], VT_TRACE_REPORTED);
	else
		atomic_fetch_and(&vt__trace_enabled[id], (unsigned char)~VT_TRACE_REPORTED);
}

/* A hook may take itself away: its own thread is then the only one inside. */
static void listen(vt__trace_hook wanted)
{
	if (wanted)
		atomic_fetch_add(&listeners, 1);
	atomic_store(&hook, wanted);
	if (!wanted) {
		while (atomic_load(&inside) > (listening ? 1U : 0U))
			sched_yield();
	}
}

const struct vt__trace vramtrack_simulated_trace = {
	.size = sizeof(struct vt__trace),
	.ids = CUPTI_DRIVER_TRACE_CBID_SIZE,
	.enable = enable,
	.enabled = is_reported,
	.listen = listen,
};
