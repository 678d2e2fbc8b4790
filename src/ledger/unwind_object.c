/*
 * Finds the loaded object for an address through _dl_find_object, or through
 * dl_iterate_phdr where the C library is older than 2.35.
 */
#include "config.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>

#include "ledger/unwind_object.h"

/* What _dl_find_object fills in on x86-64: a part of glibc's ABI, declared
 * here because its headers have it from 2.35 on only. */
struct found {
	unsigned long long flags;
	uintptr_t map_start;
	uintptr_t map_end;
	const struct link_map *link_map;
	uintptr_t frame_header;
	unsigned long long reserved[7];
};

typedef int find_object(void *pc, struct found *out);

static _Atomic(find_object *) find_object_entry;

void vt__object_init(void)
{
	void *symbol = dlsym(RTLD_DEFAULT, "_dl_find_object");
	find_object *entry = NULL;

	memcpy(&entry, &symbol, sizeof(entry));
	atomic_store_explicit(&find_object_entry, entry, memory_order_release);
}

/* Fills `out` from the program headers; says whether `pc` is in a segment. */
static bool describe(uintptr_t bias, const ElfW(Phdr) * headers, unsigned count, uintptr_t pc,
		     struct vt__object *out)
{
	struct vt__object object = {0};
	bool holds_pc = false;

	for (unsigned i = 0; i < count; i++) {
		const ElfW(Phdr) *header = &headers[i];
		uintptr_t start = bias + header->p_vaddr;

		if (header->p_type == PT_GNU_EH_FRAME)
			object.frame_header = start;
		if (header->p_type != PT_LOAD)
			continue;
		holds_pc |= pc - start < header->p_memsz;
		if ((header->p_flags & PF_R) && object.segment_count < VT__OBJECT_SEGMENTS) {
			object.segments[object.segment_count++] = (struct vt__range){
				.low = start,
				.high = start + header->p_memsz,
			};
		}
	}
	if (holds_pc)
		*out = object;
	return holds_pc;
}

/* The program headers are in the first page of an object whose first segment
 * begins with the ELF header. Others are left to dl_iterate_phdr. */
static bool describe_mapped(const struct found *found, uintptr_t pc, struct vt__object *out)
{
	const ElfW(Ehdr) *elf = (const ElfW(Ehdr) *)found->map_start;

	if (!found->link_map || !vt__memory_all_readable(found->map_start, sizeof(*elf)))
		return false;
	if (memcmp(elf->e_ident, ELFMAG, SELFMAG) || elf->e_phentsize != sizeof(ElfW(Phdr)))
		return false;
	if (elf->e_phoff % sizeof(uint64_t) || elf->e_phoff > found->map_end - found->map_start ||
	    !vt__memory_all_readable(found->map_start + elf->e_phoff,
				     elf->e_phnum * sizeof(ElfW(Phdr))))
		return false;
	return describe(found->link_map->l_addr,
			(const ElfW(Phdr) *)(found->map_start + elf->e_phoff), elf->e_phnum, pc,
			out);
}

struct query {
	uintptr_t pc;
	struct vt__object *out;
};

static int match(struct dl_phdr_info *info, size_t size, void *closure)
{
	const struct query *query = closure;

	(void)size;
	return describe(info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum, query->pc, query->out);
}

bool vt__object_find(uintptr_t pc, struct vt__object *out)
{
	find_object *entry = atomic_load_explicit(&find_object_entry, memory_order_acquire);
	struct query query = {.pc = pc, .out = out};

	if (entry) {
		struct found found;

		if (entry((void *)pc, &found) != 0)
			return false;
		if (describe_mapped(&found, pc, out))
			return true;
	}
	return dl_iterate_phdr(match, &query) != 0;
}

uintptr_t vt__object_end(const struct vt__object *object, uintptr_t address)
{
	for (unsigned i = 0; i < object->segment_count; i++) {
		if (vt__range_holds(&object->segments[i], address))
			return object->segments[i].high;
	}
	return 0;
}
