/* Questions about contexts: what they take, what a reset or their end gives back, fork. */
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"

/* More than the process and the device had, by NVML. */
static void answer_nvml(const char *process, const char *device, struct kit_nvml before)
{
	struct kit_nvml now = kit_nvml();

	answer_bytes(process, now.process);
	answer_bytes(device, now.device - before.device);
}

static void the_first_context(void)
{
	struct kit_nvml before = kit_nvml();

	MUST(cuInit(0));
	answer_nvml("process after cuInit", "device after cuInit", before);
	MUST(cudaFree(0));
	answer_nvml("process with a context", "device with a context", before);
}

static void a_second_context(void)
{
	struct kit_nvml before;
	CUcontext context;

	MUST(cudaFree(0));
	before = kit_nvml();
	context = kit_context();
	answer_bytes("device", kit_nvml().device - before.device);
	answer_result("cuCtxDestroy", cuCtxDestroy(context));
	answer_bytes("device without it", kit_nvml().device - before.device);
}

static void memory_by_nvml(void)
{
	struct kit_nvml before, now;
	void *memory, *page_locked;

	MUST(cudaFree(0));
	before = kit_nvml();
	MUST(cudaMalloc(&memory, 1));
	now = kit_nvml();
	answer_bytes("process", now.process - before.process);
	answer_bytes("device", now.device - before.device);
	MUST(cudaMallocHost(&page_locked, 64 * MIB));
	answer_bytes("process with page-locked memory", kit_nvml().process - now.process);
	answer_bytes("device with page-locked memory", kit_nvml().device - now.device);
}

static void reset_by_nvml(void)
{
	struct kit_nvml before = kit_nvml(), after_init;
	void *memory;

	MUST(cuInit(0));
	after_init = kit_nvml();
	MUST(cudaMalloc(&memory, 64 * MIB));
	answer_result("cudaDeviceReset", cudaDeviceReset());
	answer_nvml("process", "device since the start", before);
	answer_bytes("device since cuInit", kit_nvml().device - after_init.device);
}

static int active(void)
{
	unsigned int flags;
	int found = -1;

	MUST(cuDevicePrimaryCtxGetState(0, &flags, &found));
	return found;
}

static void a_refused_free_after_a_reset(void)
{
	void *memory;

	MUST(cudaMalloc(&memory, 64 * MIB));
	answer_result("cudaDeviceReset", cudaDeviceReset());
	answer_result("primary context active", active());
	answer_result("cuMemFree", cuMemFree((CUdeviceptr)(size_t)memory));
	answer_result("primary context active after it", active());
	answer_result("cudaFree", cudaFree(memory));
	answer_result("primary context active after that", active());
	answer_result("last error", cudaGetLastError());
	answer_result("cudaFree again", cudaFree(memory));
}

static void other_frees_after_a_reset(void)
{
	void *ordered, *page_locked, *managed;

	MUST(cudaMallocAsync(&ordered, MIB, 0));
	MUST(cudaMallocHost(&page_locked, MIB));
	MUST(cudaMallocManaged(&managed, MIB, cudaMemAttachGlobal));
	MUST(cudaDeviceSynchronize());
	MUST(cudaDeviceReset());
	answer_result("cudaFreeAsync", cudaFreeAsync(ordered, 0));
	answer_result("cudaFreeHost", cudaFreeHost(page_locked));
	answer_result("cudaFree of managed memory", cudaFree(managed));
}

static void freed_in_another_context(void)
{
	void *memory, *managed;

	MUST(cudaMalloc(&memory, 64 * MIB));
	MUST(cudaMallocManaged(&managed, MIB, cudaMemAttachGlobal));
	kit_context();
	mark();
	answer_result("cudaFree", cudaFree(memory));
	answer_bytes("taken after it", taken());
	answer_result("cudaFree of managed memory", cudaFree(managed));
}

