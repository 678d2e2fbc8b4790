/*
 * Physical memory that is created, mapped and released by hand, and multicast
 * objects that hold it.
 */
#include "families.h"

static CUmemAllocationProp properties_of(CUmemLocationType type)
{
	CUmemAllocationProp properties = {};

	properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.location.type = type;
	return properties;
}

static CUmemGenericAllocationHandle create(size_t bytes)
{
	const CUmemAllocationProp properties = properties_of(CU_MEM_LOCATION_TYPE_DEVICE);
	CUmemGenericAllocationHandle handle;

	MUST(cuMemCreate(&handle, bytes, &properties, 0));
	return handle;
}

static CUdeviceptr reserve(size_t bytes)
{
	CUdeviceptr range;

	MUST(cuMemAddressReserve(&range, bytes, 0, 0, 0));
	return range;
}

/* Mapped, reachable and written to: a handle released then lives on in its mapping. */
static void map_and_release(CUdeviceptr range, size_t bytes)
{
	CUmemGenericAllocationHandle handle = create(bytes);
	CUmemAccessDesc access = {};

	access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	MUST(cuMemMap(range, bytes, 0, handle, 0));
	MUST(cuMemSetAccess(range, bytes, &access, 1));
	MUST(cuMemsetD8(range, 1, bytes));
	MUST(cuMemRelease(handle));
}

static int vmm_handle(bool leak, char **)
{
	CUmemGenericAllocationHandle kept;

	start_driver();
	kept = create(3 * CHUNK);
	MUST(cuMemRelease(create(CHUNK)));
	if (!leak)
		MUST(cuMemRelease(kept));
	else
		leaks("vmm", 1, 3 * CHUNK);
	return 0;
}

static int vmm_mapped(bool leak, char **)
{
	CUdeviceptr range;

	start_driver();
	range = reserve(CHUNK);
	map_and_release(range, CHUNK);
	lives("address_reservation", leak, leak ? CHUNK : 0);
	if (leak) {
		leaks("vmm", 1, CHUNK);
		return 0;
	}
	MUST(cuMemUnmap(range, CHUNK));
	MUST(cuMemAddressFree(range, CHUNK));
	return 0;
}

/* One unmap ends four mappings, or but the first three of them. */
static int vmm_one_unmap(bool leak, char **)
{
	CUdeviceptr range;

	start_driver();
	range = reserve(4 * CHUNK);
	for (size_t i = 0; i < 4; i++)
		map_and_release(range + i * CHUNK, CHUNK);
	MUST(cuMemUnmap(range, (leak ? 3 : 4) * CHUNK));
	lives("address_reservation", leak, leak ? 4 * CHUNK : 0);
	if (leak) {
		leaks("vmm", 1, CHUNK);
		return 0;
	}
	MUST(cuMemAddressFree(range, 4 * CHUNK));
	return 0;
}

/* A reference taken through the address keeps the memory alive. */
static int vmm_retained(bool leak, char **)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	start_driver();
	range = reserve(CHUNK);
	map_and_release(range, CHUNK);
	MUST(cuMemRetainAllocationHandle(&handle, (void *)(uintptr_t)range));
	MUST(cuMemUnmap(range, CHUNK));
	MUST(cuMemAddressFree(range, CHUNK));
	if (!leak)
		MUST(cuMemRelease(handle));
	else
		leaks("vmm", 1, CHUNK);
	return 0;
}

/* Host memory by the same functions, as NCCL takes it. */
static int vmm_host(bool leak, char **)
{
	const CUmemAllocationProp properties = properties_of(CU_MEM_LOCATION_TYPE_HOST_NUMA);
	CUmemGenericAllocationHandle handle;
	int result;

	start_driver();
	result = (int)cuMemCreate(&handle, CHUNK, &properties, 0);
	if (result != 0)
		return not_here("cuMemCreate gives no host memory here");
	if (!leak)
		MUST(cuMemRelease(handle));
	else
		leaks("vmm_host", 1, CHUNK);
	return 0;
}

/*
 * Only when asked for: a program that uses NVLink multicast may disturb other
 * users of a host's devices.
 */
static int multicast(bool leak, char **)
{
	CUmulticastObjectProp properties = {};
	CUmemGenericAllocationHandle team, memory;
	int devices;

	if (!getenv("VRAMTRACK_TEST_MULTICAST"))
		return not_here("NVLink multicast is used only if VRAMTRACK_TEST_MULTICAST is set");
	start_driver();
	MUST(cuDeviceGetCount(&devices));
	if (devices < 2)
		return not_here("multicast needs two devices");
	properties.numDevices = (unsigned)devices;
	properties.size = CHUNK;
	MUST(cuMulticastCreate(&team, &properties));
	for (int i = 0; i < devices; i++)
		MUST(cuMulticastAddDevice(team, i));
	memory = create(CHUNK);
	MUST(cuMulticastBindMem(team, 0, memory, 0, CHUNK, 0));
	MUST(cuMemRelease(memory));
	lives("multicast", leak, 0);
	if (leak) {
		leaks("vmm", 1, CHUNK);
		return 0;
	}
	MUST(cuMulticastUnbind(team, 0, 0, CHUNK));
	MUST(cuMemRelease(team));
	return 0;
}

const struct family virtual_families[] = {
	{"vmm_handle", vmm_handle},
	{"vmm_mapped", vmm_mapped},
	{"vmm_one_unmap", vmm_one_unmap},
	{"vmm_retained", vmm_retained},
	{"vmm_host", vmm_host},
	{"multicast", multicast},
	{nullptr, nullptr},
};
