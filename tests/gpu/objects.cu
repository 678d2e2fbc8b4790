/*
 * Objects on a real GPU: loops of a server that keep one a request, or destroy it; memory that
 * another process opens. The case is the first argument.
 */
#include <cuda.h>
#include <cuda_runtime.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(call)                                                                                 \
	do {                                                                                       \
		int must_result = (int)(call);                                                     \
		if (must_result) {                                                                 \
			printf("%s:%d: %s gave %d\n", __FILE__, __LINE__, #call, must_result);     \
			_exit(99);                                                                 \
		}                                                                                  \
	} while (0)

static const int requests = 64, nodes = 100;
static void (*mark_door)(const char *name);

static void request_begins()
{
	if (mark_door)
		mark_door("request");
}

static __attribute__((noinline)) cudaGraphExec_t make_executable(char *memory, cudaStream_t stream)
{
	cudaGraph_t graph;
	cudaGraphExec_t exec;

	MUST(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
	for (int i = 0; i < nodes; i++)
		MUST(cudaMemsetAsync(memory + 64 * i, i, 64, stream));
	MUST(cudaStreamEndCapture(stream, &graph));
	MUST(cudaGraphInstantiateWithFlags(&exec, graph, 0));
	MUST(cudaGraphDestroy(graph));
	return exec;
}

static __attribute__((noinline)) cudaStream_t make_stream()
{
	cudaStream_t stream;

	MUST(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
	return stream;
}

static int graphs(bool keeps)
{
	cudaStream_t stream = make_stream();
	char *memory;

	MUST(cudaMalloc(&memory, 1 << 20));
	for (int i = 0; i < requests; i++) {
		request_begins();
		cudaGraphExec_t exec = make_executable(memory, stream);
		MUST(cudaGraphLaunch(exec, stream));
		MUST(cudaStreamSynchronize(stream));
		if (!keeps)
			MUST(cudaGraphExecDestroy(exec));
	}
	MUST(cudaFree(memory));
	MUST(cudaStreamDestroy(stream));
	return 0;
}

static int streams()
{
	char *memory;

	MUST(cudaMalloc(&memory, 1 << 20));
	for (int i = 0; i < requests; i++) {
		request_begins();
		cudaStream_t stream = make_stream();
		MUST(cudaMemsetAsync(memory, i, 64, stream));
		MUST(cudaStreamSynchronize(stream));
	}
	MUST(cudaFree(memory));
	return 0;
}

static int down[2], up[2]; /* pipes to the importer and back */

static pid_t begin_importer(const char *self, const char *what)
{
	MUST(pipe(down));
	MUST(pipe(up));
	pid_t child = fork();
	if (!child) {
		dup2(down[0], 0);
		dup2(up[1], 1);
		execl(self, self, what, (char *)NULL);
		_exit(98);
	}
	return child;
}

/* The exporter frees what the importer, a child of it, has open; then both end. */
static int ipc(const char *self)
{
	cudaIpcMemHandle_t handle;
	char *memory, answer;
	pid_t child = begin_importer(self, "importer");
	int status;

	MUST(cudaMalloc(&memory, 8 << 20));
	MUST(cudaIpcGetMemHandle(&handle, memory));
	MUST(write(down[1], &handle, sizeof(handle)) != sizeof(handle));
	MUST(read(up[0], &answer, 1) != 1);
	MUST(cudaFree(memory));
	MUST(write(down[1], "x", 1) != 1);
	MUST(waitpid(child, &status, 0) != child || status);
	return 0;
}

static int importer()
{
	cudaIpcMemHandle_t handle;
	void *memory;
	char go;

	MUST(read(0, &handle, sizeof(handle)) != sizeof(handle));
	MUST(cudaIpcOpenMemHandle(&memory, handle, cudaIpcMemLazyEnablePeerAccess));
	MUST(write(1, "x", 1) != 1);
	MUST(read(0, &go, 1) != 1);
	return 0;
}

/* The same by the handle of a fabric; or what the driver says where there is none. */
static int fabric(const char *self)
{
	CUmemAllocationProp properties = {};
	CUmemGenericAllocationHandle memory;
	CUmemFabricHandle handle;
	size_t bytes = 0;
	char answer;
	int status;

	MUST(cudaFree(NULL));
	properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	properties.requestedHandleTypes = CU_MEM_HANDLE_TYPE_FABRIC;
	if (cuMemGetAllocationGranularity(&bytes, &properties, CU_MEM_ALLOC_GRANULARITY_MINIMUM))
		bytes = 2 << 20;
	CUresult refused = cuMemCreate(&memory, bytes, &properties, 0);
	if (refused) {
		printf("refused %d\n", refused);
		return 0;
	}
	CUresult exported = cuMemExportToShareableHandle(&handle, memory, CU_MEM_HANDLE_TYPE_FABRIC,
							 0);
	if (exported) {
		printf("not exported %d\n", exported);
		return (int)cuMemRelease(memory);
	}
	pid_t child = begin_importer(self, "fabric_importer");
	MUST(write(down[1], &handle, sizeof(handle)) != sizeof(handle));
	MUST(read(up[0], &answer, 1) != 1);
	MUST(cuMemRelease(memory));
	MUST(write(down[1], "x", 1) != 1);
	MUST(waitpid(child, &status, 0) != child || status);
	printf("shared %zu\n", bytes);
	return 0;
}

static int fabric_importer()
{
	CUmemGenericAllocationHandle memory;
	CUmemFabricHandle handle;
	char go;

	MUST(cudaFree(NULL));
	MUST(read(0, &handle, sizeof(handle)) != sizeof(handle));
	MUST(cuMemImportFromShareableHandle(&memory, &handle, CU_MEM_HANDLE_TYPE_FABRIC));
	MUST(write(1, "x", 1) != 1);
	MUST(read(0, &go, 1) != 1);
	return 0;
}

static __global__ void make_path(int **path)
{
	*path = (int *)malloc(64);
}

/* Code that uses the device heap, and leaves a leak in it. */
static int heap()
{
	int **path;

	MUST(cudaMalloc(&path, sizeof(*path)));
	make_path<<<1, 1>>>(path);
	MUST(cudaDeviceSynchronize());
	MUST(cudaFree(path));
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	*(void **)&mark_door = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	if (!strcmp(what, "graphs_kept") || !strcmp(what, "graphs_destroyed"))
		return graphs(!strcmp(what, "graphs_kept"));
	if (!strcmp(what, "streams_kept"))
		return streams();
	if (!strcmp(what, "ipc"))
		return ipc(argv[0]);
	if (!strcmp(what, "importer"))
		return importer();
	if (!strcmp(what, "fabric"))
		return fabric(argv[0]);
	if (!strcmp(what, "fabric_importer"))
		return fabric_importer();
	if (!strcmp(what, "heap"))
		return heap();
	return 98;
}
