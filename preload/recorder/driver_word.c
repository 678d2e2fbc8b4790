/* The driver's word about the memory of a device. */
#include "config.h"

#include "preload/recorder/driver_word.h"

#include <string.h>

#include "preload/recorder/context_table.h"
#include "preload/recorder/pool_table.h"

static bool is_known(uint64_t bytes)
{
	return bytes != VT_FORMAT_UNKNOWN;
}

/* Makes a context of the device current if none is. `pushed` says that it is to
 * be taken back. Returns whether one is current. */
static bool borrow_context(const struct vt__driver *driver, CUdevice device, bool *pushed)
{
	CUcontext primary = vt__contexts_primary(device);
	CUdevice current;
	unsigned flags;
	int active = 0;

	*pushed = false;
	if (driver->cuCtxGetDevice && driver->cuCtxGetDevice(&current) == CUDA_SUCCESS &&
	    current == device)
		return true;
	if (!primary || !driver->cuDevicePrimaryCtxGetState || !driver->cuCtxPushCurrent_v2 ||
	    !driver->cuCtxPopCurrent_v2 ||
	    driver->cuDevicePrimaryCtxGetState(device, &flags, &active) != CUDA_SUCCESS || !active)
		return false;
	*pushed = driver->cuCtxPushCurrent_v2(primary) == CUDA_SUCCESS;
	return *pushed;
}

static void ask_device(const struct vt__driver *driver, CUdevice device,
		       struct vt__driver_word *word)
{
	size_t free_bytes, total_bytes;
	CUcontext back;
	bool pushed;

	if (!driver->cuMemGetInfo_v2 || !borrow_context(driver, device, &pushed))
		return;
	if (driver->cuMemGetInfo_v2(&free_bytes, &total_bytes) == CUDA_SUCCESS) {
		word->device_free_bytes = free_bytes;
		word->device_total_bytes = total_bytes;
	}
	if (pushed)
		driver->cuCtxPopCurrent_v2(&back);
}

struct pools_asked {
	const struct vt__driver *driver;
	struct vt__driver_word *word;
};

static void add_pool(CUmemoryPool pool, void *closure)
{
	const struct pools_asked *asked = closure;
	struct vt__driver_word *word = asked->word;
	cuuint64_t reserved = 0, used = 0;

	if (asked->driver->cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT,
						 &reserved) != CUDA_SUCCESS ||
	    asked->driver->cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used) !=
		    CUDA_SUCCESS)
		return;
	if (!is_known(word->pool_reserved_bytes))
		word->pool_reserved_bytes = word->pool_used_bytes = 0;
	word->pool_reserved_bytes += reserved;
	word->pool_used_bytes += used;
}

/* The device's default pool, those that the program made, and the current one
 * if it is another still. */
static void ask_pools(const struct vt__driver *driver, CUdevice device,
		      struct vt__driver_word *word)
{
	struct pools_asked asked = {driver, word};
	CUmemoryPool common = NULL, current = NULL;
	struct vt__pool unused;

	if (!driver->cuMemPoolGetAttribute)
		return;
	if (driver->cuDeviceGetDefaultMemPool &&
	    driver->cuDeviceGetDefaultMemPool(&common, device) == CUDA_SUCCESS)
		add_pool(common, &asked);
	vt__pools_each(device, add_pool, &asked);
	if (driver->cuDeviceGetMemPool &&
	    driver->cuDeviceGetMemPool(&current, device) == CUDA_SUCCESS && current != common &&
	    !vt__pool_find(current, &unused))
		add_pool(current, &asked);
}

static void ask_graphs(const struct vt__driver *driver, CUdevice device,
		       struct vt__driver_word *word)
{
	cuuint64_t reserved = 0, used = 0;

	if (!driver->cuDeviceGetGraphMemAttribute ||
	    driver->cuDeviceGetGraphMemAttribute(device, CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT,
						 &reserved) != CUDA_SUCCESS ||
	    driver->cuDeviceGetGraphMemAttribute(device, CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT,
						 &used) != CUDA_SUCCESS)
		return;
	word->graph_reserved_bytes = reserved;
	word->graph_used_bytes = used;
}

/* A pool's attributes are among the calls that a capture forbids: asked in the
 * capture's own mode they end it (seen on driver 580). Returns whether `mode` is to be put back. */
static bool relax(const struct vt__driver *driver, CUstreamCaptureMode *mode)
{
	*mode = CU_STREAM_CAPTURE_MODE_RELAXED;
	return driver->cuThreadExchangeStreamCaptureMode &&
	       driver->cuThreadExchangeStreamCaptureMode(mode) == CUDA_SUCCESS;
}

void vt__word_ask(const struct vt__driver *driver, CUdevice device, struct vt__driver_word *word)
{
	CUstreamCaptureMode mode;
	bool exchanged = relax(driver, &mode);

	memset(word, 0xff, sizeof(*word)); /* nothing is known */
	ask_device(driver, device, word);
	ask_pools(driver, device, word);
	ask_graphs(driver, device, word);
	if (exchanged)
		driver->cuThreadExchangeStreamCaptureMode(&mode);
}

void vt__word_shares(const struct vt__driver *driver, int32_t device, struct vt__nvml_shares *out)
{
	CUuuid uuid;

	memset(out, 0xff, sizeof(*out)); /* nothing is known */
	if (driver->cuDeviceGetUuid_v2 && driver->cuDeviceGetUuid_v2(&uuid, device) == CUDA_SUCCESS)
		vt__nvml_ask((const uint8_t *)uuid.bytes, out);
}

bool vt__word_used(const struct vt__driver *driver, int32_t device, uint64_t *used)
{
	struct vt__driver_word word = {.device_free_bytes = VT_FORMAT_UNKNOWN};
	CUstreamCaptureMode mode;
	bool exchanged = relax(driver, &mode);

	ask_device(driver, device, &word);
	if (exchanged)
		driver->cuThreadExchangeStreamCaptureMode(&mode);
	*used = word.device_total_bytes - word.device_free_bytes;
	return is_known(word.device_free_bytes);
}

uint64_t vt__word_reserved(const struct vt__driver *driver, int32_t device)
{
	struct vt__driver_word word;
	CUstreamCaptureMode mode;
	bool exchanged = relax(driver, &mode);

	memset(&word, 0xff, sizeof(word));
	ask_pools(driver, device, &word);
	ask_graphs(driver, device, &word);
	if (exchanged)
		driver->cuThreadExchangeStreamCaptureMode(&mode);
	return (is_known(word.pool_reserved_bytes) ? word.pool_reserved_bytes : 0) +
	       (is_known(word.graph_reserved_bytes) ? word.graph_reserved_bytes : 0);
}
