/* Reads the dynamic section of loaded objects. */
#include "config.h"

#include "base/arch/arch.h"
#include "base/elf.h"

#include <string.h>

/* The loader writes run-time addresses into the dynamic section; where it does
 * not (the vdso) they are relative still. */
static uintptr_t address_in(uintptr_t bias, uintptr_t value)
{
	return value < bias ? value + bias : value;
}

/* Bytes from the address to the end of the segment that holds it, if that has the rights. */
static size_t room_in_segment(const struct vt__elf *elf, uintptr_t address, uint32_t rights)
{
	for (unsigned i = 0; i < elf->header_count; i++) {
		const ElfW(Phdr) *segment = &elf->headers[i];
		uintptr_t before = address - (elf->bias + segment->p_vaddr);

		if (segment->p_type == PT_LOAD && (segment->p_flags & rights) == rights &&
		    before < segment->p_memsz)
			return segment->p_memsz - before;
	}
	return 0;
}

/* The same with the segments that follow without a gap: a tool that changed the file may have
 * laid a table across them (patchelf). */
static size_t room_at(const struct vt__elf *elf, uintptr_t address, uint32_t rights)
{
	size_t room = 0, more;

	if (!elf->headers)
		return UINTPTR_MAX - address;
	for (unsigned i = 0; i < elf->header_count; i++) {
		more = room_in_segment(elf, address + room, rights);
		if (!more || more > UINTPTR_MAX - address - room)
			break;
		room += more;
	}
	return room;
}

/* What the dynamic section says, to be checked. */
struct said {
	uintptr_t symbols, strings, gnu_hash, hash, versions;
	uintptr_t tables[2];
	size_t table_bytes[2];
	size_t string_bytes;
	uintptr_t soname; /* in the strings */
	bool has_soname;
	size_t relative; /* leading entries of the second table without a symbol */
};

static void read_entry(uintptr_t bias, const ElfW(Dyn) * entry, struct said *said)
{
	const struct {
		ElfW(Sxword) tag;
		uintptr_t *address;
		size_t *number;
	} known[] = {
		{DT_SYMTAB, &said->symbols, NULL},          {DT_STRTAB, &said->strings, NULL},
		{DT_STRSZ, NULL, &said->string_bytes},      {DT_SONAME, NULL, &said->soname},
		{DT_GNU_HASH, &said->gnu_hash, NULL},       {DT_HASH, &said->hash, NULL},
		{DT_VERSYM, &said->versions, NULL},         {DT_JMPREL, &said->tables[0], NULL},
		{DT_PLTRELSZ, NULL, &said->table_bytes[0]}, {DT_RELA, &said->tables[1], NULL},
		{DT_RELASZ, NULL, &said->table_bytes[1]},   {DT_RELACOUNT, NULL, &said->relative},
	};

	said->has_soname |= entry->d_tag == DT_SONAME;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].tag != entry->d_tag)
			continue;
		if (known[i].address)
			*known[i].address = address_in(bias, entry->d_un.d_ptr);
		else
			*known[i].number = entry->d_un.d_val;
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

/* The table at the address, and how many entries of it are in its segment. NULL if none. */
static const void *take(const struct vt__elf *elf, uintptr_t address, size_t entry_bytes,
			size_t *room)
{
	*room = address % (entry_bytes < 8 ? entry_bytes : 8)
			? 0
			: room_at(elf, address, PF_R) / entry_bytes;
	return address && *room ? (const void *)address : NULL;
}

static void take_strings(struct vt__elf *elf, const struct said *said)
{
	elf->strings = take(elf, said->strings, 1, &elf->string_bytes);
	if (elf->strings && said->string_bytes < elf->string_bytes)
		elf->string_bytes = said->string_bytes;
	while (elf->string_bytes && elf->strings && elf->strings[elf->string_bytes - 1])
		elf->string_bytes--;
}

static void take_relocations(struct vt__elf *elf, const struct said *said)
{
	for (unsigned i = 0; i < 2; i++) {
		size_t count = said->table_bytes[i] / sizeof(ElfW(Rela));

		elf->tables[i] = take(elf, said->tables[i], sizeof(ElfW(Rela)), &elf->counts[i]);
		if (count < elf->counts[i])
			elf->counts[i] = count;
	}
	if (elf->tables[1] && said->relative <= elf->counts[1]) {
		elf->tables[1] += said->relative;
		elf->counts[1] -= said->relative;
	}
}

/* NULL where the offset is none of the table. */
static const char *string_at(const struct vt__elf *elf, size_t offset)
{
	return offset < elf->string_bytes ? elf->strings + offset : NULL;
}

