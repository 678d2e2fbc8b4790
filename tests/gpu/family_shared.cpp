/*
 * Memory that another process owns: the program starts itself again as the
 * exporter (fork and exec), which frees all it has when the importer has ended.
 * Imported memory is no leak; the leaking version leaves it open.
 */
#include "families.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int peer; /* the socket to the other process */
static pid_t exporter;

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "families: %s failed\n", what);
	exit(99);
}

static void put(const void *bytes, size_t count)
{
	require(write(peer, bytes, count) == (ssize_t)count, "write to the other process");
}

static void get(void *bytes, size_t count)
{
	require(recv(peer, bytes, count, MSG_WAITALL) == (ssize_t)count,
		"read from the other process");
}

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static struct msghdr message_of(struct iovec *part, union control *control)
{
	struct msghdr message = {};

	message.msg_iov = part;
	message.msg_iovlen = 1;
	message.msg_control = control;
	message.msg_controllen = sizeof(*control);
	return message;
}

static void put_file(int file)
{
	char byte = 0;
	struct iovec part = {&byte, 1};
	union control control = {};
	struct msghdr message = message_of(&part, &control);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(header), &file, sizeof(file));
	require(sendmsg(peer, &message, 0) == 1, "sendmsg");
	close(file);
}

static int get_file(void)
{
	char byte;
	struct iovec part = {&byte, 1};
	union control control = {};
	struct msghdr message = message_of(&part, &control);
	int file;

	require(recvmsg(peer, &message, 0) == 1 && CMSG_FIRSTHDR(&message) != NULL, "recvmsg");
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(file));
	return file;
}

/* ---- The two processes --------------------------------------------------------- */

static void start_exporter(const char *name)
{
	char number[16];
	int pair[2];

	require(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	snprintf(number, sizeof(number), "%d", pair[1]);
	exporter = fork();
	require(exporter >= 0, "fork");
	if (exporter == 0) {
		close(pair[0]);
		execl("/proc/self/exe", "families", name, "free", number, (char *)NULL);
		_exit(99);
	}
	close(pair[1]);
	peer = pair[0];
	start_driver();
}

/* The importer's end: the exporter frees what it has, and ends. */
static int end(void)
{
	int status;

	close(peer);
	require(waitpid(exporter, &status, 0) == exporter, "waitpid");
	if (status != 0)
		fprintf(stderr, "families: the exporter ended with %#x\n", status);
	return status ? 99 : 0;
}

/* The exporter's start and, when the importer has gone, its last word. */
static void be_exporter(char **arguments)
{
	peer = atoi(arguments[0]);
	start_driver();
}

static void wait_for_end(void)
{
	char byte;

	require(read(peer, &byte, 1) == 0, "wait for the importer");
}

/* Imported memory is as large as the driver says, which may share more than was asked for. */
static void stays_open(const char *kind, CUdeviceptr address, size_t asked)
{
	CUdeviceptr base;
	size_t bytes;

	if (cuMemGetAddressRange(&base, &bytes, address) != CUDA_SUCCESS)
		bytes = asked;
	finds("imported", kind, 1, bytes, bytes);
}

/* ---- IPC -------------------------------------------------------------------------- */

static int _export_ipc(bool, char **arguments)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	be_exporter(arguments);
	MUST(cuMemAlloc(&address, 4 * MIB));
	MUST(cuIpcGetMemHandle(&handle, address));
	put(&handle, sizeof(handle));
	wait_for_end();
	MUST(cuMemFree(address));
	return 0;
}

