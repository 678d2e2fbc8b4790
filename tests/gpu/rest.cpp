/*
 * What a card holds beside what is tracked, case by case: `rest CASE`.
 *   steady    40 marks, each with an allocation, work and a free: nothing grows
 *   past      40 marks, at each of which 2 MiB are taken past the recorder
 *   refused   an allocation of 1 TiB
 *   tree      three processes that hold memory at once; one is killed
 *   suspend   16 times physical memory is unmapped and released, and mapped again at its address
 * By the driver's functions alone: built with -lcuda. Prints numbers for the script.
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <cuda.h>
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALL(call)                                                                                 \
	do {                                                                                       \
		CUresult result_ = (call);                                                         \
		if (result_ != CUDA_SUCCESS) {                                                     \
			std::fprintf(stderr, "%s:%d: %s: %d\n", __FILE__, __LINE__, #call,         \
				     (int)result_);                                                \
			std::exit(99);                                                             \
		}                                                                                  \
	} while (0)
#define CASE __attribute__((noinline, noclone)) static void

static const size_t MIB = 1 << 20;

static void start()
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static void mark(const char *name)
{
	static void (*function)(const char *) = reinterpret_cast<void (*)(const char *)>(
		dlsym(RTLD_DEFAULT, "vramtrack_preload_mark"));

	if (function)
		function(name);
}

/* A function of libcuda by its own table of symbols: no loader is asked, so nobody can stand in
 * front of it. */
struct wanted {
	const char *name;
	void *found;
};

static int look(struct dl_phdr_info *info, size_t, void *closure)
{
	wanted *it = static_cast<wanted *>(closure);
	const ElfW(Sym) *symbols = nullptr;
	const char *strings = nullptr;

	if (!std::strstr(info->dlpi_name, "libcuda.so"))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		if (info->dlpi_phdr[i].p_type != PT_DYNAMIC)
			continue;
		for (const ElfW(Dyn) *dynamic = reinterpret_cast<const ElfW(Dyn) *>(
			     info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
		     dynamic->d_tag != DT_NULL; dynamic++) {
			if (dynamic->d_tag == DT_SYMTAB)
				symbols = reinterpret_cast<const ElfW(Sym) *>(dynamic->d_un.d_ptr);
			if (dynamic->d_tag == DT_STRTAB)
				strings = reinterpret_cast<const char *>(dynamic->d_un.d_ptr);
		}
	}
	for (const ElfW(Sym) *symbol = symbols;
	     symbol && reinterpret_cast<const char *>(symbol) < strings; symbol++)
		if (symbol->st_shndx && !std::strcmp(strings + symbol->st_name, it->name))
			it->found = reinterpret_cast<void *>(info->dlpi_addr + symbol->st_value);
	return it->found != nullptr;
}

CASE case_steps(bool past)
{
	wanted allocate = {"cuMemAlloc_v2", nullptr};
	CUdeviceptr memory;

	dl_iterate_phdr(look, &allocate);
	if (!allocate.found) {
		std::fprintf(stderr, "cuMemAlloc_v2 is not in libcuda's table\n");
		std::exit(99);
	}
	start();
	for (int i = 0; i < 40; i++) {
		CALL(cuMemAlloc(&memory, 3 * MIB));
		CALL(cuMemsetD8(memory, 1, 3 * MIB));
		CALL(cuMemFree(memory));
		if (past)
			CALL(reinterpret_cast<CUresult (*)(CUdeviceptr *, size_t)>(allocate.found)(
				&memory, 2 * MIB));
		mark("step");
		usleep(50000); /* so that NVML is asked now and then */
	}
}

CASE case_refused()
{
	CUdeviceptr memory;
	size_t free, total;

	start();
	CALL(cuMemAlloc(&memory, 100 * MIB));
	CALL(cuMemGetInfo(&free, &total));
	std::printf("%zu\n", total);
	if (cuMemAlloc(&memory, 1024 * 1024 * MIB) != CUDA_ERROR_OUT_OF_MEMORY)
		std::exit(98);
}

static void wait_for(int file)
{
	char byte;

	if (read(file, &byte, 1) != 1)
		std::exit(97);
}

static void tell(int file)
{
	if (write(file, "", 1) != 1)
		std::exit(97);
}

CASE case_tree()
{
	int go[2][2], done[2][2];
	pid_t children[2];
	CUdeviceptr memory;

	for (int i = 0; i < 2; i++) {
		if (pipe(go[i]) || pipe(done[i]))
			std::exit(97);
		children[i] = fork();
		if (children[i])
			continue;
		wait_for(go[i][0]);
		start();
		CALL(cuMemAlloc(&memory, (i + 1) * 512 * MIB));
		tell(done[i][1]);
		wait_for(go[i][0]);
		std::exit(0);
	}
	start();
	CALL(cuMemAlloc(&memory, 256 * MIB));
	for (int i = 0; i < 2; i++) {
		usleep(20000);
		tell(go[i][1]);
		wait_for(done[i][0]);
	}
	usleep(20000);
	CALL(cuMemAlloc(&memory, 256 * MIB)); /* an account of the peak, with all of them there */
	std::printf("%d %d %d\n", (int)getpid(), (int)children[0], (int)children[1]);
	kill(children[0], SIGKILL);
	tell(go[1][1]);
	waitpid(children[0], nullptr, 0);
	waitpid(children[1], nullptr, 0);
}

CASE case_suspend()
{
	const size_t bytes = 64 * MIB;
	CUmemAllocationProp properties = {};
	CUmemAccessDesc access = {};
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range, memory;

	start();
	CALL(cuMemAlloc(&memory, MIB));
	properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.location.type = access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	CALL(cuMemAddressReserve(&range, bytes, 0, 0, 0));
	for (int i = 0; i < 16; i++) {
		CALL(cuMemCreate(&handle, bytes, &properties, 0));
		CALL(cuMemMap(range, bytes, 0, handle, 0));
		CALL(cuMemSetAccess(range, bytes, &access, 1));
		mark("awake");
		CALL(cuMemUnmap(range, bytes));
		CALL(cuMemRelease(handle));
		mark("asleep");
	}
	CALL(cuMemAddressFree(range, bytes));
	CALL(cuMemFree(memory));
}

int main(int count, char **arguments)
{
	const std::string name = count > 1 ? arguments[1] : "";

	if (name == "steady" || name == "past")
		case_steps(name == "past");
	else if (name == "refused")
		case_refused();
	else if (name == "tree")
		case_tree();
	else if (name == "suspend")
		case_suspend();
	else
		return 2;
	return 0;
}
