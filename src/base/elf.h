/*
 * A loaded object as its dynamic section describes it: the symbols it defines,
 * and the slots (its global offset table) through which it calls others.
 *
 * Reads memory of the object only, whatever its dynamic section says: each table is cut
 * where the segments end that it is in, and each offset is checked against its table.
 * Calls nothing of the loader, so it may be used wherever the object cannot be unloaded
 * meanwhile.
 */
#ifndef VT_BASE_ELF_H
#define VT_BASE_ELF_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A table that is not there has room for nothing. */
struct vt__elf {
	uintptr_t bias;
	const ElfW(Phdr) * headers; /* NULL: not known */
	unsigned header_count;
	const ElfW(Sym) * symbols;
	size_t symbol_room; /* entries, as below */
	const char *strings;
	size_t string_bytes; /* up to the last end of a string */
	const char *soname;  /* "" if it has none */
	const uint32_t *gnu_hash;
	size_t gnu_hash_words;
	const uint32_t *hash;
	size_t hash_words;
	const ElfW(Half) * versions;
	size_t version_room;
	const ElfW(Rela) * tables[2]; /* of the procedure linkage table; all others */
	size_t counts[2];
};

/* From where to where the object is loaded. */
void vt__elf_range(const struct dl_phdr_info *info, uintptr_t *start_out, uintptr_t *end_out);

/* False if the object has no symbols. */
bool vt__elf_read(const struct dl_phdr_info *info, struct vt__elf *out);

/* The same of an object whose program headers are not known (NULL), as when the loader
 * is at it: then the ends of its segments are not either. */
bool vt__elf_read_at(uintptr_t bias, const ElfW(Dyn) * dynamic, const ElfW(Phdr) * headers,
		     unsigned header_count, struct vt__elf *out);

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
