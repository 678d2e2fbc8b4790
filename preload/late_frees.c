/*
 * Watches the runtime's free functions during exit(), by the slots through
 * which loaded objects call them (their global offset tables).
 */
#include "config.h"

#include "preload/late_frees.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "preload/doors.h"
#include "preload/record.h"

enum {
	PAGE_BYTES = 4096,
	RUNTIME_UNLOADING = 4 /* cudaErrorCudartUnloading */
};

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
#define LATE(symbol, space) free_function *symbol;
	LATE_FREES(LATE)
#undef LATE
} real;

static void record(const struct vt__api *api, void *what, const struct vt__unwind_start *start)
{
	struct vt__seen_free seen;

	vt__record_freeing(api, (uintptr_t)what, &seen);
	if (seen.known)
		vt__record_freed(api, &seen, CUDA_ERROR_DEINITIALIZED, start);
}

#define LATE(symbol, space)                                                                        \
	static int late_##symbol(void *what, void *stream)                                         \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_##space, -1};                \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		int result = real.symbol(what, stream);                                            \
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
	free_function **real;
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
	struct runtimes runtimes = {"", 0};
	void *library;

	dl_iterate_phdr(count_runtime, &runtimes);
	if (runtimes.count != 1 || !runtimes.path[0])
		return false;
	library = dlopen(runtimes.path, RTLD_LAZY | RTLD_NOLOAD);
	if (!library)
		return false;
	for (size_t i = 0; i < WATCHED; i++)
		*watched[i].real = (free_function *)vt__real_dlsym(library, watched[i].name);
	return true;
}

struct object {
	uintptr_t bias;
	const ElfW(Sym) * symbols;
	const char *strings;
	const ElfW(Rela) * tables[2];
	size_t counts[2];
	uintptr_t relro_start, relro_end;
};

/* The loader writes run-time addresses into the dynamic section; where it does
 * not (the vdso) they are relative still. */
static uintptr_t address_in(uintptr_t bias, uintptr_t value)
{
	return value < bias ? value + bias : value;
}

static void read_dynamic(const ElfW(Dyn) * entry, struct object *object)
{
	for (; entry->d_tag != DT_NULL; entry++) {
		uintptr_t address = address_in(object->bias, entry->d_un.d_ptr);

		switch (entry->d_tag) {
		case DT_SYMTAB:
			object->symbols = (const ElfW(Sym) *)address;
			break;
		case DT_STRTAB:
			object->strings = (const char *)address;
			break;
		case DT_JMPREL:
			object->tables[0] = (const ElfW(Rela) *)address;
			break;
		case DT_PLTRELSZ:
			object->counts[0] = entry->d_un.d_val / sizeof(ElfW(Rela));
			break;
		case DT_RELA:
			object->tables[1] = (const ElfW(Rela) *)address;
			break;
		case DT_RELASZ:
			object->counts[1] = entry->d_un.d_val / sizeof(ElfW(Rela));
			break;
		default:
			break;
		}
	}
}

static void set_slot(const struct object *object, uintptr_t slot, free_function *watcher)
{
	uintptr_t page = slot / PAGE_BYTES * PAGE_BYTES;
	bool read_only = slot >= object->relro_start && slot < object->relro_end;

	if (read_only && mprotect((void *)page, PAGE_BYTES, PROT_READ | PROT_WRITE))
		return;
	__atomic_store_n((uintptr_t *)slot, (uintptr_t)watcher, __ATOMIC_RELEASE);
	if (read_only)
		mprotect((void *)page, PAGE_BYTES, PROT_READ);
}

static void watch_slot(const struct object *object, const ElfW(Rela) * relocation)
{
	unsigned type = ELF64_R_TYPE(relocation->r_info);
	const char *name;

	if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
		return;
	name = object->strings + object->symbols[ELF64_R_SYM(relocation->r_info)].st_name;
	if (strncmp(name, "cudaFree", 8) != 0)
		return;
	for (size_t i = 0; i < WATCHED; i++)
		if (*watched[i].real && strcmp(name, watched[i].name) == 0)
			set_slot(object, object->bias + relocation->r_offset, watched[i].watcher);
}

static int watch_object(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	struct object object = {.bias = info->dlpi_addr};

	(void)bytes;
	(void)unused;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_GNU_RELRO) {
			object.relro_start = object.bias + segment->p_vaddr;
			object.relro_end = object.relro_start + segment->p_memsz;
		}
		if (segment->p_type == PT_DYNAMIC)
			read_dynamic((const ElfW(Dyn) *)(object.bias + segment->p_vaddr), &object);
	}
	if (!object.symbols || !object.strings)
		return 0;
	for (unsigned table = 0; table < 2; table++)
		for (size_t i = 0; object.tables[table] && i < object.counts[table]; i++)
			watch_slot(&object, &object.tables[table][i]);
	return 0;
}

void vt__late_frees_watch(void)
{
	int saved = errno;

	if (find_runtime())
		dl_iterate_phdr(watch_object, NULL);
	errno = saved;
}
