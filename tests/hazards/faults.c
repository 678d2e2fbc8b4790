/*
 * Programs whose device meets a fault: the simulated one by its option fault_at. They meet it where
 * programs do: waiting for a stream, a copy, a free, or nowhere but in the end.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

static const char image[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
			    ".visible .entry writes()\n{\n\tret;\n}\n";

static CUcontext context;
static CUfunction kernel;

static void start(void)
{
	CUmodule module;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuModuleLoadData(&module, image));
	CALL(cuModuleGetFunction(&kernel, module, "writes"));
}

static FRAME CUdeviceptr make_cache(size_t bytes)
{
	CUdeviceptr made;

	CALL(cuMemAlloc_v2(&made, bytes));
	return made;
}

static FRAME void drop_cache(CUdeviceptr cache)
{
	CALL(cuMemFree_v2(cache));
}

static FRAME void launch(void)
{
	CALL(cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
}

static FRAME int wait_for_work(void)
{
	return (int)cuStreamSynchronize(NULL);
}

/* What was freed last is what the kernel used, as it so often is. */
static void use_after_free(void)
{
	CUdeviceptr keys = make_cache(4 * MIB), values = make_cache(2 * MIB);

	drop_cache(keys);
	drop_cache(values);
	launch();
}

static int waiting(char **arguments)
{
	int wanted = arguments[0] ? atoi(arguments[0]) : 700;

	start();
	use_after_free();
	MUST(wait_for_work() == wanted);
	/* each call from now on: none of them is another fault */
	MUST(wait_for_work() == wanted);
	MUST((int)cuCtxSynchronize() == wanted);
	MUST((int)cuStreamQuery(NULL) == wanted);
	return 0;
}

static int copying(char **arguments)
{
	CUdeviceptr from;
	char to[16];

	(void)arguments;
	start();
	from = make_cache(MIB);
	use_after_free();
	MUST(cuMemcpyDtoH_v2(to, from, sizeof(to)) == CUDA_ERROR_ILLEGAL_ADDRESS);
	return 0;
}

static int freeing(char **arguments)
{
	CUdeviceptr weights;

	(void)arguments;
	start();
	weights = make_cache(8 * MIB);
	use_after_free();
	MUST(cuMemFree_v2(weights) == CUDA_ERROR_ILLEGAL_ADDRESS);
	return 0;
}

static int allocating(char **arguments)
{
	CUdeviceptr more;

	(void)arguments;
	start();
	use_after_free();
	MUST(cuMemAlloc_v2(&more, MIB) == CUDA_ERROR_ILLEGAL_ADDRESS);
	return 0;
}

/* No memory before, and none freed. */
static int at_once(char **arguments)
{
	(void)arguments;
	start();
	launch();
	MUST(wait_for_work() == CUDA_ERROR_ILLEGAL_ADDRESS);
	return 0;
}

/* 1500 frees: the latest of them are kept, in their order. */
static int many(char **arguments)
{
	static CUdeviceptr caches[1500];

	(void)arguments;
	start();
	for (size_t i = 0; i < 1500; i++)
		caches[i] = make_cache((i + 1) * 512);
	for (size_t i = 0; i < 1500; i++)
		drop_cache(caches[i]);
	launch();
	MUST(wait_for_work() == CUDA_ERROR_ILLEGAL_ADDRESS);
	return 0;
}

static void *wait_in_thread(void *unused)
{
	(void)unused;
	MUST(cuCtxSetCurrent(context) == CUDA_SUCCESS || 1);
	for (int i = 0; i < 100; i++)
		(void)wait_for_work();
	return NULL;
}

static int threads(char **arguments)
{
	pthread_t all[8];

	(void)arguments;
	start();
	use_after_free();
	for (int i = 0; i < 8; i++)
		MUST(!pthread_create(&all[i], NULL, wait_in_thread, NULL));
	for (int i = 0; i < 8; i++)
		MUST(!pthread_join(all[i], NULL));
	return 0;
}

/* Other errors are the program's to handle. */
static int no_fault(char **arguments)
{
	CUdeviceptr cache;
	CUevent event;

	(void)arguments;
	start();
	cache = make_cache(MIB);
	launch();
	MUST(cuStreamSynchronize((CUstream)&cache) != CUDA_SUCCESS);
	CALL(cuEventCreate(&event, CU_EVENT_DEFAULT));
	(void)cuEventQuery(event);
	CALL(cuEventDestroy_v2(event));
	drop_cache(cache);
	return 0;
}

static const struct hazard_case cases[] = {
	{"waiting", waiting},       {"copying", copying},   {"freeing", freeing},
	{"allocating", allocating}, {"at_once", at_once},   {"many", many},
	{"threads", threads},       {"no_fault", no_fault},
};

int main(int argc, char **argv)
{
	return hazard_main(cases, sizeof(cases) / sizeof(*cases), argc, argv);
}
