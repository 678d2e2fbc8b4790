/*
 * The registry of images that nvcc's constructors fill before main. Nothing here touches the
 * driver until a kernel or variable is asked for.
 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/common/ordered_map.h"
#include "simulate/runtime/program.h"
#include "simulate/runtime/register.h"

/* Wrapper of an image in the program's data: magic, version, image, and its file name. */
struct wrapper {
	int magic;
	int version;
	const void *image;
	void *file;
};

struct image {
	const struct wrapper *wrapper; /* first: the handle points at a pointer */
	CUlibrary library;             /* once loaded */
	struct symbol *symbols;
};

struct symbol {
	struct vt__node node; /* key: host function or shadow variable */
	struct symbol *next;  /* of the image */
	struct image *image;
	bool is_kernel;
	bool managed;
	void **pointer; /* of a managed variable: the program's pointer to it */
	CUkernel kernel;
	size_t size;
	char name[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct vt__map symbols;

void **__cudaRegisterFatBinary(void *fatCubin)
{
	struct image *image = calloc(1, sizeof(*image));

	if (!image)
		abort(); /* before main: there is nobody to tell */
	image->wrapper = fatCubin;
	return (void **)image;
}

void __cudaRegisterFatBinaryEnd(void **fatCubinHandle)
{
	(void)fatCubinHandle;
}

static struct symbol *add(void **handle, const void *host, const char *name)
{
	struct symbol *symbol = calloc(1, sizeof(*symbol) + strlen(name) + 1);

	if (!symbol)
		abort();
	strcpy(symbol->name, name);
	symbol->image = (struct image *)handle;
	pthread_mutex_lock(&lock);
	symbol->next = symbol->image->symbols;
	symbol->image->symbols = symbol;
	/* A second registration of one address (a merged inline function) changes nothing. */
	if (!vt__map_find(&symbols, (uintptr_t)host))
		vt__map_insert(&symbols, &symbol->node, (uintptr_t)host);
	pthread_mutex_unlock(&lock);
	return symbol;
}

void __cudaRegisterFunction(void **fatCubinHandle, const char *hostFun, char *deviceFun,
			    const char *deviceName, int thread_limit, uint3 *tid, uint3 *bid,
			    dim3 *bDim, dim3 *gDim, int *wSize)
{
	(void)deviceFun;
	(void)thread_limit;
	(void)tid;
	(void)bid;
	(void)bDim;
	(void)gDim;
	(void)wSize;
	add(fatCubinHandle, hostFun, deviceName)->is_kernel = true;
}

void __cudaRegisterVar(void **fatCubinHandle, char *hostVar, char *deviceAddress,
		       const char *deviceName, int ext, size_t size, int constant, int global)
{
	(void)deviceAddress;
	(void)ext;
	(void)constant;
	(void)global;
	add(fatCubinHandle, hostVar, deviceName)->size = size;
}

void __cudaRegisterManagedVar(void **fatCubinHandle, void **hostVarPtrAddress, char *deviceAddress,
			      const char *deviceName, int ext, size_t size, int constant,
			      int global)
{
	struct symbol *symbol = add(fatCubinHandle, hostVarPtrAddress, deviceName);

	(void)deviceAddress;
	(void)ext;
	(void)constant;
	(void)global;
	symbol->size = size;
	symbol->managed = true;
	symbol->pointer = hostVarPtrAddress;
}

void __cudaRegisterHostVar(void **fatCubinHandle, const char *deviceName, char *hostVar,
			   size_t size)
{
	(void)fatCubinHandle;
	(void)deviceName;
	(void)hostVar;
	(void)size;
}

void __cudaUnregisterFatBinary(void **fatCubinHandle)
{
	struct image *image = (struct image *)fatCubinHandle;
	struct symbol *symbol;

	if (!image)
		return;
	pthread_mutex_lock(&lock);
	symbol = image->symbols;
	while (symbol) {
		struct symbol *next = symbol->next;

		vt__map_remove(&symbols, &symbol->node);
		free(symbol);
		symbol = next;
	}
	if (image->library) /* at exit the driver may have shut down before */
		(void)vt__runtime_driver[VT_LEGACY].cuLibraryUnload(image->library);
	pthread_mutex_unlock(&lock);
	free(image);
}

/* Under the lock. */
static cudaError_t load_image(struct image *image)
{
	if (image->library)
		return cudaSuccess;
	return (cudaError_t)vt__runtime_driver[VT_LEGACY].cuLibraryLoadData(
		&image->library, image->wrapper->image, NULL, NULL, 0, NULL, NULL, 0);
}

static cudaError_t find_kernel(const void *host_function, CUkernel *kernel)
{
	struct symbol *symbol = (struct symbol *)vt__map_find(&symbols, (uintptr_t)host_function);
	cudaError_t error;

	if (!symbol || !symbol->is_kernel)
		return cudaErrorInvalidDeviceFunction;
	error = load_image(symbol->image);
	if (error == cudaSuccess && !symbol->kernel)
		error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuLibraryGetKernel(
			&symbol->kernel, symbol->image->library, symbol->name);
	if (error == cudaSuccess)
		*kernel = symbol->kernel;
	return error;
}

cudaError_t vt__kernel_of(const void *host_function, CUkernel *kernel)
{
	cudaError_t error;

	pthread_mutex_lock(&lock);
	error = find_kernel(host_function, kernel);
	pthread_mutex_unlock(&lock);
	return error;
}

/* Under the lock. */
static cudaError_t find_variable(struct symbol *symbol, CUdeviceptr *address)
{
	cudaError_t error = load_image(symbol->image);
	unsigned long long found = 0;

	if (error == cudaSuccess)
		error = (cudaError_t)vt__driver_extra->library_variable(symbol->image->library,
									symbol->name, symbol->size,
									symbol->managed, &found);
	if (error == cudaSuccess)
		*address = found;
	return error;
}

cudaError_t vt__variable_of(const void *host_variable, CUdeviceptr *address, size_t *size)
{
	cudaError_t error = cudaErrorInvalidSymbol;
	struct symbol *symbol;

	pthread_mutex_lock(&lock);
	symbol = (struct symbol *)vt__map_find(&symbols, (uintptr_t)host_variable);
	if (symbol && !symbol->is_kernel) {
		error = find_variable(symbol, address);
		*size = symbol->size;
	}
	pthread_mutex_unlock(&lock);
	return error;
}

cudaError_t vt__variable_size(const void *host_variable, size_t *size)
{
	const struct symbol *symbol;

	pthread_mutex_lock(&lock);
	symbol = (const struct symbol *)vt__map_find(&symbols, (uintptr_t)host_variable);
	if (symbol && !symbol->is_kernel)
		*size = symbol->size;
	pthread_mutex_unlock(&lock);
	return symbol && !symbol->is_kernel ? cudaSuccess : cudaErrorInvalidSymbol;
}

/* nvcc's code calls this before it first uses a managed variable of the image. */
char __cudaInitModule(void **fatCubinHandle)
{
	struct image *image = (struct image *)fatCubinHandle;
	cudaError_t error = vt__runtime_enter();

	pthread_mutex_lock(&lock);
	for (struct symbol *symbol = image->symbols; symbol && error == cudaSuccess;
	     symbol = symbol->next) {
		CUdeviceptr address = 0;

		if (!symbol->managed)
			continue;
		error = find_variable(symbol, &address);
		if (error == cudaSuccess)
			*symbol->pointer = (void *)(uintptr_t)address;
	}
	pthread_mutex_unlock(&lock);
	if (error != cudaSuccess)
		(void)vt__failed(error);
	return error == cudaSuccess;
}
