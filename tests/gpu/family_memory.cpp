/*
 * Families of memory that one call gives: a case takes some, frees one more of
 * the same, and in its leaking version keeps the first.
 */
#include "families.h"

static int linear(bool leak, char **)
{
	void *kept, *freed;

	MUST(cudaMalloc(&kept, 3 * MIB));
	MUST(cudaMalloc(&freed, MIB));
	MUST(cudaFree(freed));
	if (!leak)
		MUST(cudaFree(kept));
	else
		leaks("linear", 1, 3 * MIB);
	return 0;
}

/* By the driver's own functions, which a program may call without a runtime. */
static int linear_driver(bool leak, char **)
{
	CUdeviceptr kept, freed;

	start_driver();
	MUST(cuMemAlloc(&kept, 3 * MIB));
	MUST(cuMemAlloc(&freed, MIB));
	MUST(cuMemFree(freed));
	if (!leak)
		MUST(cuMemFree(kept));
	else
		leaks("linear", 1, 3 * MIB);
	return 0;
}

static int pitched(bool leak, char **)
{
	void *kept, *freed;
	size_t pitch;

	MUST(cudaMallocPitch(&kept, &pitch, 1000, 64));
	MUST(cudaMallocPitch(&freed, &pitch, 1000, 64));
	MUST(cudaFree(freed));
	if (!leak)
		MUST(cudaFree(kept));
	else
		leaks("pitched", 1, pitch * 64);
	return 0;
}

static int volume(bool leak, char **)
{
	struct cudaPitchedPtr kept, freed;
	struct cudaExtent extent = {1000, 64, 4};

	MUST(cudaMalloc3D(&kept, extent));
	MUST(cudaMalloc3D(&freed, extent));
	MUST(cudaFree(freed.ptr));
	if (!leak)
		MUST(cudaFree(kept.ptr));
	else
		leaks("pitched", 1, kept.pitch * 64 * 4);
	return 0;
}

/* The driver may take more than the elements: it tiles and pads. */
static int array(bool leak, char **)
{
	struct cudaChannelFormatDesc format = {32, 0, 0, 0, cudaChannelFormatKindFloat};
	cudaArray_t kept, freed;

	MUST(cudaMallocArray(&kept, &format, 256, 256, 0));
	MUST(cudaMallocArray(&freed, &format, 256, 256, 0));
	MUST(cudaFreeArray(freed));
	if (!leak)
		MUST(cudaFreeArray(kept));
	else
		finds("leak", "array", 1, 256 * 256 * 4, 2 * 256 * 256 * 4);
	return 0;
}

static int array3d(bool leak, char **)
{
	struct cudaChannelFormatDesc format = {32, 0, 0, 0, cudaChannelFormatKindFloat};
	struct cudaExtent extent = {64, 64, 64};
	cudaArray_t kept, freed;

	MUST(cudaMalloc3DArray(&kept, &format, extent, 0));
	MUST(cudaMalloc3DArray(&freed, &format, extent, 0));
	MUST(cudaFreeArray(freed));
	if (!leak)
		MUST(cudaFreeArray(kept));
	else
		finds("leak", "array", 1, MIB, 2 * MIB);
	return 0;
}

static int mipmap(bool leak, char **)
{
	struct cudaChannelFormatDesc format = {32, 0, 0, 0, cudaChannelFormatKindFloat};
	struct cudaExtent extent = {256, 256, 0};
	const size_t bytes = (256 * 256 + 128 * 128 + 64 * 64) * 4;
	cudaMipmappedArray_t kept, freed;

	MUST(cudaMallocMipmappedArray(&kept, &format, extent, 3, 0));
	MUST(cudaMallocMipmappedArray(&freed, &format, extent, 3, 0));
	MUST(cudaFreeMipmappedArray(freed));
	if (!leak)
		MUST(cudaFreeMipmappedArray(kept));
	else
		finds("leak", "mipmapped_array", 1, bytes, 2 * bytes);
	return 0;
}

