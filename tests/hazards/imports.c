/*
 * Memory of others: of another process (IPC, pools, shared handles) and of
 * another API.
 */
#include <cuda.h>
#include <sys/mman.h>

#include "hazard.h"
#include "two_processes.h"

#define CHUNK (2 * MIB)

/* ---- Legacy IPC ---------------------------------------------------------- */

static void export_linear(void)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	CALL(cuMemAlloc(&address, 3 * MIB));
	CALL(cuIpcGetMemHandle(&handle, address));
	put(&handle, sizeof(handle));
	wait_for_end();
	CALL(cuMemFree(address));
}

static FRAME CUdeviceptr open_memory(CUipcMemHandle handle)
{
	CUdeviceptr address;

	CALL(cuIpcOpenMemHandle(&address, handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
	return address;
}

/* ipc OPENS CLOSES */
static int ipc(char **arguments)
{
	int opens = atoi(arguments[0]), closes = atoi(arguments[1]);
	CUipcMemHandle handle;
	CUdeviceptr address = 0;

	split(export_linear);
	get(&handle, sizeof(handle));
	for (int i = 0; i < opens; i++) {
		CUdeviceptr again = open_memory(handle);

		MUST(!address || address == again);
		address = again;
	}
	for (int i = 0; i < closes; i++)
		CALL(cuIpcCloseMemHandle(address));
	return end();
}

static int ipc_refused(char **arguments)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	(void)arguments;
	split(export_linear);
	get(&handle, sizeof(handle));
	address = open_memory(handle);
	MUST(cuMemFree(address) != CUDA_SUCCESS);
	CALL(cuIpcCloseMemHandle(address));
	MUST(cuIpcCloseMemHandle(address) != CUDA_SUCCESS);
	return end();
}

/* A context closes what was opened in it; what is opened later counts anew. */
static int ipc_after_reset(char **arguments)
{
	CUipcMemHandle handle;
	CUdeviceptr address;
	CUcontext own;

	(void)arguments;
	split(export_linear);
	get(&handle, sizeof(handle));
	CALL(cuCtxCreate(&own, NULL, 0, 0));
	open_memory(handle);
	open_memory(handle);
	CALL(cuCtxDestroy(own));
	CALL(cuCtxSetCurrent(context));
	address = open_memory(handle);
	CALL(cuIpcCloseMemHandle(address));
	return end();
}

static void export_event(void)
{
	CUipcEventHandle handle;
	CUevent own;

	CALL(cuEventCreate(&own, CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS));
	CALL(cuIpcGetEventHandle(&handle, own));
	put(&handle, sizeof(handle));
	wait_for_end();
	CALL(cuEventDestroy(own));
}

/* Each opening is an event of its own. */
static int event(char **arguments)
{
	CUipcEventHandle handle;
	CUevent opened[2];

	(void)arguments;
	split(export_event);
	get(&handle, sizeof(handle));
	CALL(cuIpcOpenEventHandle(&opened[0], handle));
	CALL(cuIpcOpenEventHandle(&opened[1], handle));
	CALL(cuEventDestroy(opened[0]));
	CALL(cuEventDestroy(opened[1]));
	return end();
}

/* ---- Pools ---------------------------------------------------------------- */

static void export_pool(void)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemPoolPtrExportData data;
	CUdeviceptr address;
	CUmemoryPool pool;
	int file;

	CALL(cuMemPoolCreate(&pool, &properties));
	CALL(cuMemAllocFromPoolAsync(&address, 3 * MIB, pool, NULL));
	CALL(cuMemPoolExportToShareableHandle(&file, pool, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					      0));
	CALL(cuMemPoolExportPointer(&data, address));
	put_file(file);
	put(&data, sizeof(data));
	wait_for_end();
	CALL(cuMemFreeAsync(address, NULL));
	CALL(cuMemPoolDestroy(pool));
}

static FRAME CUdeviceptr import_pointer(CUmemoryPool pool, CUmemPoolPtrExportData *data)
{
	CUdeviceptr address;

	CALL(cuMemPoolImportPointer(&address, pool, data));
	return address;
}

/* pool [freed [twice]] */
static int pool(char **arguments)
{
	CUmemPoolPtrExportData data;
	CUdeviceptr address;
	CUmemoryPool own;
	int file;

	split(export_pool);
	file = get_file();
	get(&data, sizeof(data));
	CALL(cuMemPoolImportFromShareableHandle(&own, (void *)(intptr_t)file,
						CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0));
	address = import_pointer(own, &data);
	if (arguments[0])
		CALL(cuMemFreeAsync(address, NULL));
	if (arguments[0] && arguments[1])
		MUST(cuMemFreeAsync(address, NULL) != CUDA_SUCCESS);
	CALL(cuMemPoolDestroy(own));
	return end();
}

/* ---- Shared handles ------------------------------------------------------- */

static CUmemGenericAllocationHandle create_shared(int *file)
{
	CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemGenericAllocationHandle handle;

	CALL(cuMemCreate(&handle, CHUNK, &properties, 0));
	CALL(cuMemExportToShareableHandle(file, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					  0));
	return handle;
}

