/*
 * Objects that hold memory nobody gives a size for. A case makes one by each
 * function there is for it and destroys all, or, as `CASE kept`, all but the
 * first; it prints how many it made.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hazard.h"

static const char image[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
			    ".visible .global .align 4 .b8 table[65536];\n";

static CUcontext context;
static int made;

static void start(void)
{
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

/* The first handle that is to be destroyed: 0, or 1 if one is kept. */
static int first_to_go(char **arguments)
{
	printf("%d\n", made);
	return arguments[0] && strcmp(arguments[0], "kept") == 0;
}

static void write_image(char *path)
{
	int file = mkstemp(path);

	MUST(file >= 0);
	MUST(write(file, image, sizeof(image)) == (ssize_t)sizeof(image));
	MUST(close(file) == 0);
}

static int module(char **arguments)
{
	char path[] = "/tmp/vramtrack-module.XXXXXX";
	CUmodule modules[4];

	start();
	write_image(path);
	CALL(cuModuleLoad(&modules[made++], path));
	CALL(cuModuleLoadData(&modules[made++], image));
	CALL(cuModuleLoadDataEx(&modules[made++], image, 0, NULL, NULL));
	CALL(cuModuleLoadFatBinary(&modules[made++], image));
	MUST(unlink(path) == 0);
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuModuleUnload(modules[i]));
	return 0;
}

static int library(char **arguments)
{
	char path[] = "/tmp/vramtrack-library.XXXXXX";
	CUlibrary libraries[2];

	start();
	write_image(path);
	CALL(cuLibraryLoadData(&libraries[made++], image, NULL, NULL, 0, NULL, NULL, 0));
	CALL(cuLibraryLoadFromFile(&libraries[made++], path, NULL, NULL, 0, NULL, NULL, 0));
	MUST(unlink(path) == 0);
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuLibraryUnload(libraries[i]));
	return 0;
}

static CUgreenCtx make_green(void)
{
	CUdevResourceDesc description;
	CUdevResource resource;
	CUgreenCtx green;

	CALL(cuDeviceGetDevResource(0, &resource, CU_DEV_RESOURCE_TYPE_SM));
	CALL(cuDevResourceGenerateDesc(&description, &resource, 1));
	CALL(cuGreenCtxCreate(&green, description, 0, CU_GREEN_CTX_DEFAULT_STREAM));
	return green;
}

static int green_context(char **arguments)
{
	CUgreenCtx contexts[2];

	start();
	while (made < 2)
		contexts[made++] = make_green();
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuGreenCtxDestroy(contexts[i]));
	return 0;
}

/* Destroyed by the old name and the new one in turn. */
static int stream(char **arguments)
{
	CUstream streams[3];
	CUgreenCtx green;

	start();
	green = make_green();
	CALL(cuStreamCreate(&streams[made++], CU_STREAM_NON_BLOCKING));
	CALL(cuStreamCreateWithPriority(&streams[made++], CU_STREAM_NON_BLOCKING, 0));
	CALL(cuGreenCtxStreamCreate(&streams[made++], green, CU_STREAM_NON_BLOCKING, 0));
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(i % 2 ? cuStreamDestroy(streams[i]) : cuStreamDestroy_v2(streams[i]));
	CALL(cuGreenCtxDestroy(green));
	return 0;
}

static int event(char **arguments)
{
	CUevent events[3];

	start();
	while (made < 3)
		CALL(cuEventCreate(&events[made++], CU_EVENT_DISABLE_TIMING));
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(i % 2 ? cuEventDestroy(events[i]) : cuEventDestroy_v2(events[i]));
	return 0;
}

