/* Contexts: what lives in one is freed when it is destroyed or reset. */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

#include "preload/place.h"
#include "preload/process.h"
#include "preload/wrapper.h"

enum {
	DEVICES_MOST = 64
};

/* The primary context of each device, learned when it is retained; its reset
 * names only the device. */
struct primaries {
	_Atomic(uint64_t) context[DEVICES_MOST];
};

_Static_assert(sizeof(struct primaries) <= VT__PART_BYTES, "the table fits its part");

static void remember_primary(CUdevice device, CUcontext context)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	if (primaries && device >= 0 && device < DEVICES_MOST)
		atomic_store_explicit(&primaries->context[device], (uintptr_t)context,
				      memory_order_relaxed);
}

static uint64_t primary_of(CUdevice device)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	if (!primaries || device < 0 || device >= DEVICES_MOST)
		return 0;
	return atomic_load_explicit(&primaries->context[device], memory_order_relaxed);
}

static void context_ended(uint64_t context)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	vt__place_contexts_changed();
	if (ledger && context)
		vt__ledger_drop_context(ledger, context);
	errno = saved;
}

#define CREATES(symbol, parameters, arguments)                                                     \
	VT__WRAPPER symbol parameters                                                              \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver();                                    \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		vt__place_contexts_changed();                                                      \
		return driver->symbol arguments;                                                   \
	}

CREATES(cuCtxCreate, (CUcontext * out, unsigned int flags, CUdevice device), (out, flags, device))
CREATES(cuCtxCreate_v2, (CUcontext * out, unsigned int flags, CUdevice device),
	(out, flags, device))
CREATES(cuCtxCreate_v3,
	(CUcontext * out, CUexecAffinityParam *affinity, int count, unsigned int flags,
	 CUdevice device),
	(out, affinity, count, flags, device))
CREATES(cuCtxCreate_v4,
	(CUcontext * out, CUctxCreateParams *parameters_, unsigned int flags, CUdevice device),
	(out, parameters_, flags, device))

#define DESTROYS(symbol)                                                                           \
	VT__WRAPPER symbol(CUcontext context)                                                      \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver();                                    \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		result = driver->symbol(context);                                                  \
		if (result == CUDA_SUCCESS)                                                        \
			context_ended((uintptr_t)context);                                         \
		return result;                                                                     \
	}

DESTROYS(cuCtxDestroy)
DESTROYS(cuCtxDestroy_v2)

VT__WRAPPER cuDevicePrimaryCtxRetain(CUcontext *out, CUdevice device)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;

	if (!driver || !driver->cuDevicePrimaryCtxRetain)
		return VT__NO_DRIVER;
	result = driver->cuDevicePrimaryCtxRetain(out, device);
	if (result == CUDA_SUCCESS)
		remember_primary(device, *out);
	return result;
}

#define RESETS(symbol)                                                                             \
	VT__WRAPPER symbol(CUdevice device)                                                        \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver();                                    \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		result = driver->symbol(device);                                                   \
		if (result == CUDA_SUCCESS)                                                        \
			context_ended(primary_of(device));                                         \
		return result;                                                                     \
	}

RESETS(cuDevicePrimaryCtxReset)
RESETS(cuDevicePrimaryCtxReset_v2)

/* The context ends with its last reference, which only the driver counts. */
static bool is_inactive(const struct vt__driver *driver, CUdevice device)
{
	unsigned flags;
	int active = 1;

	return driver->cuDevicePrimaryCtxGetState &&
	       driver->cuDevicePrimaryCtxGetState(device, &flags, &active) == CUDA_SUCCESS &&
	       !active;
}

#define RELEASES(symbol)                                                                           \
	VT__WRAPPER symbol(CUdevice device)                                                        \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver();                                    \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		result = driver->symbol(device);                                                   \
		if (result == CUDA_SUCCESS && is_inactive(driver, device))                         \
			context_ended(primary_of(device));                                         \
		return result;                                                                     \
	}

RELEASES(cuDevicePrimaryCtxRelease)
RELEASES(cuDevicePrimaryCtxRelease_v2)
