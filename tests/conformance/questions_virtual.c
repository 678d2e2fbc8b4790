/* Questions about virtual memory: address ranges, physical memory, mappings. */
#include "kit.h"

static const CUmemAllocationProp on_device = {
	.type = CU_MEM_ALLOCATION_TYPE_PINNED,
	.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
};

static CUmemGenericAllocationHandle physical(size_t size)
{
	CUmemGenericAllocationHandle handle;

	MUST(cudaFree(0));
	MUST(cuMemCreate(&handle, size, &on_device, 0));
	return handle;
}

static CUdeviceptr reserved(size_t size)
{
	CUdeviceptr address;

	MUST(cuMemAddressReserve(&address, size, 0, 0, 0));
	return address;
}

static size_t granularity(CUmemLocationType type)
{
	CUmemAllocationProp properties = on_device;
	size_t bytes = 0;

	properties.location.type = type;
	MUST(cuMemGetAllocationGranularity(&bytes, &properties, CU_MEM_ALLOC_GRANULARITY_MINIMUM));
	return bytes;
}

static void physical_memory_without_a_mapping(void)
{
	CUmemGenericAllocationHandle handle;

	mark();
	handle = physical(2 * MIB);
	answer_bytes("taken", taken());
	answer_result("cuMemRelease", cuMemRelease(handle));
	answer_bytes("taken after it", taken());
	answer_result("half a granule", cuMemCreate(&handle, MIB, &on_device, 0));
	answer("granule of a device", "%zu", granularity(CU_MEM_LOCATION_TYPE_DEVICE));
	answer("granule of the host", "%zu", granularity(CU_MEM_LOCATION_TYPE_HOST));
	answer("granule of a host node", "%zu", granularity(CU_MEM_LOCATION_TYPE_HOST_NUMA));
}

static void released_while_mapped(void)
{
	CUmemGenericAllocationHandle handle = physical(20 * MIB);
	CUdeviceptr address = reserved(20 * MIB);

	mark();
	MUST(cuMemMap(address, 20 * MIB, 0, handle, 0));
	answer_result("cuMemRelease", cuMemRelease(handle));
	answer_bytes("taken after it", taken());
	answer_result("cuMemRelease again", cuMemRelease(handle));
	answer_result("cuMemAddressFree", cuMemAddressFree(address, 20 * MIB));
	answer_result("cuMemUnmap of half", cuMemUnmap(address, 10 * MIB));
}

static void unmapped_after_the_release(void)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr address;

	mark();
	handle = physical(20 * MIB);
	address = reserved(20 * MIB);
	MUST(cuMemMap(address, 20 * MIB, 0, handle, 0));
	MUST(cuMemRelease(handle));
	answer_bytes("taken", taken());
	answer_result("cuMemUnmap", cuMemUnmap(address, 20 * MIB));
	answer_bytes("taken after it", taken());
	answer_result("cuMemAddressFree", cuMemAddressFree(address, 20 * MIB));
}

static void unmapped_a_second_time(void)
{
	CUmemGenericAllocationHandle handle = physical(4 * MIB);
	CUdeviceptr address = reserved(20 * MIB);

	mark();
	answer_result("never mapped", cuMemUnmap(address, 20 * MIB));
	MUST(cuMemMap(address, 4 * MIB, 0, handle, 0));
	answer_result("cuMemUnmap", cuMemUnmap(address, 4 * MIB));
	answer_result("again", cuMemUnmap(address, 4 * MIB));
	MUST(cuMemMap(address + 8 * MIB, 4 * MIB, 0, handle, 0));
	answer_result("with gaps on both sides", cuMemUnmap(address, 20 * MIB));
	answer_result("of part of it", cuMemUnmap(address + 8 * MIB, 2 * MIB));
	MUST(cuMemRelease(handle));
	answer_bytes("taken at last", taken());
	MUST(cuMemAddressFree(address, 20 * MIB));
	answer_result("not reserved", cuMemUnmap(address, 20 * MIB));
	answer_result("no size", cuMemUnmap(address, 0));
	answer_result("NULL", cuMemUnmap(0, 2 * MIB));
	answer_result("cuMemAddressFree again", cuMemAddressFree(address, 20 * MIB));
}

static void mapped_twice_and_retained(void)
{
	CUmemGenericAllocationHandle handle, second;
	CUdeviceptr one, other;

	MUST(cudaFree(0));
	one = reserved(20 * MIB);
	other = reserved(20 * MIB);
	mark();
	handle = physical(20 * MIB);
	MUST(cuMemMap(one, 20 * MIB, 0, handle, 0));
	MUST(cuMemMap(other, 20 * MIB, 0, handle, 0));
	answer_bytes("taken", taken());
	MUST(cuMemRetainAllocationHandle(&second, (void *)(size_t)one));
	answer_if("the same handle", handle == second);
	answer_result("cuMemRelease", cuMemRelease(handle));
	answer_result("cuMemRelease of the second reference", cuMemRelease(second));
	MUST(cuMemUnmap(one, 20 * MIB));
	answer_bytes("taken with one mapping", taken());
	MUST(cuMemUnmap(other, 20 * MIB));
	answer_bytes("taken without", taken());
}

static void physical_memory_of_the_host(void)
{
	CUmemAllocationProp properties = on_device;
	CUmemGenericAllocationHandle handle;

	mark();
	properties.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA;
	answer_result("cuMemCreate", cuMemCreate(&handle, 2 * MIB, &properties, 0));
	answer_bytes("taken", taken());
}

const struct question virtual_questions[] = {
	{"D082", physical_memory_without_a_mapping},
	{"D083", released_while_mapped},
	{"D084", unmapped_after_the_release},
	{"D085", unmapped_a_second_time},
	{"D086", mapped_twice_and_retained},
	{"D087", physical_memory_of_the_host},
	{NULL, NULL},
};
