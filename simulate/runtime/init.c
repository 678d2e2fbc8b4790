/*
 * How the runtime finds its driver and keeps a context current. As NVIDIA's: one dlopen, one
 * dlsym, and cuGetProcAddress for everything else, at the first call that needs it.
 */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "simulate/runtime/runtime.h"

#define MOST_DEVICES 64

struct vt__runtime_driver vt__runtime_driver[2];
const struct vt__export_table *vt__driver_extra;
__typeof__(cuGetProcAddress_v2) *vt__driver_address;

static const struct wanted {
	const char *base;
	int version;
	size_t offset;
} wanted[] = {
#define VT_ROW(base, version, typed) {#base, version, offsetof(struct vt__runtime_driver, base)},
	VT_DRIVER_CALLS(VT_ROW)
#undef VT_ROW
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded;       /* under the lock: the tables are filled */
static atomic_bool ready; /* the driver is initialised as well */
static int device_count;
static struct {
	_Atomic(CUcontext) context;
	atomic_bool retained;
} primaries[MOST_DEVICES];

static __thread int chosen_device;

/* All entry points of one mode; false if one is missing. */
static bool ask_for_all(enum vt__stream_mode mode)
{
	static const cuuint64_t flags[] = {
		[VT_LEGACY] = CU_GET_PROC_ADDRESS_LEGACY_STREAM,
		[VT_PER_THREAD] = CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM,
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		void *address = NULL;

		if (vt__driver_address(wanted[i].base, &address, wanted[i].version, flags[mode],
				       NULL) != CUDA_SUCCESS ||
		    !address)
			return false;
		memcpy((char *)&vt__runtime_driver[mode] + wanted[i].offset, &address,
		       sizeof(address));
	}
	return true;
}

/* The resolver that the driver's resolver gives for its own name is the one to use. */
static bool find_resolver(void *handle)
{
	void *address = dlsym(handle, "cuGetProcAddress_v2");

	if (!address)
		return false;
	memcpy(&vt__driver_address, &address, sizeof(address));
	address = NULL;
	if (vt__driver_address("cuGetProcAddress", &address, 12000,
			       CU_GET_PROC_ADDRESS_LEGACY_STREAM, NULL) != CUDA_SUCCESS ||
	    !address)
		return false;
	memcpy(&vt__driver_address, &address, sizeof(address));
	return true;
}

static void say_foreign_driver(void)
{
	Dl_info where;
	void *address;
	const char *file = "libcuda.so.1";
	static bool said;

	if (said)
		return;
	said = true;
	memcpy(&address, &vt__driver_address, sizeof(address));
	if (dladdr(address, &where) && where.dli_fname)
		file = where.dli_fname;
	fprintf(stderr,
		"vramtrack: the simulated CUDA runtime needs the simulated driver, but "
		"found %s; put the simulated device's folder first in LD_LIBRARY_PATH\n",
		file);
}

static cudaError_t load(void)
{
	void *handle = dlopen("libcuda.so.1", RTLD_NOW);
	const void *table = NULL;
	CUuuid id;

	if (!handle || !find_resolver(handle) || !ask_for_all(VT_LEGACY) ||
	    !ask_for_all(VT_PER_THREAD))
		return cudaErrorInsufficientDriver;
	memcpy(id.bytes, VT_EXPORT_TABLE_ID, VT_EXPORT_TABLE_ID_BYTES);
	if (vt__runtime_driver[VT_LEGACY].cuGetExportTable(&table, &id) != CUDA_SUCCESS) {
		say_foreign_driver();
		return cudaErrorInsufficientDriver;
	}
	vt__driver_extra = table;
	return cudaSuccess;
}

/* Tries again at every call until it succeeds. */
static cudaError_t load_and_start(void)
{
	cudaError_t error = loaded ? cudaSuccess : load();
	int count = 0;

	if (error != cudaSuccess)
		return error;
	loaded = true;
	error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuInit(0);
	if (error == cudaSuccess)
		error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuDeviceGetCount(&count);
	if (error != cudaSuccess)
		return error;
	device_count = count < MOST_DEVICES ? count : MOST_DEVICES;
	atomic_store(&ready, true);
	return cudaSuccess;
}

cudaError_t vt__runtime_init(void)
{
	cudaError_t error;

	if (atomic_load(&ready))
		return cudaSuccess;
	pthread_mutex_lock(&lock);
	error = atomic_load(&ready) ? cudaSuccess : load_and_start();
	pthread_mutex_unlock(&lock);
	return error;
}

int vt__runtime_driver_version(void)
{
	int version = 0;

	pthread_mutex_lock(&lock);
	if (!loaded && load() == cudaSuccess)
		loaded = true;
	if (loaded)
		vt__runtime_driver[VT_LEGACY].cuDriverGetVersion(&version);
	pthread_mutex_unlock(&lock);
	return version;
}

/* Under the lock. */
static cudaError_t retain(int device)
{
	CUcontext context;
	cudaError_t error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuDevicePrimaryCtxRetain(
		&context, device);

	/* After a sticky error and a reset, no context can be made. */
	if (error == cudaErrorIllegalAddress)
		error = cudaErrorDevicesUnavailable;
	if (error != cudaSuccess)
		return error;
	atomic_store(&primaries[device].context, context);
	atomic_store(&primaries[device].retained, true);
	return cudaSuccess;
}

cudaError_t vt__runtime_activate(int device, bool make_current, CUcontext *context)
{
	cudaError_t error = cudaSuccess;

	if (device < 0 || device >= device_count)
		return cudaErrorInvalidDevice;
	if (!atomic_load(&primaries[device].retained)) {
		pthread_mutex_lock(&lock);
		if (!atomic_load(&primaries[device].retained))
			error = retain(device);
		pthread_mutex_unlock(&lock);
	}
	if (error == cudaSuccess && make_current)
		error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuCtxSetCurrent(
			atomic_load(&primaries[device].context));
	if (error == cudaSuccess && context)
		*context = atomic_load(&primaries[device].context);
	return error;
}

/* The device whose primary context this is and was reset by us since; or -1. */
static int reset_device_of(CUcontext context)
{
	for (int i = 0; i < device_count; i++) {
		if (!atomic_load(&primaries[i].retained) &&
		    atomic_load(&primaries[i].context) == context)
			return i;
	}
	return -1;
}

cudaError_t vt__runtime_enter(void)
{
	CUcontext current = NULL;
	cudaError_t error = vt__runtime_init();
	int device;

	if (error == cudaSuccess)
		error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuCtxGetCurrent(&current);
	/* Once the driver has shut down it is not called any more, as with NVIDIA's. */
	if (error != cudaSuccess)
		return error;
	if (!current)
		return vt__runtime_activate(chosen_device, true, NULL);
	device = reset_device_of(current);
	return device < 0 ? cudaSuccess : vt__runtime_activate(device, true, NULL);
}

/* A context that the program made current through the driver decides. */
cudaError_t vt__runtime_device(int *device)
{
	CUcontext current = NULL;
	cudaError_t error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuCtxGetCurrent(&current);
	CUdevice of_current;

	if (error == cudaErrorNotPermitted)
		return error;
	*device = chosen_device;
	if (error == cudaSuccess && current &&
	    vt__runtime_driver[VT_LEGACY].cuCtxGetDevice(&of_current) == CUDA_SUCCESS)
		*device = of_current;
	return cudaSuccess;
}

int vt__runtime_device_count(void)
{
	return device_count;
}

cudaError_t vt__runtime_choose(int device)
{
	cudaError_t error = vt__runtime_activate(device, true, NULL);

	if (error == cudaSuccess)
		chosen_device = device;
	return error;
}

cudaError_t vt__runtime_reset(void)
{
	int device;
	cudaError_t error = vt__runtime_device(&device);

	if (error != cudaSuccess)
		return error;
	/* A later call retains it again, which makes it usable. */
	atomic_store(&primaries[device].retained, false);
	error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuDevicePrimaryCtxReset(device);
	return error;
}
