/*
 * C++ exceptions that fly through frames which allocate and free device
 * memory, and the question whose unwinder does the work. One 1 MiB leaks.
 */
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <stdexcept>

#include "hazard.h"

namespace
{

struct buffer {
	void *memory = nullptr;
	explicit buffer(size_t bytes)
	{
		if (cudaMalloc(&memory, bytes) != cudaSuccess) {
			cudaGetLastError();
			throw std::runtime_error("out of memory");
		}
	}
	~buffer()
	{
		CALL(cudaFree(memory));
	}
};

FRAME int descend(int depth)
{
	buffer here(64 * KIB);

	if (depth == 0) {
		buffer too_large((size_t)64 << 40);
		return 0;
	}
	return descend(depth - 1) + 1;
}

void print_owner(const char *name)
{
	Dl_info info;
	void *symbol = dlsym(RTLD_DEFAULT, name);

	if (symbol == nullptr || dladdr(symbol, &info) == 0) {
		printf("%s: not found\n", name);
		return;
	}
	const char *slash = strrchr(info.dli_fname, '/');
	printf("%s: %s\n", name, slash != nullptr ? slash + 1 : info.dli_fname);
}

} // namespace

int main()
{
	void *leak;

	for (int i = 0; i < 50; i++) {
		try {
			descend(20);
			return 99;
		} catch (const std::runtime_error &error) {
			if (i == 0)
				printf("caught: %s\n", error.what());
		}
	}
	CALL(cudaMalloc(&leak, MIB));
	for (const char *name :
	     {"_Unwind_RaiseException", "_Unwind_Resume", "_Unwind_Backtrace", "backtrace"})
		print_owner(name);
	return 0;
}