bool vt__elf_read_at(uintptr_t bias, const ElfW(Dyn) * dynamic, const ElfW(Phdr) * headers,
		     unsigned header_count, struct vt__elf *out)
{
	struct said said = {.symbols = 0};
	const char *soname = NULL;
	size_t entries;

	memset(out, 0, sizeof(*out));
	out->bias = bias;
	out->headers = headers;
	out->header_count = header_count;
	dynamic = take(out, (uintptr_t)dynamic, sizeof(*dynamic), &entries);
	for (; dynamic && entries && dynamic->d_tag != DT_NULL; dynamic++, entries--)
		read_entry(bias, dynamic, &said);
	out->symbols = take(out, said.symbols, sizeof(*out->symbols), &out->symbol_room);
	/* without a size nothing says where it ends */
	if (said.string_bytes)
		take_strings(out, &said);
	if (!out->symbols || !out->string_bytes)
		return false;
	out->gnu_hash = take(out, said.gnu_hash, sizeof(uint32_t), &out->gnu_hash_words);
	out->hash = take(out, said.hash, sizeof(uint32_t), &out->hash_words);
	out->versions = take(out, said.versions, sizeof(*out->versions), &out->version_room);
	take_relocations(out, &said);
	if (said.has_soname)
		soname = string_at(out, said.soname);
	out->soname = soname ? soname : "";
	return true;
}

bool vt__elf_read(const struct dl_phdr_info *info, struct vt__elf *out)
{
	const ElfW(Dyn) *dynamic = NULL;

	for (unsigned i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return vt__elf_read_at(info->dlpi_addr, dynamic, info->dlpi_phdr, info->dlpi_phnum, out);
}

/* Defined, of the default version, and at a fixed address of the object. */
static bool is_wanted(const struct vt__elf *elf, uint32_t number, const char *name)
{
	const ElfW(Sym) *symbol = &elf->symbols[number];
	unsigned type;
	const char *own;

	if (number >= elf->symbol_room)
		return false;
	type = ELF64_ST_TYPE(symbol->st_info);
	own = string_at(elf, symbol->st_name);
	return symbol->st_shndx != SHN_UNDEF && type != STT_TLS && type != STT_GNU_IFUNC &&
	       !(number < elf->version_room && (elf->versions[number] & 0x8000)) && own &&
	       strcmp(own, name) == 0 && room_at(elf, elf->bias + symbol->st_value, 0);
}

/* The hash of the GNU_HASH table: words of a filter, buckets, then the hashes
 * of the symbols of each bucket, the last of which is odd. */
static uint32_t find_by_gnu_hash(const struct vt__elf *elf, const char *name)
{
	const uint32_t *table = elf->gnu_hash;
	uint32_t buckets, first, hash = 5381, number;
	uint64_t bucket, hashes;

	if (elf->gnu_hash_words < 4)
		return 0;
	buckets = table[0];
	first = table[1];
	bucket = 4 + (uint64_t)table[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
	hashes = bucket + buckets;
	if (!buckets || hashes > elf->gnu_hash_words)
		return 0;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		hash = hash * 33 + *c;
	number = table[bucket + hash % buckets];
	if (number < first || number == 0)
		return 0;
	for (; hashes + (number - first) < elf->gnu_hash_words; number++) {
		uint32_t own = table[hashes + (number - first)];

		if ((own | 1) == (hash | 1) && is_wanted(elf, number, name))
			return number;
		if ((own & 1) || number == UINT32_MAX)
			return 0;
	}
	return 0;
}

static uint32_t find_by_hash(const struct vt__elf *elf, const char *name)
{
	uint32_t buckets, hash = 0, number, left;
	const uint32_t *bucket = elf->hash + 2, *chain;

	if (elf->hash_words < 2 || 2 + (uint64_t)elf->hash[0] + elf->hash[1] > elf->hash_words)
		return 0;
	buckets = elf->hash[0];
	left = elf->hash[1];
	chain = bucket + buckets;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
		hash = (hash << 4) + *c;
		hash ^= (hash & 0xf0000000) >> 24;
		hash &= 0x0fffffff;
	}
	number = buckets ? bucket[hash % buckets] : 0;
	/* as many steps as there are symbols: more are a ring */
	for (; number && number < elf->hash[1] && left; number = chain[number], left--)
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

/* The name of a slot's symbol, and the slot. NULL if it is none, or not where it can be. */
static const char *slot_name(const struct vt__elf *elf, const ElfW(Rela) * relocation,
			     uintptr_t *slot)
{
	unsigned type = ELF64_R_TYPE(relocation->r_info);
	size_t number = ELF64_R_SYM(relocation->r_info);

	*slot = elf->bias + relocation->r_offset;
	if ((type != VT__ARCH_JUMP_SLOT && type != VT__ARCH_GLOB_DAT) ||
	    number >= elf->symbol_room || *slot % sizeof(*slot) ||
	    room_at(elf, *slot, PF_R | PF_W) < sizeof(*slot))
		return NULL;
	return string_at(elf, elf->symbols[number].st_name);
}

void vt__elf_each_slot(const struct vt__elf *elf, vt__elf_slot_visit *visit, void *closure)
{
	for (unsigned table = 0; table < 2; table++) {
		for (size_t i = 0; elf->tables[table] && i < elf->counts[table]; i++) {
			uintptr_t slot;
			const char *name = slot_name(elf, &elf->tables[table][i], &slot);

			if (name && !visit(name, (uintptr_t *)slot, closure))
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
