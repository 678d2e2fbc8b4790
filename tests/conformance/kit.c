/* Kernels, a second context and NVML, for questions that need them. */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"
#include "kit_kernels.h"

CUfunction kit_kernel(const char *name)
{
	static const struct {
		const char *name;
		const char *ptx;
	} kernels[] = {
		{"touch", PTX_HEAD PTX_TOUCH}, {"empty", PTX_HEAD PTX_EMPTY},
		{"local", PTX_HEAD PTX_LOCAL}, {"heap", PTX_HEAD PTX_HEAP},
		{"print", PTX_HEAD PTX_PRINT},
	};
	CUfunction function = NULL;
	CUmodule module;

	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		if (strcmp(kernels[i].name, name))
			continue;
		MUST(cuModuleLoadData(&module, kernels[i].ptx));
		MUST(cuModuleGetFunction(&function, module, name));
	}
	return function;
}

CUresult kit_launch(CUfunction function, unsigned int blocks, unsigned long long argument)
{
	void *arguments[] = {&argument};

	return cuLaunchKernel(function, blocks, 1, 1, 128, 1, 1, 0, NULL, arguments, NULL);
}

void kit_touch(void *memory, size_t size)
{
	CUfunction touch = kit_kernel("touch");

	MUST(kit_launch(touch, (unsigned int)(size / 4096 / 128),
			(unsigned long long)(size_t)memory));
	MUST(cuCtxSynchronize());
}

CUcontext kit_context(void)
{
	CUcontext context = NULL;

	MUST(cuInit(0));
#if CUDA_VERSION >= 13000
	MUST(cuCtxCreate(&context, NULL, 0, 0));
#else
	MUST(cuCtxCreate(&context, 0, 0));
#endif
	return context;
}

/* NVML's structs, as far as they are asked for here. */
struct nvml_memory {
	unsigned long long total, left, used;
};

struct nvml_process {
	unsigned int pid;
	unsigned long long used;
	unsigned int gpu_instance, compute_instance;
};

#define NVML_CALL(library, name, ...) ((int (*)(__VA_ARGS__))(size_t)dlsym(library, name))

struct kit_nvml kit_nvml(void)
{
	struct kit_nvml found = {.device = -1, .process = -1};
	struct nvml_process processes[64];
	struct nvml_memory memory;
	unsigned int count = 64;
	void *library = dlopen("libnvidia-ml.so.1", RTLD_NOW);
	void *device = NULL;

	if (!library)
		return found;
	MUST(NVML_CALL(library, "nvmlInit_v2", void)());
	MUST(NVML_CALL(library, "nvmlDeviceGetHandleByIndex_v2", unsigned int, void **)(0,
											&device));
	MUST(NVML_CALL(library, "nvmlDeviceGetMemoryInfo", void *, struct nvml_memory *)(device,
											 &memory));
	found.device = (long long)memory.used;
	MUST(NVML_CALL(library, "nvmlDeviceGetComputeRunningProcesses_v3", void *, unsigned int *,
		       struct nvml_process *)(device, &count, processes));
	for (unsigned int i = 0; i < count; i++) {
		if (processes[i].pid == (unsigned int)getpid())
			found.process = (long long)processes[i].used;
	}
	return found;
}
