/*
 * Programs with two devices, in two versions as in families.h. Which device a
 * finding is on is stated in the lines `on DEVICE BYTES`: leaked bytes there.
 */
#include "families.h"

static void *allocate_on(int device, size_t bytes)
{
	void *memory;

	MUST(cudaSetDevice(device));
	MUST(cudaMalloc(&memory, bytes));
	return memory;
}

static void left_on(int device, size_t bytes)
{
	printf("on %d %zu\n", device, bytes);
}

static int each_its_own(bool leak, char **)
{
	void *first = allocate_on(0, 3 * MIB), *second = allocate_on(1, 5 * MIB);

	if (leak) {
		leaks("linear", 2, 8 * MIB);
		left_on(0, 3 * MIB);
		left_on(1, 5 * MIB);
		return 0;
	}
	MUST(cudaSetDevice(0));
	MUST(cudaFree(first));
	MUST(cudaSetDevice(1));
	MUST(cudaFree(second));
	return 0;
}

/* Freed while another device is the current one: the driver takes it, by the address. */
static int freed_elsewhere(bool leak, char **)
{
	void *first = allocate_on(0, 3 * MIB), *second = allocate_on(1, 5 * MIB);

	MUST(cudaSetDevice(1));
	printf("cudaFree of device 0's on device 1: %d\n", (int)cudaFree(first));
	MUST(cudaSetDevice(0));
	if (!leak)
		MUST(cudaFree(second));
	else
		leaks("linear", 1, 5 * MIB);
	left_on(1, leak ? 5 * MIB : 0);
	return 0;
}

/* The reset of one device takes nothing of the other's. */
static int one_reset(bool leak, char **)
{
	void *first = allocate_on(0, 3 * MIB), *second = allocate_on(1, 5 * MIB);

	MUST(cudaSetDevice(0));
	if (!leak)
		MUST(cudaFree(first));
	else
		finds("freed_by_reset", "linear", 1, 3 * MIB, 3 * MIB);
	MUST(cudaDeviceReset());
	MUST(cudaSetDevice(1));
	MUST(cudaMemset(second, 1, 5 * MIB));
	MUST(cudaFree(second));
	return 0;
}

/* Each reaches into the other; access is no allocation. */
static int peer_access(bool leak, char **)
{
	void *first, *second;
	int can = 0;

	MUST(cudaDeviceCanAccessPeer(&can, 0, 1));
	if (!can)
		return not_here("device 0 cannot reach into device 1");
	first = allocate_on(0, 3 * MIB);
	MUST(cudaDeviceEnablePeerAccess(1, 0));
	second = allocate_on(1, 3 * MIB);
	MUST(cudaDeviceEnablePeerAccess(0, 0));
	MUST(cudaMemset(second, 7, 3 * MIB));
	MUST(cudaMemcpyPeer(first, 0, second, 1, 3 * MIB));
	MUST(cudaMemset(first, 8, MIB)); /* from device 1 */
	MUST(cudaDeviceSynchronize());
	MUST(cudaDeviceDisablePeerAccess(0));
	MUST(cudaFree(second));
	MUST(cudaSetDevice(0));
	if (!leak)
		MUST(cudaFree(first));
	else
		leaks("linear", 1, 3 * MIB);
	left_on(0, leak ? 3 * MIB : 0);
	return 0;
}

/* A pool's memory is its device's, whatever the stream's device is. */
static int pool_elsewhere(bool leak, char **)
{
	struct cudaMemPoolProps properties = {};
	struct cudaMemAccessDesc access = {};
	cudaMemPool_t pool;
	void *kept;
	int can = 0;

	MUST(cudaDeviceCanAccessPeer(&can, 0, 1));
	if (!can)
		return not_here("device 0 cannot reach into device 1");
	properties.allocType = cudaMemAllocationTypePinned;
	properties.location.type = access.location.type = cudaMemLocationTypeDevice;
	properties.location.id = 1;
	access.flags = cudaMemAccessFlagsProtReadWrite;
	MUST(cudaSetDevice(0));
	MUST(cudaMemPoolCreate(&pool, &properties));
	MUST(cudaMemPoolSetAccess(pool, &access, 1));
	MUST(cudaMallocFromPoolAsync(&kept, 4 * MIB, pool, nullptr));
	MUST(cudaMemsetAsync(kept, 1, 4 * MIB, nullptr));
	if (!leak)
		MUST(cudaFreeAsync(kept, nullptr));
	else
		leaks("stream_ordered", 1, 4 * MIB);
	left_on(1, leak ? 4 * MIB : 0);
	MUST(cudaDeviceSynchronize());
	MUST(cudaMemPoolDestroy(pool));
	return 0;
}

/* Physical memory of device 1, made and mapped with device 0 current. */
static int physical_elsewhere(bool leak, char **)
{
	CUmemAllocationProp properties = {};
	CUmemGenericAllocationHandle handle;
	CUmemAccessDesc access = {};
	CUdeviceptr range;

	start_driver();
	properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.location.type = access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	properties.location.id = access.location.id = 1;
	access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	MUST(cuMemCreate(&handle, CHUNK, &properties, 0));
	MUST(cuMemAddressReserve(&range, CHUNK, 0, 0, 0));
	MUST(cuMemMap(range, CHUNK, 0, handle, 0));
	MUST(cuMemSetAccess(range, CHUNK, &access, 1));
	MUST(cuMemRelease(handle));
	if (leak)
		leaks("vmm", 1, CHUNK);
	left_on(1, leak ? CHUNK : 0);
	if (leak)
		return 0;
	MUST(cuMemUnmap(range, CHUNK));
	MUST(cuMemAddressFree(range, CHUNK));
	return 0;
}

static const struct family cases[] = {
	{"each_its_own", each_its_own},     {"freed_elsewhere", freed_elsewhere},
	{"one_reset", one_reset},           {"peer_access", peer_access},
	{"pool_elsewhere", pool_elsewhere}, {"physical_elsewhere", physical_elsewhere},
};

int main(int argc, char **argv)
{
	int devices = 0;

	if (argc == 2 && strcmp(argv[1], "devices") == 0) {
		if (cudaGetDeviceCount(&devices) != cudaSuccess)
			devices = 0;
		printf("%d\n", devices);
		return 0;
	}
	for (const struct family &each : cases) {
		if (argc == 2 && strcmp(argv[1], "list") == 0)
			printf("%s\n", each.name);
		else if (argc == 3 && strcmp(argv[1], each.name) == 0)
			return each.run(strcmp(argv[2], "leak") == 0, nullptr);
	}
	return argc == 2 ? 0 : 98;
}
