/*
 * The few CUDA calls of each pair of create and destroy, made straight to the driver.
 *
 * A runtime call that fails replaces the thread's last error, so one has to look at it
 * before each call to leave it as it was; a driver function leaves it alone. What the driver
 * does not do at once (there is no context yet, or it was reset; there is no memory; the
 * function is missing) is left to the runtime, which makes a context or says what is wrong.
 */
#include "config.h"

#include "library/cuda_calls.h"
#include "library/cuda_releases.h"

#include <cuda.h>
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <string.h>

/* Of these functions; unchanged since CUDA 11.2, or before. */
#define ABI_VERSION 11020

int (*vt__cuda_fault)(const char *call, void *closure);
void *vt__cuda_fault_closure;

typedef CUresult (*current_device_function)(CUdevice *device);

static struct {
	current_device_function current_device;
	__typeof__(&cuMemAllocFromPoolAsync) malloc_from_pool;
	__typeof__(&cuMemFreeAsync) free_async;
} driver; /* those that are missing are NULL */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool looked; /* atomic; after it `driver` stays as it is */

/* NULL if the driver has none. A stream of NULL means to it what it means to the runtime's
 * functions: the legacy default stream. */
static void *find(const char *name)
{
	enum cudaDriverEntryPointQueryResult answer = cudaDriverEntryPointSymbolNotFound;
	const cudaError_t pending = cudaPeekAtLastError();
	void *address = NULL;

	if (VT_FIND_ENTRY_POINT(name, &address, ABI_VERSION, cudaEnableLegacyStream, &answer) ==
	    cudaSuccess)
		return answer == cudaDriverEntryPointSuccess ? address : NULL;
	if (pending == cudaSuccess)
		(void)cudaGetLastError();
	return NULL;
}

#define FIND(member, name)                                                                         \
	do {                                                                                       \
		void *address_ = find(name);                                                       \
                                                                                                   \
		memcpy(&driver.member, &address_, sizeof(driver.member));                          \
	} while (0)

static void find_all(void)
{
	FIND(current_device, "cuCtxGetDevice");
	FIND(malloc_from_pool, "cuMemAllocFromPoolAsync");
	FIND(free_async, "cuMemFreeAsync");
	__atomic_store_n(&looked, true, __ATOMIC_RELEASE);
}

/* To tests that make calls fail, each of these fails: what is left is what they test. */
static inline bool is_open(void)
{
	if (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE))
		pthread_once(&once, find_all);
	return !vt__cuda_fault;
}

bool vt__cuda_direct_current_device(int *out)
{
	CUdevice device = -1;

	if (!is_open() || !driver.current_device || driver.current_device(&device) != CUDA_SUCCESS)
		return false;
	*out = device;
	return true;
}

bool vt__cuda_direct_malloc_from_pool(void **out, size_t bytes, void *pool, vt_stream stream)
{
	CUdeviceptr base = 0;

	if (!is_open() || !driver.malloc_from_pool ||
	    driver.malloc_from_pool(&base, bytes, pool, (CUstream)stream) != CUDA_SUCCESS)
		return false;
	*out = (void *)(uintptr_t)base;
	return true;
}

bool vt__cuda_direct_free_async(void *base, vt_stream stream)
{
	return is_open() && driver.free_async &&
	       driver.free_async((CUdeviceptr)(uintptr_t)base, (CUstream)stream) == CUDA_SUCCESS;
}
