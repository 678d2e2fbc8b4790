/* The driver's global state and life: cuInit, the lock, fork, the end of the process. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver/checkpoint.h"
#include "simulate/driver/doors/calls.h"
#include "simulate/driver/memory/export.h"
#include "simulate/driver/host_function.h"
#include "simulate/driver/memory/pool.h"
#include "simulate/driver/state.h"
#include "simulate/driver/doors/trace.h"

enum life {
	UNINITIALISED,
	RUNNING,
	SHUT_DOWN,
	FORKED
};

/* By this export a tool tells the simulated driver from a real one; its value is the version. */
extern const int vramtrack_simulated_driver;
const int vramtrack_simulated_driver = VT_DRIVER_VERSION;

struct vt__device vt__devices[VT_MOST_DEVICES];
int vt__device_count;
struct vt__simulate_options vt__device_options;

static pthread_mutex_t lock = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
static enum life life;
static struct vt__map objects;
static unsigned long long last_id;
static atomic_int reset_wanted = -1; /* device whose context another component resets */

/* Runs before destructors of objects that are older than the first cuInit. */
static void shut_down(void)
{
	pthread_mutex_lock(&lock);
	life = SHUT_DOWN;
	pthread_mutex_unlock(&lock);
}

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void)
{
	pthread_mutex_unlock(&lock);
}

/* As with a real device, a child cannot use what its parent initialised. */
static void after_fork_in_child(void)
{
	life = FORKED;
	vt__trace_forked();
	vt__calls_forked();
	vt__checkpoint_forked();
	pthread_mutex_unlock(&lock);
}

static CUresult start(void)
{
	static bool refused;

	if (refused)
		return CUDA_ERROR_INVALID_VALUE;
	refused = !vt__read_simulate_options(getenv(VT_SIMULATE_VARIABLE), &vt__device_options) ||
		  !vt__calls_begin(vt__device_options.calls);
	if (refused) {
		fprintf(stderr,
			"vramtrack's simulated device: so it does not start, cuInit gives 1\n");
		return CUDA_ERROR_INVALID_VALUE;
	}
	if (pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child))
		return CUDA_ERROR_OUT_OF_MEMORY;
	vt__device_count = (int)vt__device_options.devices;
	for (int i = 0; i < vt__device_count; i++) {
		struct vt__device *device = &vt__devices[i];

		device->ordinal = i;
		device->total = (size_t)vt__device_options.memory;
		device->other = vt__other_memory(&vt__device_options);
		device->used = device->other;
		device->default_pool = vt__pool_create_default(i);
		if (!device->default_pool)
			return CUDA_ERROR_OUT_OF_MEMORY;
		device->pool = device->default_pool;
	}
	if (atexit(shut_down))
		return CUDA_ERROR_OUT_OF_MEMORY;
	vt__checkpoint_begin();
	life = RUNNING;
	return CUDA_SUCCESS;
}

CUresult cuInit(unsigned int Flags)
{
	CUresult result = CUDA_SUCCESS;

	if (Flags)
		return CUDA_ERROR_INVALID_VALUE;
	pthread_mutex_lock(&lock);
	if (life == SHUT_DOWN)
		result = CUDA_ERROR_DEINITIALIZED;
	else if (life == FORKED)
		result = CUDA_ERROR_NOT_INITIALIZED;
	else if (life == UNINITIALISED)
		result = start();
	pthread_mutex_unlock(&lock);
	if (result == CUDA_SUCCESS)
		vt__inject();
	return result;
}

CUresult cuDriverGetVersion(int *driverVersion)
{
	if (!driverVersion)
		return CUDA_ERROR_INVALID_VALUE;
	*driverVersion = VT_DRIVER_VERSION;
	return CUDA_SUCCESS;
}

static void *reset_as_another(void *argument)
{
	CUdevice device = (CUdevice)(intptr_t)argument;
	CUresult (*reset)(CUdevice) = NULL;
	void *found = dlsym(RTLD_DEFAULT, "cuDevicePrimaryCtxReset");

	/* The global one, if there is: tools that wrap the call must see this one too. */
	if (!found)
		cuGetProcAddress_v2("cuDevicePrimaryCtxReset", &found, VT_DRIVER_VERSION,
				    CU_GET_PROC_ADDRESS_LEGACY_STREAM, NULL);
	memcpy(&reset, &found, sizeof(reset));
	reset(device);
	return NULL;
}

void vt__want_reset(CUdevice device)
{
	atomic_store(&reset_wanted, device);
}

static void reset_if_wanted(void)
{
	int device = -1;
	pthread_t thread;

	if (atomic_load_explicit(&reset_wanted, memory_order_relaxed) < 0)
		return;
	device = atomic_exchange(&reset_wanted, -1);
	if (device < 0)
		return;
	if (!pthread_create(&thread, NULL, reset_as_another, (void *)(intptr_t)device))
		pthread_join(thread, NULL);
}

CUresult vt__enter_on_host(void)
{
	static const CUresult answers[] = {
		[UNINITIALISED] = CUDA_ERROR_NOT_INITIALIZED,
		[RUNNING] = CUDA_SUCCESS,
		[SHUT_DOWN] = CUDA_ERROR_DEINITIALIZED,
		[FORKED] = CUDA_ERROR_NOT_INITIALIZED,
	};
	CUresult result;

	reset_if_wanted();
	vt__checkpoint_wait();
	pthread_mutex_lock(&lock);
	result = answers[life];
	if (result != CUDA_SUCCESS)
		pthread_mutex_unlock(&lock);
	else
		vt__export_settle();
	return result;
}

CUresult vt__enter(void)
{
	return vt__host_function_runs() ? CUDA_ERROR_NOT_PERMITTED : vt__enter_on_host();
}

bool vt__enter_any_time(void)
{
	bool exist;

	pthread_mutex_lock(&lock);
	exist = life == RUNNING || life == SHUT_DOWN;
	if (!exist)
		pthread_mutex_unlock(&lock);
	else
		vt__export_settle();
	return exist;
}

void vt__leave(void)
{
	pthread_mutex_unlock(&lock);
}

void vt__reenter(void)
{
	pthread_mutex_lock(&lock);
}

unsigned long long vt__next_id(void)
{
	return ++last_id;
}

struct vt__device *vt__device(CUdevice ordinal)
{
	return ordinal >= 0 && ordinal < vt__device_count ? &vt__devices[ordinal] : NULL;
}

void vt__object_add(struct vt__object *object, enum vt__kind kind, CUcontext context)
{
	object->kind = kind;
	object->context = context;
	vt__map_insert(&objects, &object->node, (uintptr_t)object);
}

void *vt__object_create(enum vt__kind kind, size_t size, CUcontext context)
{
	struct vt__object *object = calloc(1, size);

	if (object)
		vt__object_add(object, kind, context);
	return object;
}

bool vt__object_live(const void *handle, enum vt__kind kind)
{
	const struct vt__node *node = vt__map_find(&objects, (uintptr_t)handle);

	return node && ((const struct vt__object *)node)->kind == kind;
}

void vt__object_withdraw(struct vt__object *object)
{
	vt__map_remove(&objects, &object->node);
}

void vt__object_destroy(struct vt__object *object)
{
	vt__object_withdraw(object);
	free(object);
}

struct vt__object *vt__object_from(uintptr_t handle)
{
	return (struct vt__object *)vt__map_ceiling(&objects, handle);
}

void vt__say_once(bool *said, const char *line)
{
	if (!*said)
		fprintf(stderr, "vramtrack: %s\n", line);
	*said = true;
}
