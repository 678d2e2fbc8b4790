/*
 * Prints what a program can see of its calls: results, errno, the runtime's
 * last error, dlerror texts, descriptors, signal state. The output must be
 * the same with us as without.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "hazard.h"

static void *buffer;
static size_t pitch;
static cudaMemPool_t device_pool;
static CUdeviceptr address;
static CUmemGenericAllocationHandle physical;

/* Each row: a call, by its own text. errno is 77 before and printed after. */
#define ROWS(ROW)                                                                                  \
	ROW(cudaFree(NULL))                                                                        \
	ROW(cudaMalloc(&buffer, MIB))                                                              \
	ROW(cudaFree(buffer))                                                                      \
	ROW(cudaFree(buffer))                                                                      \
	ROW(cudaPeekAtLastError())                                                                 \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaMalloc(NULL, MIB))                                                                 \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaMalloc(&buffer, 0))                                                                \
	ROW(cudaMalloc(&buffer, (size_t)32 << 40))                                                 \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaMallocPitch(&buffer, &pitch, 1000, 4))                                             \
	ROW(cudaFree(buffer))                                                                      \
	ROW(cudaMallocManaged(&buffer, MIB, 99))                                                   \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaMallocHost(&buffer, MIB))                                                          \
	ROW(cudaFree(buffer))                                                                      \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaFreeHost(buffer))                                                                  \
	ROW(cudaFreeHost(buffer))                                                                  \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaFreeHost(NULL))                                                                    \
	ROW(cudaMallocAsync(&buffer, MIB, NULL))                                                   \
	ROW(cudaFree(buffer))                                                                      \
	ROW(cudaMalloc(&buffer, MIB))                                                              \
	ROW(cudaFreeAsync(buffer, NULL))                                                           \
	ROW(cudaFreeAsync((void *)(uintptr_t)0x1234, NULL))                                        \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaDeviceGetDefaultMemPool(&device_pool, 0))                                          \
	ROW(cudaDeviceGetDefaultMemPool(&device_pool, 99))                                         \
	ROW(cudaGetLastError())                                                                    \
	ROW(cudaSetDevice(99))                                                                     \
	ROW(cudaGetLastError())                                                                    \
	ROW(cuMemAlloc(NULL, MIB))                                                                 \
	ROW(cuMemAlloc(&address, 0))                                                               \
	ROW(cuMemAlloc(&address, (size_t)32 << 40))                                                \
	ROW(cuMemFree(0))                                                                          \
	ROW(cuMemFree(0x1234))                                                                     \
	ROW(cuMemFreeHost(NULL))                                                                   \
	ROW(cuMemRelease(0x1234))                                                                  \
	ROW(cuMemCreate(&physical, 1, NULL, 0))                                                    \
	ROW(cuMemUnmap(0x1000, 4096))                                                              \
	ROW(cuArrayDestroy(NULL))                                                                  \
	ROW(cuMemPoolDestroy(NULL))                                                                \
	ROW(cuDevicePrimaryCtxReset(99))                                                           \
	ROW(cudaGetLastError())

static void print_results(void)
{
#define ROW(call)                                                                                  \
	errno = 77;                                                                                \
	printf("%s: %d", #call, (int)(call));                                                      \
	printf(", errno %d\n", errno);
	ROWS(ROW)
#undef ROW
}

static void print_lookup(const char *what, void *handle, const char *name)
{
	void *symbol;
	const char *text;

	dlerror();
	symbol = dlsym(handle, name);
	text = dlerror();
	printf("%s %s: %s, %s\n", what, name, symbol == NULL ? "NULL" : "found",
	       text == NULL ? "no error" : text);
}

static void print_lookups(void)
{
	void *driver = dlopen("libcuda.so.1", RTLD_NOW);
	void *own = dlopen("libm.so.6", RTLD_NOW);

	MUST(driver != NULL && own != NULL);
	print_lookup("driver", driver, "cuMemAlloc_v2");
	print_lookup("driver", driver, "cuMemAlloc_v9");
	print_lookup("driver", driver, "cos_no_such");
	print_lookup("libm", own, "cuMemAlloc_v2"); /* not a dependency of libm */
	print_lookup("libm", own, "cos");
	print_lookup("next", RTLD_NEXT, "no_such_function");
	print_lookup("default", RTLD_DEFAULT, "no_such_function");
	printf("dlvsym: %s\n", dlvsym(own, "cos", "GLIBC_2.2.5") ? "found" : "NULL");
	printf("dlvsym: %s\n", dlvsym(driver, "cuMemAlloc_v2", "NONE_1") ? "found" : "NULL");
	printf("dlopen: %s\n", dlopen("libcuda_no_such.so.1", RTLD_NOW) ? "found" : dlerror());
	printf("dlopen, not loaded: %s\n",
	       dlopen("libcrypt.so.1", RTLD_NOW | RTLD_NOLOAD) ? "found" : "NULL");
	dlclose(own);
}

static void print_process_state(void)
{
	sigset_t mask;
	int blocked = 0, handled = 0;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	printf("next descriptor: %d\n", fd);
	close(fd);
	MUST(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
	for (int number = 1; number < 65; number++) {
		struct sigaction action;

		blocked += sigismember(&mask, number) == 1;
		if (sigaction(number, NULL, &action) == 0)
			handled += action.sa_handler != SIG_DFL;
	}
	printf("signals blocked %d, handled %d\n", blocked, handled);
}

int main(void)
{
	print_process_state();
	print_results();
	print_lookups();
	print_process_state();
	return 0;
}
