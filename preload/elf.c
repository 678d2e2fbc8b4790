/* Reads the dynamic section of loaded objects. */
#include "config.h"

#include "preload/elf.h"

#include <string.h>

/* The loader writes run-time addresses into the dynamic section; where it does
 * not (the vdso) they are relative still. */
static uintptr_t address_in(uintptr_t bias, uintptr_t value)
{
	return value < bias ? value + bias : value;
}

struct sizes {
	uintptr_t soname; /* in the strings */
	bool has_soname;
	size_t relative; /* leading entries of the second table without a symbol */
};

static void read_entry(struct vt__elf *elf, const ElfW(Dyn) * entry, struct sizes *sizes)
{
	uintptr_t address = address_in(elf->bias, entry->d_un.d_ptr);

	switch (entry->d_tag) {
	case DT_SYMTAB:
		elf->symbols = (const ElfW(Sym) *)address;
		break;
	case DT_STRTAB:
		elf->strings = (const char *)address;
		break;
	case DT_SONAME:
		sizes->soname = entry->d_un.d_val;
		sizes->has_soname = true;
		break;
	case DT_GNU_HASH:
		elf->gnu_hash = (const uint32_t *)address;
		break;
	case DT_HASH:
		elf->hash = (const uint32_t *)address;
		break;
	case DT_VERSYM:
		elf->versions = (const ElfW(Half) *)address;
		break;
	case DT_JMPREL:
		elf->tables[0] = (const ElfW(Rela) *)address;
		break;
	case DT_PLTRELSZ:
		elf->counts[0] = entry->d_un.d_val / sizeof(ElfW(Rela));
		break;
	case DT_RELA:
		elf->tables[1] = (const ElfW(Rela) *)address;
		break;
	case DT_RELASZ:
		elf->counts[1] = entry->d_un.d_val / sizeof(ElfW(Rela));
		break;
	case DT_RELACOUNT:
		sizes->relative = entry->d_un.d_val;
		break;
	default:
		break;
	}
}

void vt__elf_range(const struct dl_phdr_info *info, uintptr_t *start_out, uintptr_t *end_out)
{
	*start_out = UINTPTR_MAX;
	*end_out = 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type != PT_LOAD)
			continue;
		if (start < *start_out)
			*start_out = start;
		if (start + segment->p_memsz > *end_out)
			*end_out = start + segment->p_memsz;
	}
}

bool vt__elf_read(uintptr_t bias, const ElfW(Dyn) * dynamic, struct vt__elf *out)
{
	struct sizes sizes = {.soname = 0};

	memset(out, 0, sizeof(*out));
	out->bias = bias;
	for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++)
		read_entry(out, dynamic, &sizes);
	if (!out->symbols || !out->strings)
		return false;
	out->soname = sizes.has_soname ? out->strings + sizes.soname : "";
	if (out->tables[1] && sizes.relative <= out->counts[1]) {
		out->tables[1] += sizes.relative;
		out->counts[1] -= sizes.relative;
	}
	return true;
}

/* Defined, of the default version, and at a fixed address. */
static bool is_wanted(const struct vt__elf *elf, uint32_t number, const char *name)
{
	const ElfW(Sym) *symbol = &elf->symbols[number];
	unsigned type = ELF64_ST_TYPE(symbol->st_info);

	return symbol->st_shndx != SHN_UNDEF && type != STT_TLS && type != STT_GNU_IFUNC &&
	       !(elf->versions && (elf->versions[number] & 0x8000)) &&
	       strcmp(elf->strings + symbol->st_name, name) == 0;
}

/* The hash of the GNU_HASH table: words of a filter, buckets, then the hashes
 * of the symbols of each bucket, the last of which is odd. */
static uint32_t find_by_gnu_hash(const struct vt__elf *elf, const char *name)
{
	const uint32_t *table = elf->gnu_hash;
	uint32_t buckets = table[0], first = table[1], filter_words = table[2];
	const uint32_t *bucket = table + 4 + filter_words * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
	const uint32_t *hashes = bucket + buckets;
	uint32_t hash = 5381, number;

	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		hash = hash * 33 + *c;
	number = buckets ? bucket[hash % buckets] : 0;
	if (number < first || number == 0)
		return 0;
	for (;; number++) {
		uint32_t own = hashes[number - first];

		if ((own | 1) == (hash | 1) && is_wanted(elf, number, name))
			return number;
		if (own & 1)
			return 0;
	}
}

static uint32_t find_by_hash(const struct vt__elf *elf, const char *name)
{
	uint32_t buckets = elf->hash[0], hash = 0, number;
	const uint32_t *bucket = elf->hash + 2, *chain = bucket + buckets;

	for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
		hash = (hash << 4) + *c;
		hash ^= (hash & 0xf0000000) >> 24;
		hash &= 0x0fffffff;
	}
	for (number = buckets ? bucket[hash % buckets] : 0; number; number = chain[number])
		if (is_wanted(elf, number, name))
			return number;
	return 0;
}

void *vt__elf_symbol(const struct vt__elf *elf, const char *name)
{
	uint32_t number = 0;

	if (elf->gnu_hash)
		number = find_by_gnu_hash(elf, name);
	else if (elf->hash)
		number = find_by_hash(elf, name);
	return number ? (void *)(elf->bias + elf->symbols[number].st_value) : NULL;
}

void vt__elf_each_slot(const struct vt__elf *elf, vt__elf_slot_visit *visit, void *closure)
{
	for (unsigned table = 0; table < 2; table++) {
		for (size_t i = 0; elf->tables[table] && i < elf->counts[table]; i++) {
			const ElfW(Rela) *relocation = &elf->tables[table][i];
			unsigned type = ELF64_R_TYPE(relocation->r_info);
			const ElfW(Sym) * symbol;

			if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
				continue;
			symbol = &elf->symbols[ELF64_R_SYM(relocation->r_info)];
			if (!visit(elf->strings + symbol->st_name,
				   (uintptr_t *)(elf->bias + relocation->r_offset), closure))
				return;
		}
	}
}

const char *vt__elf_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool names_driver(const char *name)
{
	return strncmp(name, "libcuda.so", 10) == 0 && (name[10] == '\0' || name[10] == '.');
}

bool vt__elf_is_driver(const struct vt__elf *elf, const char *path)
{
	return names_driver(elf->soname) || names_driver(vt__elf_file_name(path));
}
