/*
 * What every part of the simulated runtime shares: the driver's entry points as the driver
 * gave them, lazy initialisation, the last error, and how to define calls that only pass
 * their arguments on. The runtime is not linked to the driver.
 */
#ifndef VT_SIMULATE_RUNTIME_H
#define VT_SIMULATE_RUNTIME_H

/* Makes both headers declare every exported name, the per-thread ones too. */
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>
#include <cuda_runtime_api.h>

#include <stdbool.h>
#include <stdint.h>

#include "simulate/common/export_table.h"
#include "simulate/runtime/driver_table.h"
#include "simulate/runtime/release.h"

struct vt__runtime_driver {
#define VT_FIELD(base, version, typed) __typeof__(typed) *base;
	VT_DRIVER_CALLS(VT_FIELD)
#undef VT_FIELD
};

enum vt__stream_mode {
	VT_LEGACY,
	VT_PER_THREAD
};

/* By stream mode; filled when a call below has succeeded. */
extern struct vt__runtime_driver vt__runtime_driver[2];
extern const struct vt__export_table *vt__driver_extra;
extern __typeof__(cuGetProcAddress_v2) *vt__driver_address;

/* Loads and initialises the driver; and also makes sure that a context is current. */
cudaError_t vt__runtime_init(void);
cudaError_t vt__runtime_enter(void);

/* The version of the driver that would be used; 0 without one. */
int vt__runtime_driver_version(void);

/* The primary context of a device, retained, made current if wanted. Initialised. */
cudaError_t vt__runtime_activate(int device, bool make_current, CUcontext *context);

/* Known since the initialisation. */
int vt__runtime_device_count(void);

/* The device that this thread chose, and its choice. */
cudaError_t vt__runtime_device(int *device);
cudaError_t vt__runtime_choose(int device);

/* What cudaDeviceReset does. Initialised. */
cudaError_t vt__runtime_reset(void);

/* Remembers a failure for cudaGetLastError and returns it. */
cudaError_t vt__failed(cudaError_t error);
cudaError_t vt__result(CUresult result);

/*
 * A call that is one call of the driver, with its prologue: PASS for the ones with a current
 * context, PASS_STREAM for those that exist for both stream modes as well.
 */
#define VT_BODY(enter, mode, call)                                                                 \
	{                                                                                          \
		const struct vt__runtime_driver *driver = &vt__runtime_driver[mode];               \
		cudaError_t error = enter();                                                       \
                                                                                                   \
		return error != cudaSuccess ? vt__failed(error) : vt__result(driver->call);        \
	}

#define PASS(name, parameters, call)                                                               \
	cudaError_t name parameters VT_BODY(vt__runtime_enter, VT_LEGACY, call)

/* Needs no context. */
#define PASS_DEVICE(name, parameters, call)                                                        \
	cudaError_t name parameters VT_BODY(vt__runtime_init, VT_LEGACY, call)

#define PASS_STREAM(name, thread_name, parameters, call)                                           \
	cudaError_t name parameters VT_BODY(vt__runtime_enter, VT_LEGACY, call)                    \
	cudaError_t thread_name parameters VT_BODY(vt__runtime_enter, VT_PER_THREAD, call)

/*
 * A call of several steps for both modes: `function` takes the mode first and then the
 * arguments, and returns what the program gets.
 */
#define VT_BOTH_MODES(name, thread_name, parameters, function, ...)                                \
	cudaError_t name parameters                                                                \
	{                                                                                          \
		return function(VT_LEGACY, __VA_ARGS__);                                           \
	}                                                                                          \
	cudaError_t thread_name parameters                                                         \
	{                                                                                          \
		return function(VT_PER_THREAD, __VA_ARGS__);                                       \
	}

#endif
