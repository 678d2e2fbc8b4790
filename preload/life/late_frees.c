/*
 * Watches the runtime's free functions during exit(), by the slots through
 * which loaded objects call them (their global offset tables).
 */
#include "config.h"

#include "preload/life/late_frees.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "base/page.h"
#include "base/elf.h"
#include "preload/recorder/process.h"
#include "preload/base/real_dlsym.h"
#include "preload/recorder/record.h"

#define RUNTIME_UNLOADING 4 /* cudaErrorCudartUnloading */

/* LATE(symbol, space): takes what is freed and, some of them, a stream. */
#define LATE_FREES(LATE)                                                                           \
	LATE(cudaFree, DEVICE)                                                                     \
	LATE(cudaFreeAsync, DEVICE)                                                                \
	LATE(cudaFreeAsync_ptsz, DEVICE)                                                           \
	LATE(cudaFreeHost, HOST)                                                                   \
	LATE(cudaFreeArray, ARRAY)                                                                 \
	LATE(cudaFreeMipmappedArray, ARRAY)

typedef int free_function(void *what, void *stream);

static struct {
#define LATE(symbol, space) _Atomic(free_function *) symbol;
	LATE_FREES(LATE)
#undef LATE
} real;

static void record(const struct vt__api *api, void *what, const struct vt__unwind_start *start)
{
	struct vt__seen_free seen;

	vt__record_freeing(api, (uintptr_t)what, start, &seen);
	if (seen.known)
		vt__record_unusual_free(vt__process_ledger_if_any(), api, &seen,
					CUDA_ERROR_DEINITIALIZED, start);
}

/* Other threads go on during exit(): they may be here as soon as their slot is set. */
static int call(_Atomic(free_function *) *real_free, void *what, void *stream)
{
	return atomic_load_explicit(real_free, memory_order_relaxed)(what, stream);
}

#define LATE(symbol, space)                                                                        \
	static int late_##symbol(void *what, void *stream)                                         \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_##space, -1};                \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		int result = call(&real.symbol, what, stream);                                     \
                                                                                                   \
		if (result == RUNTIME_UNLOADING)                                                   \
			record(&api, what, &start);                                                \
		return result;                                                                     \
	}
LATE_FREES(LATE)
#undef LATE

static const struct {
	const char *name;
	free_function *watcher;
	_Atomic(free_function *) *real;
} watched[] = {
#define LATE(symbol, space) {#symbol, late_##symbol, &real.symbol},
	LATE_FREES(LATE)
#undef LATE
};

enum {
	WATCHED = sizeof(watched) / sizeof(watched[0])
};

struct runtimes {
	char path[4096];
	unsigned count;
};

static int count_runtime(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	struct runtimes *runtimes = closure;
	const char *slash = strrchr(info->dlpi_name, '/');
	const char *name = slash ? slash + 1 : info->dlpi_name;

	(void)bytes;
	if (strncmp(name, "libcudart.so", 12) != 0 && strncmp(name, "libcudart-", 10) != 0)
		return 0;
	if (strlen(info->dlpi_name) < sizeof(runtimes->path))
		strcpy(runtimes->path, info->dlpi_name);
	runtimes->count++;
	return 0;
}

static bool find_runtime(void)
{
	static struct runtimes runtimes; /* at the process's end alone */
	void *library;

	runtimes.count = 0;
	dl_iterate_phdr(count_runtime, &runtimes);
	if (runtimes.count != 1 || !runtimes.path[0])
		return false;
	library = dlopen(runtimes.path, RTLD_LAZY | RTLD_NOLOAD);
	if (!library)
		return false;
	for (size_t i = 0; i < WATCHED; i++)
		atomic_store_explicit(watched[i].real,
				      (free_function *)vt__real_dlsym(library, watched[i].name),
				      memory_order_relaxed);
	return true;
}

struct object {
	struct vt__elf elf;
	uintptr_t relro_start, relro_end;
};

static void set_slot(const struct object *object, uintptr_t slot, free_function *watcher)
{
	size_t bytes = vt__page_bytes();
	uintptr_t page = slot / bytes * bytes;
	bool read_only = slot >= object->relro_start && slot < object->relro_end;

	if (read_only && mprotect((void *)page, bytes, PROT_READ | PROT_WRITE))
		return;
	/* After `real` of it, which the watcher calls; who jumps through the slot depends on its
	 * address. */
	__atomic_store_n((uintptr_t *)slot, (uintptr_t)watcher, __ATOMIC_RELEASE);
	if (read_only)
		mprotect((void *)page, bytes, PROT_READ);
}

static bool watch_slot(const char *name, uintptr_t *slot, void *closure)
{
	if (strncmp(name, "cudaFree", 8) != 0)
		return true;
	for (size_t i = 0; i < WATCHED; i++)
		if (atomic_load_explicit(watched[i].real, memory_order_relaxed) &&
		    strcmp(name, watched[i].name) == 0)
			set_slot(closure, (uintptr_t)slot, watched[i].watcher);
	return true;
}

static int watch_object(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	struct object object = {.relro_start = 0};

	(void)bytes;
	(void)unused;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type == PT_GNU_RELRO) {
			object.relro_start = start;
			object.relro_end = start + segment->p_memsz;
		}
	}
	if (vt__elf_read(info, &object.elf))
		vt__elf_each_slot(&object.elf, watch_slot, &object);
	return 0;
}

void vt__late_frees_watch(void)
{
	int saved = errno;

	if (find_runtime())
		dl_iterate_phdr(watch_object, NULL);
	errno = saved;
}