static FRAME CUmemGenericAllocationHandle import_handle(int file)
{
	CUmemGenericAllocationHandle handle;

	CALL(cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)file,
					    CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR));
	return handle;
}

static void export_physical(void)
{
	CUmemGenericAllocationHandle handle;
	int file;

	handle = create_shared(&file);
	put_file(file);
	wait_for_end();
	CALL(cuMemRelease(handle));
}

/* handle [released] */
static int handle(char **arguments)
{
	CUmemGenericAllocationHandle imported;

	split(export_physical);
	imported = import_handle(get_file());
	if (arguments[0])
		CALL(cuMemRelease(imported));
	return end();
}

/* own_handle RELEASES: of memory that the process exported and imported itself. */
static int own_handle(char **arguments)
{
	CUmemGenericAllocationHandle own, imported;
	int file, releases = atoi(arguments[0]);

	start();
	own = create_shared(&file);
	imported = import_handle(file);
	MUST(close(file) == 0);
	if (releases > 0)
		CALL(cuMemRelease(own));
	if (releases > 1)
		CALL(cuMemRelease(imported));
	return 0;
}

static int released_twice(char **arguments)
{
	CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					  .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemGenericAllocationHandle own;

	(void)arguments;
	start();
	CALL(cuMemCreate(&own, CHUNK, &properties, 0));
	CALL(cuMemRelease(own));
	MUST(cuMemRelease(own) != CUDA_SUCCESS);
	printf("0x%llx\n", (unsigned long long)own);
	return 0;
}

/* ---- External memory ------------------------------------------------------ */

static FRAME CUexternalMemory import_external(void)
{
	CUDA_EXTERNAL_MEMORY_HANDLE_DESC description = {
		.type = CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD, .size = 3 * MIB};
	CUexternalMemory memory;

	description.handle.fd = memfd_create("external", MFD_CLOEXEC);
	MUST(description.handle.fd >= 0);
	MUST(ftruncate(description.handle.fd, (off_t)(3 * MIB)) == 0);
	CALL(cuImportExternalMemory(&memory, &description));
	return memory;
}

static CUdeviceptr map_external(CUexternalMemory memory)
{
	CUDA_EXTERNAL_MEMORY_BUFFER_DESC description = {.size = MIB};
	CUdeviceptr address;

	CALL(cuExternalMemoryGetMappedBuffer(&address, memory, &description));
	return address;
}

/* external [destroyed [twice]] */
static int external(char **arguments)
{
	CUexternalMemory memory;
	CUdeviceptr address;

	start();
	memory = import_external();
	address = map_external(memory);
	CALL(cuMemFree(address));
	if (arguments[0])
		CALL(cuDestroyExternalMemory(memory));
	if (arguments[0] && arguments[1])
		MUST(cuDestroyExternalMemory(memory) != CUDA_SUCCESS);
	return 0;
}

/* The object goes first; its mapping is freed by cuMemFree, or never. */
static int external_mapping(char **arguments)
{
	CUexternalMemory memory;
	CUdeviceptr address;

	start();
	memory = import_external();
	address = map_external(memory);
	CALL(cuDestroyExternalMemory(memory));
	if (arguments[0])
		CALL(cuMemFree(address));
	return 0;
}

static int external_array(char **arguments)
{
	CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC description = {
		.arrayDesc = {.Width = 64,
			      .Height = 64,
			      .Format = CU_AD_FORMAT_FLOAT,
			      .NumChannels = 1},
		.numLevels = 1};
	CUexternalMemory memory;
	CUmipmappedArray array;

	(void)arguments;
	start();
	memory = import_external();
	CALL(cuExternalMemoryGetMappedMipmappedArray(&array, memory, &description));
	CALL(cuMipmappedArrayDestroy(array));
	CALL(cuDestroyExternalMemory(memory));
	return 0;
}

static FRAME void register_own(char *own, unsigned index)
{
	CALL(cuMemHostRegister(own + index * MIB, MIB, 0));
}

/* Page-locks the program's own memory; the first of it is undone. */
static int registered(char **arguments)
{
	static char own[5 * MIB] __attribute__((aligned(4096)));
	unsigned undone = (unsigned)atoi(arguments[0]);

	start();
	for (unsigned i = 0; i < 5; i++)
		register_own(own, i);
	for (unsigned i = 0; i < undone; i++)
		CALL(cuMemHostUnregister(own + i * MIB));
	return 0;
}

static const struct hazard_case cases[] = {
	{"ipc", ipc},
	{"ipc_refused", ipc_refused},
	{"ipc_after_reset", ipc_after_reset},
	{"event", event},
	{"pool", pool},
	{"handle", handle},
	{"own_handle", own_handle},
	{"released_twice", released_twice},
	{"external", external},
	{"external_mapping", external_mapping},
	{"external_array", external_array},
	{"registered", registered},
};

HAZARD_MAIN(cases)
