/* Launches, and what can be said about kernels that are not run. */
#include "config.h"

#include <string.h>

#include "simulate/runtime/program.h"
#include "simulate/runtime/register.h"

#define DEEPEST 32 /* launches within the arguments of launches */

struct configuration {
	dim3 grid, block;
	size_t shared;
	cudaStream_t stream;
};

static __thread struct configuration configurations[DEEPEST];
static __thread unsigned int depth;

unsigned int __cudaPushCallConfiguration(dim3 gridDim, dim3 blockDim, size_t sharedMem,
					 struct CUstream_st *stream)
{
	if (depth == DEEPEST)
		return (unsigned int)vt__failed(cudaErrorLaunchFailure);
	configurations[depth].grid = gridDim;
	configurations[depth].block = blockDim;
	configurations[depth].shared = sharedMem;
	configurations[depth].stream = stream;
	depth++;
	return 0;
}

cudaError_t __cudaPopCallConfiguration(dim3 *gridDim, dim3 *blockDim, size_t *sharedMem,
				       void *stream)
{
	if (!depth)
		return vt__failed(cudaErrorMissingConfiguration);
	depth--;
	*gridDim = configurations[depth].grid;
	*blockDim = configurations[depth].block;
	*sharedMem = configurations[depth].shared;
	memcpy(stream, &configurations[depth].stream, sizeof(configurations[depth].stream));
	return cudaSuccess;
}

static bool valid(dim3 grid, dim3 block)
{
	return grid.x && grid.y && grid.z && block.x && block.y && block.z &&
	       (unsigned long long)block.x * block.y * block.z <= 1024 && grid.y <= 65535 &&
	       grid.z <= 65535 && block.z <= 64;
}

static cudaError_t launch(enum vt__stream_mode mode, cudaKernel_t kernel, dim3 grid, dim3 block,
			  void **args, size_t shared, cudaStream_t stream)
{
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess && !kernel)
		error = cudaErrorInvalidDeviceFunction;
	if (error == cudaSuccess && !valid(grid, block))
		error = cudaErrorInvalidConfiguration;
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(vt__runtime_driver[mode].cuLaunchKernel(
		(CUfunction)kernel, grid.x, grid.y, grid.z, block.x, block.y, block.z,
		(unsigned int)shared, stream, args, NULL));
}

/* A host function, or a kernel's handle where the interface takes one in its place. */
static cudaError_t launch_function(enum vt__stream_mode mode, const void *function, dim3 grid,
				   dim3 block, void **args, size_t shared, cudaStream_t stream)
{
	CUkernel kernel = NULL;
	CUfunction ignored;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = vt__kernel_of(function, &kernel);
	if (error == cudaErrorInvalidDeviceFunction &&
	    vt__runtime_driver[mode].cuKernelGetFunction(&ignored, (CUkernel)(uintptr_t)function) ==
		    CUDA_SUCCESS) {
		kernel = (CUkernel)(uintptr_t)function;
		error = cudaSuccess;
	}
	if (error != cudaSuccess)
		return vt__failed(error);
	return launch(mode, kernel, grid, block, args, shared, stream);
}

VT_BOTH_MODES(__cudaLaunchKernel, __cudaLaunchKernel_ptsz,
	      (cudaKernel_t kernel, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
	       cudaStream_t stream),
	      launch, kernel, gridDim, blockDim, args, sharedMem, stream)
VT_BOTH_MODES(cudaLaunchKernel, cudaLaunchKernel_ptsz,
	      (const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
	       cudaStream_t stream),
	      launch_function, func, gridDim, blockDim, args, sharedMem, stream)
VT_BOTH_MODES(cudaLaunchCooperativeKernel, cudaLaunchCooperativeKernel_ptsz,
	      (const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
	       cudaStream_t stream),
	      launch_function, func, gridDim, blockDim, args, sharedMem, stream)

static cudaError_t launch_config(enum vt__stream_mode mode, const cudaLaunchConfig_t *config,
				 const void *func, void **args)
{
	if (!config)
		return vt__failed(cudaErrorInvalidValue);
	return launch_function(mode, func, config->gridDim, config->blockDim, args,
			       config->dynamicSmemBytes, config->stream);
}

VT_BOTH_MODES(cudaLaunchKernelExC, cudaLaunchKernelExC_ptsz,
	      (const cudaLaunchConfig_t *config, const void *func, void **args), launch_config,
	      config, func, args)

cudaError_t cudaGetKernel(cudaKernel_t *kernelPtr, const void *entryFuncAddr)
{
	cudaError_t error = kernelPtr ? vt__runtime_enter() : cudaErrorInvalidValue;

	if (error == cudaSuccess)
		error = vt__kernel_of(entryFuncAddr, kernelPtr);
	return error == cudaSuccess ? error : vt__failed(error);
}

cudaError_t __cudaGetKernel(cudaKernel_t *kernel, const void *host_function)
{
	return cudaGetKernel(kernel, host_function);
}

cudaError_t cudaGetFuncBySymbol(cudaFunction_t *functionPtr, const void *symbolPtr)
{
	CUkernel kernel;
	cudaError_t error = cudaGetKernel(&kernel, symbolPtr);

	if (error != cudaSuccess)
		return error;
	return vt__result(vt__runtime_driver[VT_LEGACY].cuKernelGetFunction(functionPtr, kernel));
}

/* Settings of kernels: checked that there is such a kernel. */
#define SETTING(name, parameters, call)                                                            \
	cudaError_t name parameters                                                                \
	{                                                                                          \
		CUkernel kernel;                                                                   \
		cudaError_t error = cudaGetKernel(&kernel, func);                                  \
                                                                                                   \
		return error != cudaSuccess ? error                                                \
					    : vt__result(vt__runtime_driver[VT_LEGACY].call);      \
	}

SETTING(cudaFuncSetAttribute, (const void *func, enum cudaFuncAttribute attr, int value),
	cuFuncSetAttribute((CUfunction)kernel, (CUfunction_attribute)attr, value))
SETTING(cudaFuncSetCacheConfig, (const void *func, enum cudaFuncCache cacheConfig),
	cuFuncSetCacheConfig((CUfunction)kernel, (CUfunc_cache)cacheConfig))
SETTING(cudaFuncSetSharedMemConfig, (const void *func, enum cudaSharedMemConfig config),
	cuFuncSetSharedMemConfig((CUfunction)kernel, (CUsharedconfig)config))
