/* What the calls for contexts mean: what lives in one is freed when it is destroyed or reset. */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

#include "preload/rules/call.h"
#include "preload/recorder/fence.h"
#include "preload/rules/contexts.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"

enum {
	DEVICES_MOST = 64,
	GREENS_MOST = 64 /* at once; what lies in others dies with no context */
};

/* The primary context of each device, learned when it is retained; its reset
 * names only the device. */
struct primaries {
	_Atomic(uint64_t) context[DEVICES_MOST];
	atomic_bool entered[DEVICES_MOST];     /* it is in the ledger */
	_Atomic(uint64_t) greens[GREENS_MOST]; /* handles of green contexts, 0: none */
};

_Static_assert(sizeof(struct primaries) <= VT__PART_BYTES, "the table fits its part");

static bool is_known_device(CUdevice device)
{
	return device >= 0 && device < DEVICES_MOST;
}

CUcontext vt__contexts_primary(int32_t device)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	if (!primaries || !is_known_device(device))
		return NULL;
	return (CUcontext)(uintptr_t)atomic_load_explicit(&primaries->context[device],
							  memory_order_relaxed);
}

/* No pointer, so no context's handle. */
static uint64_t primary_number(int32_t device)
{
	return (uint64_t)device + 1;
}

/* Writes `to` over `from` in the table of green contexts. */
static bool change_green(uint64_t from, uint64_t to)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	for (unsigned i = 0; primaries && i < GREENS_MOST; i++) {
		uint64_t expected = from;

		if (atomic_compare_exchange_strong(&primaries->greens[i], &expected, to))
			return true;
	}
	return false;
}

uint64_t vt__contexts_owner(uint64_t context, int32_t device)
{
	const struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	for (unsigned i = 0; primaries && i < GREENS_MOST; i++)
		if (atomic_load_explicit(&primaries->greens[i], memory_order_relaxed) == context)
			return primary_number(device);
	return context;
}

static void context_ended(const struct vt__call *call, uint64_t context)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	vt__place_contexts_changed();
	if (ledger && context)
		vt__ledger_drop_context(ledger, context);
	vt__fence_drop_context(call->driver, context);
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
}

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

VT__RULES(cuCtxCreate, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuCtxCreate_v2, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuCtxCreate_v3, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuCtxCreate_v4, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuGLCtxCreate, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuGLCtxCreate_v2, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuVDPAUCtxCreate, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuVDPAUCtxCreate_v2, OBJECT, VT_KIND_CONTEXT, NULL, after_create);
VT__RULES(cuCtxDestroy, OBJECT, -1, before_destroy, after_destroy);
VT__RULES(cuCtxDestroy_v2, OBJECT, -1, before_destroy, after_destroy);

/* The old references of a context, deprecated since CUDA 4: a context that was
 * attached to is ended by the detach that comes last. */
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

static void after_retain(struct vt__call *call, const void *arguments)
{
	const cuDevicePrimaryCtxRetain_params *p =
		(const cuDevicePrimaryCtxRetain_params *)arguments;
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	if (call->result != CUDA_SUCCESS || !primaries || !is_known_device(p->dev))
		return;
	atomic_store_explicit(&primaries->context[p->dev], (uintptr_t)*p->pctx,
			      memory_order_relaxed);
	if (!atomic_exchange(&primaries->entered[p->dev], true))
		enter_context(call, VT_KIND_CONTEXT, (uintptr_t)*p->pctx, p->dev);
}

static void primary_ended(const struct vt__call *call, CUdevice device)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);
	struct vt__seen_free seen;
	uint64_t context;

	if (!primaries || !is_known_device(device))
		return;
	context = atomic_load_explicit(&primaries->context[device], memory_order_relaxed);
	context_ended(call, context);
	context_ended(call, primary_number(device));
	if (!atomic_exchange(&primaries->entered[device], false))
		return;
	vt__record_freeing(call->api, context, &call->start, &seen);
	vt__record_freed(call->api, &seen, CUDA_SUCCESS, &call->start);
}

/* The device is the only argument of the functions below. */
static void after_reset(struct vt__call *call, const void *arguments)
{
	if (call->result == CUDA_SUCCESS)
		primary_ended(call, *(const CUdevice *)arguments);
}

/* The context ends with its last reference, which only the driver counts. */
static bool is_inactive(const struct vt__driver *driver, CUdevice device)
{
	unsigned flags;
	int active = 1;

	return driver->cuDevicePrimaryCtxGetState &&
	       driver->cuDevicePrimaryCtxGetState(device, &flags, &active) == CUDA_SUCCESS &&
	       !active;
}

static void after_release(struct vt__call *call, const void *arguments)
{
	CUdevice device = *(const CUdevice *)arguments;

	if (call->result == CUDA_SUCCESS && is_inactive(call->driver, device))
		primary_ended(call, device);
}

VT__RULES(cuDevicePrimaryCtxRetain, OBJECT, VT_KIND_CONTEXT, NULL, after_retain);
VT__RULES(cuDevicePrimaryCtxRelease, OBJECT, -1, NULL, after_release);
VT__RULES(cuDevicePrimaryCtxRelease_v2, OBJECT, -1, NULL, after_release);
VT__RULES(cuDevicePrimaryCtxReset, OBJECT, -1, NULL, after_reset);
VT__RULES(cuDevicePrimaryCtxReset_v2, OBJECT, -1, NULL, after_reset);

/* A green context holds a reference to its device's primary context. */
static void after_create_green(struct vt__call *call, const void *arguments)
{
	const cuGreenCtxCreate_params *p = (const cuGreenCtxCreate_params *)arguments;

	if (call->result != CUDA_SUCCESS)
		return;
	change_green(0, (uintptr_t)*p->phCtx);
	vt__place_contexts_changed();
	enter_context(call, VT_KIND_GREEN_CONTEXT, (uintptr_t)*p->phCtx, p->dev);
}

static void after_destroy_green(struct vt__call *call, const void *arguments)
{
	const cuGreenCtxDestroy_params *p = (const cuGreenCtxDestroy_params *)arguments;
	CUdevice device = call->kept.freed.taken.device;

	vt__call_freed(call, arguments);
	if (call->result != CUDA_SUCCESS)
		return;
	change_green((uintptr_t)p->hCtx, 0);
	vt__place_contexts_changed();
	if (call->kept.freed.known && is_inactive(call->driver, device))
		primary_ended(call, device);
}

VT__RULES(cuGreenCtxCreate, OBJECT, VT_KIND_GREEN_CONTEXT, NULL, after_create_green);
VT__RULES(cuGreenCtxDestroy, OBJECT, -1, before_destroy, after_destroy_green);
