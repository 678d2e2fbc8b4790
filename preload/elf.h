/*
 * A loaded object as its dynamic section describes it: the symbols it defines,
 * and the slots (its global offset table) through which it calls others.
 *
 * Reads memory of the object only; calls nothing of the loader, so it may be
 * used wherever the object cannot be unloaded meanwhile.
 */
#ifndef VT_PRELOAD_ELF_H
#define VT_PRELOAD_ELF_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt__elf {
	uintptr_t bias;
	const ElfW(Sym) * symbols;
	const char *strings;
	const char *soname; /* "" if it has none */
	const uint32_t *gnu_hash;
	const uint32_t *hash;
	const ElfW(Half) * versions;
	const ElfW(Rela) * tables[2]; /* of the procedure linkage table; all others */
	size_t counts[2];
};

/* From where to where the object is loaded. */
void vt__elf_range(const struct dl_phdr_info *info, uintptr_t *start_out, uintptr_t *end_out);

/* False if the object has no symbols. */
bool vt__elf_read(uintptr_t bias, const ElfW(Dyn) * dynamic, struct vt__elf *out);

/* The function or variable that the object defines by this name; NULL if none. */
void *vt__elf_symbol(const struct vt__elf *elf, const char *name);

/* Calls `visit` for each slot that is filled with the address of a symbol,
 * until it returns false. */
typedef bool vt__elf_slot_visit(const char *symbol, uintptr_t *slot, void *closure);
void vt__elf_each_slot(const struct vt__elf *elf, vt__elf_slot_visit *visit, void *closure);

/* The last part of a path. */
const char *vt__elf_file_name(const char *path);

/* Whether the object is a CUDA driver, by its soname or its file's name. */
bool vt__elf_is_driver(const struct vt__elf *elf, const char *path);

#endif
