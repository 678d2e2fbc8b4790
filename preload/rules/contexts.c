/* What the calls for contexts mean: what lives in one is freed when it is destroyed or reset. */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

#include "preload/rules/call.h"
#include "preload/rules/graph_table.h"
#include "preload/rules/sharing.h"
#include "preload/recorder/context_table.h"
#include "preload/recorder/faults.h"
#include "preload/recorder/fence.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"

static void context_ended(const struct vt__call *call, uint64_t context)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	vt__place_contexts_changed();
	if (ledger && context) {
		vt__ledger_drop_context(ledger, context);
		vt__measure_context_ended(ledger, context);
	}
	vt__graph_execs_drop_context(context);
	vt__ipc_drop_context(context);
	vt__fence_drop_context(call->driver, context);
	vt__fault_forget(context);
	errno = saved;
}

/* A context that was made is entered by its handle. The handle's place is the
 * first argument of every function that makes one. */
static void enter_context(struct vt__call *call, enum vt_kind kind, uint64_t handle, int32_t device)
{
	struct vt__seen_allocation seen = {.kind = kind, .device = device, .address = handle};

	vt__call_allocated(call, &seen);
}

static void after_create(struct vt__call *call, const void *arguments)
{
	CUcontext *const *made = (CUcontext *const *)arguments;

	vt__place_contexts_changed();
	if (call->result == CUDA_SUCCESS)
		enter_context(call, VT_KIND_CONTEXT, (uintptr_t) * *made, VT__DEVICE_CURRENT);
	vt__call_measured(call, VT_CHARGE_CONTEXT,
			  call->result == CUDA_SUCCESS ? (uintptr_t) * *made : 0);
}

/* `device_`: the argument's name. */
#define MAKES_CONTEXT(symbol, device_)                                                             \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		vt__measure_context(call->driver, p->device_, &call->measured);                    \
		return true;                                                                       \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, VT_KIND_CONTEXT, before_##symbol, after_create)

/* The handle to end is the first argument. */
static bool before_destroy(struct vt__call *call, const void *arguments)
{
	return vt__call_freeing(call, *(const uintptr_t *)arguments);
}

static void after_destroy(struct vt__call *call, const void *arguments)
{
	if (call->result == CUDA_SUCCESS)
		context_ended(call, *(const uintptr_t *)arguments);
	vt__call_freed(call, arguments);
}

MAKES_CONTEXT(cuCtxCreate, dev);
MAKES_CONTEXT(cuCtxCreate_v2, dev);
MAKES_CONTEXT(cuCtxCreate_v3, dev);
MAKES_CONTEXT(cuCtxCreate_v4, dev);
MAKES_CONTEXT(cuGLCtxCreate, device);
MAKES_CONTEXT(cuGLCtxCreate_v2, device);
MAKES_CONTEXT(cuVDPAUCtxCreate, device);
MAKES_CONTEXT(cuVDPAUCtxCreate_v2, device);
VT__RULES(cuCtxDestroy, OBJECT, -1, before_destroy, after_destroy);
VT__RULES(cuCtxDestroy_v2, OBJECT, -1, before_destroy, after_destroy);

/* The old references of a context, deprecated since CUDA 4: a context that was
 * attached to is ended by the detach that comes last. */
/* A count alone: no order. */
static atomic_int attachments;

static void after_attach(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	if (call->result == CUDA_SUCCESS)
		atomic_fetch_add_explicit(&attachments, 1, memory_order_relaxed);
}

static bool before_detach(struct vt__call *call, const void *arguments)
{
	call->kept.flag = atomic_load_explicit(&attachments, memory_order_relaxed) == 0;
	return call->kept.flag ? before_destroy(call, arguments) : true;
}

static void after_detach(struct vt__call *call, const void *arguments)
{
	if (call->kept.flag)
		after_destroy(call, arguments);
	else if (call->result == CUDA_SUCCESS)
		atomic_fetch_sub_explicit(&attachments, 1, memory_order_relaxed);
}

VT__RULES(cuCtxAttach, OBJECT, -1, NULL, after_attach);
VT__RULES(cuCtxDetach, OBJECT, -1, before_detach, after_detach);

/* The context ends with its last reference, which only the driver counts. */
static bool is_inactive(const struct vt__driver *driver, CUdevice device)
{
	unsigned flags;
	int active = 1;

	return driver->cuDevicePrimaryCtxGetState &&
	       driver->cuDevicePrimaryCtxGetState(device, &flags, &active) == CUDA_SUCCESS &&
	       !active;
}