static void destroyed_with_memory(void)
{
	CUcontext context, other;
	CUdeviceptr memory, managed;
	struct kit_nvml before;

	MUST(cuInit(0));
	other = kit_context();
	before = kit_nvml();
	context = kit_context();
	MUST(cuMemAlloc(&memory, 64 * MIB));
	MUST(cuMemAllocManaged(&managed, 64 * MIB, CU_MEM_ATTACH_GLOBAL));
	MUST(cuMemsetD8(managed, 1, 64 * MIB));
	MUST(cuCtxSynchronize());
	answer_result("cuCtxDestroy", cuCtxDestroy(context));
	answer_bytes("device", kit_nvml().device - before.device);
	MUST(cuCtxSetCurrent(other));
	answer_result("cuMemFree", cuMemFree(memory));
	answer_result("cuMemFree of managed memory", cuMemFree(managed));
	answer_bytes("device at last", kit_nvml().device - before.device);
}

static void reset_with_managed_memory(void)
{
	void *managed;

	mark();
	MUST(cudaMallocManaged(&managed, 64 * MIB, cudaMemAttachGlobal));
	MUST(cudaMemset(managed, 1, 64 * MIB));
	MUST(cudaDeviceSynchronize());
	answer_bytes("taken", taken());
	MUST(cudaDeviceReset());
	answer_result("cudaFree", cudaFree(managed));
	answer_bytes("taken after a reset", taken());
}

static void a_green_context(void)
{
#if CUDA_VERSION >= 12040
	CUdevResource all, part, rest;
	unsigned int groups = 1;
	CUdevResourceDesc description;
	CUcontext context;
	CUgreenCtx green;
	long long made;
	void *memory;

	mark();
	MUST(cuDeviceGetDevResource(0, &all, CU_DEV_RESOURCE_TYPE_SM));
	MUST(cuDevSmResourceSplitByCount(&part, &groups, &all, &rest, 0, 8));
	MUST(cuDevResourceGenerateDesc(&description, &part, 1));
	MUST(cuGreenCtxCreate(&green, description, 0, CU_GREEN_CTX_DEFAULT_STREAM));
	made = taken();
	answer_bytes("taken", made);
	MUST(cuCtxFromGreenCtx(&context, green));
	MUST(cuCtxSetCurrent(context));
	MUST(cudaMalloc(&memory, 64 * MIB));
	MUST(cuDevicePrimaryCtxRetain(&context, 0));
	MUST(cuCtxSetCurrent(context));
	answer_result("cuGreenCtxDestroy", cuGreenCtxDestroy(green));
	answer_bytes("taken after it", taken() - 64 * (long long)MIB);
	answer_result("cudaFree", cudaFree(memory));
	answer_bytes("taken at last", taken());
#endif
}

static void in_a_forked_child(void)
{
	size_t left, total;
	void *memory, *more = NULL;
	pid_t child;

	MUST(cudaMalloc(&memory, MIB));
	child = fork();
	if (!child) {
		answer_result("cudaMalloc", cudaMalloc(&more, MIB));
		answer_result("cudaFree", cudaFree(memory));
		answer_result("cuMemFree", cuMemFree((CUdeviceptr)(size_t)memory));
		answer_result("cudaSetDevice", cudaSetDevice(0));
		answer_result("cudaDeviceReset", cudaDeviceReset());
		answer_result("cuInit", cuInit(0));
		answer_result("cuMemGetInfo", cuMemGetInfo(&left, &total));
		answer_bytes("process by NVML", kit_nvml().process);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	answer_result("cudaFree in the parent", cudaFree(memory));
}

const struct question context_questions[] = {
	{"D091", the_first_context},
	{"D092", a_second_context},
	{"D093", memory_by_nvml},
	{"D094", reset_by_nvml},
	{"D095", a_refused_free_after_a_reset},
	{"D096", other_frees_after_a_reset},
	{"D097", freed_in_another_context},
	{"D098", destroyed_with_memory},
	{"D098-reset", reset_with_managed_memory},
	{"D099", a_green_context},
	{"D100", in_a_forked_child},
	{NULL, NULL},
};