/* Opened twice at one address; closed once only, it stays open. */
static int ipc(bool leak, char **)
{
	CUipcMemHandle handle;
	CUdeviceptr address, again;

	start_exporter("_export_ipc");
	get(&handle, sizeof(handle));
	MUST(cuIpcOpenMemHandle(&address, handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
	MUST(cuIpcOpenMemHandle(&again, handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
	printf("the second has the same address: %d\n", address == again);
	MUST(cuMemsetD8(address, 1, MIB));
	MUST(cuIpcCloseMemHandle(again));
	if (!leak)
		MUST(cuIpcCloseMemHandle(address));
	else
		stays_open("ipc_imported", address, 4 * MIB);
	return end();
}

/* ---- Physical memory by a file descriptor ------------------------------------------ */

static CUmemGenericAllocationHandle create_shared(int *file)
{
	CUmemAllocationProp properties = {};
	CUmemGenericAllocationHandle handle;

	properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
	properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	MUST(cuMemCreate(&handle, CHUNK, &properties, 0));
	MUST(cuMemExportToShareableHandle(file, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					  0));
	return handle;
}

static CUmemGenericAllocationHandle import_handle(int file)
{
	CUmemGenericAllocationHandle handle;

	MUST(cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)file,
					    CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR));
	close(file);
	return handle;
}

static int _export_physical(bool, char **arguments)
{
	CUmemGenericAllocationHandle handle;
	int file;

	be_exporter(arguments);
	handle = create_shared(&file);
	put_file(file);
	wait_for_end();
	MUST(cuMemRelease(handle));
	return 0;
}

static int vmm_import(bool leak, char **)
{
	CUmemGenericAllocationHandle imported;
	CUmemAccessDesc access = {};
	CUdeviceptr range;

	start_exporter("_export_physical");
	imported = import_handle(get_file());
	access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	MUST(cuMemAddressReserve(&range, CHUNK, 0, 0, 0));
	MUST(cuMemMap(range, CHUNK, 0, imported, 0));
	MUST(cuMemSetAccess(range, CHUNK, &access, 1));
	MUST(cuMemsetD8(range, 1, CHUNK));
	MUST(cuMemUnmap(range, CHUNK));
	MUST(cuMemAddressFree(range, CHUNK));
	if (!leak)
		MUST(cuMemRelease(imported));
	else /* its size is told when it is mapped; before that by nobody */
		finds("imported", "vmm_imported", 1, 0, CHUNK);
	return end();
}

/* Of memory that the process exported and imported itself: it leaks once. */
/* A driver that gives the same handle shows that it is the same memory; under
 * another one nothing tells it from another process's. */
static int vmm_own_import(bool leak, char **)
{
	CUmemGenericAllocationHandle own, imported;
	bool same;
	int file;

	start_driver();
	own = create_shared(&file);
	imported = import_handle(file);
	same = imported == own;
	MUST(cuMemRelease(own));
	if (!leak)
		MUST(cuMemRelease(imported));
	else if (same)
		leaks("vmm", 1, CHUNK);
	else
		finds("imported", "vmm_imported", 1, 0, 0);
	return 0;
}

/* ---- Pools ---------------------------------------------------------------------------- */

static int _export_pool(bool, char **arguments)
{
	CUmemPoolProps properties = {};
	CUmemPoolPtrExportData data;
	CUdeviceptr address;
	CUmemoryPool own;
	int file;

	be_exporter(arguments);
	properties.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
	properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	MUST(cuMemPoolCreate(&own, &properties));
	MUST(cuMemAllocFromPoolAsync(&address, 4 * MIB, own, NULL));
	MUST(cuStreamSynchronize(NULL));
	MUST(cuMemPoolExportToShareableHandle(&file, own, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					      0));
	MUST(cuMemPoolExportPointer(&data, address));
	put_file(file);
	put(&data, sizeof(data));
	wait_for_end();
	MUST(cuMemFreeAsync(address, NULL));
	MUST(cuStreamSynchronize(NULL));
	MUST(cuMemPoolDestroy(own));
	return 0;
}

static int pool_import(bool leak, char **)
{
	CUmemPoolPtrExportData data;
	CUmemAccessDesc access = {};
	CUdeviceptr address;
	CUmemoryPool imported;
	int file;

	start_exporter("_export_pool");
	file = get_file();
	get(&data, sizeof(data));
	MUST(cuMemPoolImportFromShareableHandle(&imported, (void *)(intptr_t)file,
						CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0));
	access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	MUST(cuMemPoolSetAccess(imported, &access, 1));
	MUST(cuMemPoolImportPointer(&address, imported, &data));
	if (!leak)
		MUST(cuMemFreeAsync(address, NULL));
	else
		stays_open("pool_imported", address, 4 * MIB);
	MUST(cuStreamSynchronize(NULL));
	if (!leak) /* else the driver refuses it */
		MUST(cuMemPoolDestroy(imported));
	return end();
}

/* ---- External memory ------------------------------------------------------------------- */

/* Made without a graphics API: physical memory of CUDA's own, given by its file. */
static int external(bool leak, char **)
{
	CUDA_EXTERNAL_MEMORY_HANDLE_DESC description = {};
	CUmemGenericAllocationHandle own;
	CUexternalMemory memory;
	int file, result;

	start_driver();
	own = create_shared(&file);
	description.type = CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD;
	description.handle.fd = file;
	description.size = CHUNK;
	result = (int)cuImportExternalMemory(&memory, &description);
	if (result != 0) {
		printf("cuImportExternalMemory gave %d: ", result);
		return not_here("external memory needs Vulkan or another graphics API here");
	}
	if (!leak)
		MUST(cuDestroyExternalMemory(memory));
	else
		finds("imported", "external", 1, CHUNK, CHUNK);
	MUST(cuMemRelease(own));
	return 0;
}

const struct family shared_families[] = {
	{"ipc", ipc},
	{"vmm_import", vmm_import},
	{"vmm_own_import", vmm_own_import},
	{"pool_import", pool_import},
	{"external", external},
	{"_export_ipc", _export_ipc},
	{"_export_physical", _export_physical},
	{"_export_pool", _export_pool},
	{nullptr, nullptr},
};