/* Textures and surfaces have numbers of their own, which can be the same. */
static int descriptors(char **arguments)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = 16,
					 .Height = 16,
					 .Format = CU_AD_FORMAT_FLOAT,
					 .NumChannels = 1,
					 .Flags = CUDA_ARRAY3D_SURFACE_LDST};
	CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY};
	CUDA_TEXTURE_DESC texture = {.addressMode = {CU_TR_ADDRESS_MODE_CLAMP}};
	CUtexObject textures[2];
	CUsurfObject surfaces[2];

	start();
	CALL(cuArray3DCreate_v2(&resource.res.array.hArray, &shape));
	while (made < 2) {
		CALL(cuTexObjectCreate(&textures[made], &resource, &texture, NULL));
		CALL(cuSurfObjectCreate(&surfaces[made++], &resource));
	}
	for (int i = first_to_go(arguments); i < made; i++) {
		CALL(cuTexObjectDestroy(textures[i]));
		CALL(cuSurfObjectDestroy(surfaces[i]));
	}
	CALL(cuArrayDestroy(resource.res.array.hArray));
	return 0;
}

static int pool(char **arguments)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemoryPool pools[2];

	start();
	while (made < 2)
		CALL(cuMemPoolCreate(&pools[made++], &properties));
	for (int i = first_to_go(arguments); i < made; i++) {
		CALL(cuMemPoolTrimTo(pools[i], 0));
		CALL(cuMemPoolDestroy(pools[i]));
	}
	return 0;
}

static int semaphore(char **arguments)
{
	CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC description = {
		.type = CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD};
	CUexternalSemaphore semaphores[2];

	start();
	while (made < 2) {
		description.handle.fd = memfd_create("semaphore", MFD_CLOEXEC);
		MUST(description.handle.fd >= 0);
		CALL(cuImportExternalSemaphore(&semaphores[made++], &description));
	}
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuDestroyExternalSemaphore(semaphores[i]));
	return 0;
}

/* One by each of the four ABIs. No primary context is made. */
static int contexts(char **arguments)
{
	CUcontext own[4];

	CALL(cuInit(0));
	CALL(cuCtxCreate(&own[made++], 0, 0));
	CALL(cuCtxCreate_v2(&own[made++], 0, 0));
	CALL(cuCtxCreate_v3(&own[made++], NULL, 0, 0, 0));
	CALL(cuCtxCreate_v4(&own[made++], NULL, 0, 0));
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(i % 2 ? cuCtxDestroy(own[i]) : cuCtxDestroy_v2(own[i]));
	return 0;
}

/* The last reference ends the context, and what lives in it. */
static int attached(char **arguments)
{
	CUcontext own, same;
	CUdeviceptr address;

	CALL(cuInit(0));
	CALL(cuCtxCreate_v2(&own, 0, 0));
	CALL(cuMemAlloc_v2(&address, 3 * MIB));
	CALL(cuCtxAttach(&same, 0));
	MUST(same == own);
	CALL(cuCtxDetach(own));
	CALL(cuMemsetD8_v2(address, 0, MIB)); /* it is there yet */
	if (!arguments[0])
		CALL(cuCtxDetach(own));
	return 0;
}

/* A primary context has its references too: the last release ends it. */
static int primary(char **arguments)
{
	CUdeviceptr address;

	start();
	CALL(cuMemAlloc_v2(&address, 3 * MIB));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuDevicePrimaryCtxRelease(0));
	CALL(cuMemsetD8_v2(address, 0, MIB));
	if (!arguments[0])
		CALL(cuDevicePrimaryCtxRelease_v2(0));
	return 0;
}

/* The program's own memory, page-locked for a while: by both names. */
static int registered(char **arguments)
{
	char *own = aligned_alloc(4096, 4 * MIB);

	start();
	MUST(own != NULL);
	CALL(cuMemHostRegister_v2(own, 3 * MIB, 0));
	CALL(cuMemHostRegister(own + 3 * MIB, MIB, 0));
	CALL(cuMemHostUnregister(own + 3 * MIB));
	if (!arguments[0])
		CALL(cuMemHostUnregister(own));
	return 0;
}

static const struct hazard_case cases[] = {
	{"module", module},
	{"library", library},
	{"green_context", green_context},
	{"stream", stream},
	{"event", event},
	{"texture_object", descriptors},
	{"surface_object", descriptors},
	{"memory_pool", pool},
	{"external_semaphore", semaphore},
	{"context", contexts},
	{"attached", attached},
	{"primary", primary},
	{"registered", registered},
};

HAZARD_MAIN(cases)
