/*
 * Memory of threads, one for each of the first.
 */
#include "config.h"

#include "python/memory.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/attributes.h"

#define THREADS 64u /* that have memory: what they had stays when they end */

__thread struct vt__python_memory *vt__python_own;
static _Atomic uint32_t threads;

struct vt__python_memory *vt__python_memory(void)
{
	int saved = errno;
	void *memory;

	if (VT__LIKELY(vt__python_own) ||
	    atomic_load_explicit(&threads, memory_order_relaxed) >= THREADS ||
	    atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) >= THREADS)
		return vt__python_own;
	memory = mmap(NULL, sizeof(*vt__python_own), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	errno = saved;
	if (memory != MAP_FAILED)
		vt__python_own = memory;
	return vt__python_own;
}

struct vt__pages *vt__python_pages(struct vt__python_memory *memory)
{
	return &memory->pages;
}

uint32_t vt__python_slot(uintptr_t code)
{
	return (uint32_t)(vt__hash_word(code) % (VT__SLOTS / VT__SLOT_WAYS)) * VT__SLOT_WAYS;
}

struct vt__code_slot *vt__python_slot_at(struct vt__python_memory *memory, uint32_t number)
{
	return &memory->slots[number];
}

uint32_t vt__python_serial(struct vt__python_memory *memory)
{
	return ++memory->serial ? memory->serial : ++memory->serial;
}
