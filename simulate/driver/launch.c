/* Kernel launches: checked, and not run. */
#include "config.h"

#include <stdio.h>

#include "simulate/driver/memory/copy.h"
#include "simulate/driver/memory/memcpy.h"
#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/program.h"

/* After cuda.h, which driver_state.h includes in its own way. */
#include <cudaProfiler.h>

void vt__kernels_are_not_run(void)
{
	static bool said;

	if (!__atomic_exchange_n(&said, true, __ATOMIC_RELAXED))
		fprintf(stderr, "vramtrack: simulated device: kernels are not run; their results "
				"are not computed\n");
}

static CUresult launch(CUfunction function, const unsigned int dimensions[6], CUstream handle,
		       void *const *parameters)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_KERNEL, .as.kernel = function};
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	for (int i = 0; i < 6; i++) {
		if (!dimensions[i])
			result = CUDA_ERROR_INVALID_VALUE;
	}
	if ((unsigned long long)dimensions[3] * dimensions[4] * dimensions[5] > 1024)
		result = CUDA_ERROR_INVALID_VALUE;
	if (!vt__object_live(function, VT_FUNCTION))
		result = CUDA_ERROR_INVALID_HANDLE;
	if (result == CUDA_SUCCESS)
		result = vt__function_load(function, context);
	if (result == CUDA_SUCCESS)
		result = vt__overhead_launch(context, function);
	if (result == CUDA_SUCCESS)
		result = vt__overhead_take(context, vt__device_options.driver_keeps);
	if (result == CUDA_SUCCESS)
		vt__function_parameters(function, parameters, &work);
	if (result == CUDA_SUCCESS)
		result = vt__stream_do(handle, context, &work);
	vt__leave();
	if (result == CUDA_SUCCESS)
		vt__kernels_are_not_run();
	return result;
}

CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY,
			unsigned int gridDimZ, unsigned int blockDimX, unsigned int blockDimY,
			unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream hStream,
			void **kernelParams, void **extra)
{
	const unsigned int dimensions[6] = {
		gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
	};

	(void)sharedMemBytes;
	(void)extra;
	return launch(f, dimensions, hStream, kernelParams);
}

CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY,
				   unsigned int gridDimZ, unsigned int blockDimX,
				   unsigned int blockDimY, unsigned int blockDimZ,
				   unsigned int sharedMemBytes, CUstream hStream,
				   void **kernelParams)
{
	return cuLaunchKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
			      sharedMemBytes, hStream, kernelParams, NULL);
}

CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction f, void **kernelParams,
			  void **extra)
{
	if (!config)
		return CUDA_ERROR_INVALID_VALUE;
	return cuLaunchKernel(f, config->gridDimX, config->gridDimY, config->gridDimZ,
			      config->blockDimX, config->blockDimY, config->blockDimZ,
			      config->sharedMemBytes, config->hStream, kernelParams, extra);
}

CUresult cuLaunchKernelEx_ptsz(const CUlaunchConfig *config, CUfunction f, void **kernelParams,
			       void **extra)
{
	CUlaunchConfig own;

	if (!config)
		return CUDA_ERROR_INVALID_VALUE;
	own = *config;
	own.hStream = VT_PER_THREAD_STREAM(own.hStream);
	return cuLaunchKernelEx(&own, f, kernelParams, extra);
}

/* Profilers find nothing to look at. */
CUresult cuProfilerStart(void)
{
	return CUDA_SUCCESS;
}

CUresult cuProfilerStop(void)
{
	return CUDA_SUCCESS;
}