static int managed(bool leak, char **)
{
	void *kept, *freed;

	MUST(cudaMallocManaged(&kept, 3 * MIB, cudaMemAttachGlobal));
	MUST(cudaMallocManaged(&freed, MIB, cudaMemAttachGlobal));
	MUST(cudaMemset(kept, 0, 3 * MIB));
	MUST(cudaFree(freed));
	if (!leak)
		MUST(cudaFree(kept));
	else
		leaks("managed", 1, 3 * MIB);
	return 0;
}

static int stream_ordered(bool leak, char **)
{
	void *kept, *freed;

	MUST(cudaMallocAsync(&kept, 3 * MIB, nullptr));
	MUST(cudaMallocAsync(&freed, MIB, nullptr));
	MUST(cudaFreeAsync(freed, nullptr));
	if (!leak)
		MUST(cudaFreeAsync(kept, nullptr));
	else
		leaks("stream_ordered", 1, 3 * MIB);
	MUST(cudaDeviceSynchronize());
	return 0;
}

/* Freed by the other family's function: addresses count, not pairs of functions. */
static int crossed_frees(bool leak, char **)
{
	void *by_stream, *by_call;

	MUST(cudaMallocAsync(&by_stream, MIB, nullptr));
	MUST(cudaMalloc(&by_call, 3 * MIB));
	MUST(cudaDeviceSynchronize());
	MUST(cudaFree(by_stream));
	if (!leak)
		MUST(cudaFreeAsync(by_call, nullptr));
	else
		leaks("linear", 1, 3 * MIB);
	MUST(cudaDeviceSynchronize());
	return 0;
}

/* The end of a pool is put off while memory of it lives. */
static int pool(bool leak, char **)
{
	struct cudaMemPoolProps properties = {};
	cudaMemPool_t own;
	void *kept, *freed;

	properties.allocType = cudaMemAllocationTypePinned;
	properties.location.type = cudaMemLocationTypeDevice;
	MUST(cudaMemPoolCreate(&own, &properties));
	MUST(cudaMallocFromPoolAsync(&kept, 3 * MIB, own, nullptr));
	MUST(cudaMallocFromPoolAsync(&freed, MIB, own, nullptr));
	MUST(cudaFreeAsync(freed, nullptr));
	if (!leak)
		MUST(cudaFreeAsync(kept, nullptr));
	else
		leaks("stream_ordered", 1, 3 * MIB);
	MUST(cudaDeviceSynchronize());
	MUST(cudaMemPoolDestroy(own));
	return 0;
}

static int pinned(bool leak, char **)
{
	void *kept[2], *freed;

	MUST(cudaMallocHost(&kept[0], 2 * MIB));
	MUST(cudaHostAlloc(&kept[1], MIB, cudaHostAllocDefault));
	MUST(cudaMallocHost(&freed, MIB));
	MUST(cudaFreeHost(freed));
	if (leak) {
		leaks("pinned_host", 2, 3 * MIB);
		return 0;
	}
	MUST(cudaFreeHost(kept[0]));
	MUST(cudaFreeHost(kept[1]));
	return 0;
}

/* The program's own memory, only pinned: never a leak. */
static int registered(bool leak, char **)
{
	void *own = aligned_alloc(4096, MIB);

	MUST(own == nullptr);
	MUST(cudaHostRegister(own, MIB, cudaHostRegisterDefault));
	lives("registered_host", leak, leak ? MIB : 0);
	if (leak) {
		finds("registered", "registered_host", 1, MIB, MIB);
		return 0;
	}
	MUST(cudaHostUnregister(own));
	free(own);
	return 0;
}

const struct family memory_families[] = {
	{"linear", linear},
	{"linear_driver", linear_driver},
	{"pitched", pitched},
	{"volume", volume},
	{"array", array},
	{"array3d", array3d},
	{"mipmap", mipmap},
	{"managed", managed},
	{"stream_ordered", stream_ordered},
	{"crossed_frees", crossed_frees},
	{"pool", pool},
	{"pinned", pinned},
	{"registered", registered},
	{nullptr, nullptr},
};
