/*
 * Memory that two processes share: who frees first, who never closes, who ends when.
 */
#include <cuda.h>

#include <signal.h>

#include "hazard.h"
#include "two_processes.h"

static FRAME CUdeviceptr give_memory(void)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	CALL(cuMemAlloc(&address, 3 * MIB));
	CALL(cuIpcGetMemHandle(&handle, address));
	CALL(cuIpcGetMemHandle(&handle, address));
	put(&handle, sizeof(handle));
	return address;
}

static FRAME void free_memory(CUdeviceptr address)
{
	CALL(cuMemFree(address));
}

/* Tells the importer when it is gone, and waits for its end. */
static void free_while_it_is_open(void)
{
	CUdeviceptr address = give_memory();
	char byte;

	get(&byte, 1);
	free_memory(address);
	put(&byte, 1);
	wait_for_end();
}

static void end_first(void)
{
	char byte;

	give_memory();
	get(&byte, 1);
}

static FRAME CUdeviceptr open_memory(void)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	get(&handle, sizeof(handle));
	CALL(cuIpcOpenMemHandle(&address, handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
	return address;
}

/* The other one frees; this one closes if it is told to. */
static int freed(char **arguments)
{
	CUdeviceptr address;
	char byte = 0;

	split(free_while_it_is_open);
	address = open_memory();
	put(&byte, 1);
	get(&byte, 1);
	if (arguments[0])
		CALL(cuIpcCloseMemHandle(address));
	return end();
}

static void open_and_end(void)
{
	open_memory();
}

/* The importer has ended, without closing, when the memory is freed. */
static int freed_later(char **arguments)
{
	CUdeviceptr address;
	int status;

	(void)arguments;
	split(open_and_end);
	address = give_memory();
	MUST(waitpid(exporter, &status, 0) == exporter && status == 0);
	free_memory(address);
	return 0;
}

static int ended(char **arguments)
{
	char byte = 0;

	(void)arguments;
	split(end_first);
	open_memory();
	put(&byte, 1);
	usleep(200000);
	return end();
}

/* The place has another owner then, and another handle. */
static void give_twice(void)
{
	CUdeviceptr first = give_memory(), second;
	char byte;

	get(&byte, 1);
	free_memory(first);
	second = give_memory();
	printf("%d\n", first == second);
	fflush(stdout);
	wait_for_end();
	free_memory(second);
}

static int given_twice(char **arguments)
{
	CUdeviceptr address;
	char byte = 0;

	(void)arguments;
	split(give_twice);
	address = open_memory();
	CALL(cuIpcCloseMemHandle(address));
	put(&byte, 1);
	open_memory();
	return end();
}

/* ---- Killed ------------------------------------------------------------------ */

static void give_and_wait(void)
{
	char byte;

	give_memory();
	get(&byte, 1);
	raise(SIGKILL);
}

/* The exporter is killed while this one has it open; `closed`: and closes it then. */
static int killed(char **arguments)
{
	CUdeviceptr address;
	char byte = 0;
	int status;

	split(give_and_wait);
	address = open_memory();
	put(&byte, 1);
	MUST(waitpid(exporter, &status, 0) == exporter && WIFSIGNALED(status));
	if (arguments[0])
		CALL(cuIpcCloseMemHandle(address));
	return 0;
}

/* ---- Physical memory --------------------------------------------------------- */

static CUmemAllocationHandleType type;
static int between[2]; /* importers */

static FRAME CUmemGenericAllocationHandle give_physical(void *shareable, size_t bytes)
{
	CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					  .requestedHandleTypes = type,
					  .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemGenericAllocationHandle handle;

	CALL(cuMemCreate(&handle, 4 * MIB, &properties, 0));
	CALL(cuMemExportToShareableHandle(shareable, handle, type, 0));
	if (type == CU_MEM_HANDLE_TYPE_FABRIC)
		put(shareable, bytes);
	else
		put_file(*(int *)shareable);
	return handle;
}

static FRAME void release_physical(CUmemGenericAllocationHandle handle)
{
	CALL(cuMemRelease(handle));
}

static void release_while_it_is_open(void)
{
	CUmemFabricHandle shareable;
	CUmemGenericAllocationHandle handle = give_physical(&shareable, sizeof(shareable));
	char byte;

	get(&byte, 1);
	release_physical(handle);
	put(&byte, 1);
	wait_for_end();
}

static FRAME CUmemGenericAllocationHandle import_physical(void *shareable)
{
	CUmemGenericAllocationHandle handle;

	CALL(cuMemImportFromShareableHandle(&handle, shareable, type));
	return handle;
}

static CUmemGenericAllocationHandle get_physical(void)
{
	CUmemFabricHandle shareable;

	if (type != CU_MEM_HANDLE_TYPE_FABRIC)
		return import_physical((void *)(intptr_t)get_file());
	get(&shareable, sizeof(shareable));
	return import_physical(&shareable);
}

static int physical(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	char byte = 0;

	split(release_while_it_is_open);
	handle = get_physical();
	put(&byte, 1);
	get(&byte, 1);
	if (arguments[0])
		release_physical(handle);
	return end();
}

static int fabric(char **arguments)
{
	type = CU_MEM_HANDLE_TYPE_FABRIC;
	return physical(arguments);
}

static int descriptor(char **arguments)
{
	type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
	return physical(arguments);
}

/* Both have the handle from the first process; the second lets it go. */
static int two_importers(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUmemFabricHandle shareable;
	char byte = 0;
	int status;
	pid_t other;

	(void)arguments;
	type = CU_MEM_HANDLE_TYPE_FABRIC;
	MUST(pipe(between) == 0);
	other = fork();
	MUST(other >= 0);
	if (other == 0) {
		MUST(read(between[0], &shareable, sizeof(shareable)) == sizeof(shareable));
		start();
		handle = import_physical(&shareable);
		release_physical(handle);
		return 0;
	}
	split(release_while_it_is_open);
	get(&shareable, sizeof(shareable));
	(void)import_physical(&shareable);
	MUST(write(between[1], &shareable, sizeof(shareable)) == sizeof(shareable));
	MUST(waitpid(other, &status, 0) == other && status == 0);
	put(&byte, 1);
	get(&byte, 1);
	/* what was released comes by no handle any more */
	MUST(cuMemImportFromShareableHandle(&handle, &shareable, type) == CUDA_ERROR_INVALID_VALUE);
	return end();
}

/* A process's own handle, opened by itself: nobody else has a part in it. */
static int own_fabric(char **arguments)
{
	CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					  .requestedHandleTypes = CU_MEM_HANDLE_TYPE_FABRIC,
					  .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemGenericAllocationHandle handle;
	CUmemFabricHandle shareable;

	(void)arguments;
	start();
	type = CU_MEM_HANDLE_TYPE_FABRIC;
	CALL(cuMemCreate(&handle, 4 * MIB, &properties, 0));
	CALL(cuMemExportToShareableHandle(&shareable, handle, type, 0));
	release_physical(import_physical(&shareable));
	release_physical(handle);
	return 0;
}

/* The driver's answer where there is no fabric, or no channel of it. */
static int refused(char **arguments)
{
	CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					  .requestedHandleTypes = CU_MEM_HANDLE_TYPE_FABRIC,
					  .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemFabricHandle shareable = {{0}};
	CUmemGenericAllocationHandle handle;
	CUdeviceptr address;

	start();
	CALL(cuMemAlloc(&address, MIB));
	CALL(cuMemFree(address));
	MUST(cuMemCreate(&handle, 4 * MIB, &properties, 0) == (CUresult)atoi(arguments[0]));
	MUST(cuMemImportFromShareableHandle(&handle, &shareable, CU_MEM_HANDLE_TYPE_FABRIC) ==
	     (CUresult)atoi(arguments[0]));
	return 0;
}

/* ---- A pool -------------------------------------------------------------------- */

static void give_pool(void)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .handleTypes = CU_MEM_HANDLE_TYPE_FABRIC,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemPoolPtrExportData pointer;
	CUmemFabricHandle shareable;
	CUdeviceptr address;
	CUmemoryPool pool;
	char byte;

	CALL(cuMemPoolCreate(&pool, &properties));
	CALL(cuMemAllocFromPoolAsync(&address, 3 * MIB, pool, NULL));
	CALL(cuMemPoolExportToShareableHandle(&shareable, pool, CU_MEM_HANDLE_TYPE_FABRIC, 0));
	CALL(cuMemPoolExportPointer(&pointer, address));
	put(&shareable, sizeof(shareable));
	put(&pointer, sizeof(pointer));
	get(&byte, 1);
	CALL(cuMemFreeAsync(address, NULL));
	put(&byte, 1);
	wait_for_end();
	CALL(cuMemPoolDestroy(pool));
}

static int pool(char **arguments)
{
	CUmemPoolPtrExportData pointer;
	CUmemFabricHandle shareable;
	CUdeviceptr address;
	CUmemoryPool opened;
	char byte = 0;

	(void)arguments;
	split(give_pool);
	get(&shareable, sizeof(shareable));
	get(&pointer, sizeof(pointer));
	CALL(cuMemPoolImportFromShareableHandle(&opened, &shareable, CU_MEM_HANDLE_TYPE_FABRIC, 0));
	CALL(cuMemPoolImportPointer(&address, opened, &pointer));
	put(&byte, 1);
	get(&byte, 1);
	return end();
}

static const struct hazard_case cases[] = {
	{"freed", freed},
	{"freed_later", freed_later},
	{"ended", ended},
	{"given_twice", given_twice},
	{"killed", killed},
	{"fabric", fabric},
	{"descriptor", descriptor},
	{"two_importers", two_importers},
	{"own_fabric", own_fabric},
	{"refused", refused},
	{"pool", pool},
};

HAZARD_MAIN(cases)