static bool before_retain(struct vt__call *call, const void *arguments)
{
	const cuDevicePrimaryCtxRetain_params *p =
		(const cuDevicePrimaryCtxRetain_params *)arguments;

	if (is_inactive(call->driver, p->dev))
		vt__measure_context(call->driver, p->dev, &call->measured);
	else
		vt__measure_nothing(&call->measured);
	return true;
}

static void after_retain(struct vt__call *call, const void *arguments)
{
	const cuDevicePrimaryCtxRetain_params *p =
		(const cuDevicePrimaryCtxRetain_params *)arguments;
	const bool made = call->result == CUDA_SUCCESS;

	if (made && vt__contexts_retained(p->dev, *p->pctx))
		enter_context(call, VT_KIND_CONTEXT, (uintptr_t)*p->pctx, p->dev);
	vt__call_measured(call, VT_CHARGE_CONTEXT, made ? (uintptr_t)*p->pctx : 0);
}

static void primary_ended(const struct vt__call *call, CUdevice device)
{
	struct vt__seen_free seen;
	uint64_t context = (uintptr_t)vt__contexts_primary(device);

	if (!vt__contexts_knows_device(device))
		return;
	context_ended(call, context);
	context_ended(call, vt__contexts_primary_number(device));
	if (!vt__contexts_primary_ended(device))
		return;
	vt__record_freeing(call->api, context, &call->start, &seen);
}

/* The device is the only argument of the functions below. */
static void after_reset(struct vt__call *call, const void *arguments)
{
	if (call->result == CUDA_SUCCESS)
		primary_ended(call, *(const CUdevice *)arguments);
}

static void after_release(struct vt__call *call, const void *arguments)
{
	CUdevice device = *(const CUdevice *)arguments;

	if (call->result == CUDA_SUCCESS && is_inactive(call->driver, device))
		primary_ended(call, device);
}

VT__RULES(cuDevicePrimaryCtxRetain, OBJECT, VT_KIND_CONTEXT, before_retain, after_retain);
VT__RULES(cuDevicePrimaryCtxRelease, OBJECT, -1, NULL, after_release);
VT__RULES(cuDevicePrimaryCtxRelease_v2, OBJECT, -1, NULL, after_release);
VT__RULES(cuDevicePrimaryCtxReset, OBJECT, -1, NULL, after_reset);
VT__RULES(cuDevicePrimaryCtxReset_v2, OBJECT, -1, NULL, after_reset);

static bool before_create_green(struct vt__call *call, const void *arguments)
{
	const cuGreenCtxCreate_params *p = (const cuGreenCtxCreate_params *)arguments;

	vt__measure_context(call->driver, p->dev, &call->measured);
	return true;
}

/* A green context holds a reference to its device's primary context, which keeps what the green
 * one took. */
static void after_create_green(struct vt__call *call, const void *arguments)
{
	const cuGreenCtxCreate_params *p = (const cuGreenCtxCreate_params *)arguments;

	vt__call_measured(call, VT_CHARGE_CONTEXT, (uintptr_t)vt__contexts_primary(p->dev));
	if (call->result != CUDA_SUCCESS)
		return;
	vt__contexts_change_green(0, (uintptr_t)*p->phCtx);
	vt__place_contexts_changed();
	enter_context(call, VT_KIND_GREEN_CONTEXT, (uintptr_t)*p->phCtx, p->dev);
}

static void after_destroy_green(struct vt__call *call, const void *arguments)
{
	const cuGreenCtxDestroy_params *p = (const cuGreenCtxDestroy_params *)arguments;
	CUdevice device = call->kept.freed.taken.what.device;

	vt__call_freed(call, arguments);
	if (call->result != CUDA_SUCCESS)
		return;
	vt__contexts_change_green((uintptr_t)p->hCtx, 0);
	vt__place_contexts_changed();
	if (call->kept.freed.known && is_inactive(call->driver, device))
		primary_ended(call, device);
}

VT__RULES(cuGreenCtxCreate, OBJECT, VT_KIND_GREEN_CONTEXT, before_create_green, after_create_green);
VT__RULES(cuGreenCtxDestroy, OBJECT, -1, before_destroy, after_destroy_green);

/* ---- Limits -------------------------------------------------------------- */

static bool before_limit(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	vt__measure_before(call->driver, &call->measured);
	return true;
}

static void after_limit(struct vt__call *call, const void *arguments)
{
	const cuCtxSetLimit_params *p = (const cuCtxSetLimit_params *)arguments;
	const struct vt__making making = {.what = VT_CHARGE_LOCAL_MEMORY,
					  .api = call->api,
					  .start = &call->start,
					  .made = call->result == CUDA_SUCCESS};

	vt__measure_limit(&call->measured, &making, (int)p->limit, p->value);
}

VT__RULES(cuCtxSetLimit, OBJECT, -1, before_limit, after_limit);
