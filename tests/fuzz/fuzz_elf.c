/*
 * Fuzzes the reader of loaded objects: whatever a dynamic section says, nothing is read outside
 * of the object, and nothing is written but slots in its writable part.
 *
 * The input is the object in memory, its dynamic section first; its second half is writable.
 * Addresses in it are relative.
 *
 * Fuzzed with: -max_len=1024 -runs=300000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/arch/arch.h"
#include "base/elf.h"
#include "tests/fuzz/fuzz.h"

struct slots {
	uint8_t *low, *high;
	unsigned count;
};

static bool fill_slot(const char *symbol, uintptr_t *slot, void *closure)
{
	struct slots *slots = closure;

	if ((uint8_t *)slot < slots->low || (uint8_t *)(slot + 1) > slots->high)
		fuzz_fail("a slot where nothing may be written", symbol, strlen(symbol));
	*slot += strlen(symbol);
	return ++slots->count < 64;
}

static void use(const struct vt__elf *elf, struct slots *slots)
{
	static const char *const names[] = {"cuOne", "cuTwo", ""};

	vt__elf_is_driver(elf, "/usr/lib/libcuda.so.1");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		vt__elf_symbol(elf, names[i]);
	vt__elf_each_slot(elf, fill_slot, slots);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t half = size / 2 & ~(size_t)7;
	uint8_t *object = malloc(size ? size : 1);
	const ElfW(Phdr) headers[] = {
		{.p_type = PT_LOAD, .p_flags = PF_R, .p_memsz = half},
		{.p_type = PT_DYNAMIC},
		{.p_type = PT_LOAD,
		 .p_flags = PF_R | PF_W,
		 .p_vaddr = half,
		 .p_memsz = size - half},
	};
	const struct dl_phdr_info info = {
		.dlpi_addr = (uintptr_t)object, .dlpi_phdr = headers, .dlpi_phnum = 3};
	struct slots slots = {object + half, object + size, 0};
	struct vt__elf elf;

	if (!object)
		abort();
	memcpy(object, data, size);
	if (vt__elf_read(&info, &elf))
		use(&elf, &slots);
	free(object);
	return 0;
}

/* ---- What it starts from --------------------------------------------------------- */

/* All that an object needs to define cuOne and call cuTwo. */
struct whole {
	ElfW(Dyn) dynamic[12];
	ElfW(Sym) symbols[3];
	char strings[24];
	uint32_t gnu_hash[8], hash[6];
	ElfW(Rela) relocations[2];
	uintptr_t slots[40]; /* more than half of it */
};

static uint32_t gnu_hash_of(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

static void make_whole(struct whole *whole)
{
	static const char strings[24] = "\0libcuda.so\0cuOne\0cuTwo";
	const ElfW(Dyn) dynamic[] = {
		{DT_STRTAB, {offsetof(struct whole, strings)}},
		{DT_STRSZ, {sizeof(strings)}},
		{DT_SYMTAB, {offsetof(struct whole, symbols)}},
		{DT_SONAME, {1}},
		{fuzz_random() % 2 ? DT_GNU_HASH : DT_DEBUG, {offsetof(struct whole, gnu_hash)}},
		{DT_HASH, {offsetof(struct whole, hash)}},
		{fuzz_random() % 2 ? DT_JMPREL : DT_RELA, {offsetof(struct whole, relocations)}},
		{DT_PLTRELSZ, {sizeof(whole->relocations)}},
		{DT_RELASZ, {sizeof(whole->relocations)}},
		{DT_VERSYM, {offsetof(struct whole, slots)}},
		{DT_NULL, {0}},
	};
	const uint32_t gnu_hash[] = {1, 2, 1, 0, 0, 0, 2, gnu_hash_of("cuOne") | 1};
	const uint32_t hash[] = {1, 3, 2, 0, 0, 1};

	memset(whole, 0, sizeof(*whole));
	memcpy(whole->dynamic, dynamic, sizeof(dynamic));
	memcpy(whole->strings, strings, sizeof(strings));
	memcpy(whole->gnu_hash, gnu_hash, sizeof(gnu_hash));
	memcpy(whole->hash, hash, sizeof(hash));
	whole->symbols[1] = (ElfW(Sym)){.st_name = 18}; /* cuTwo: of another object */
	whole->symbols[2] = (ElfW(Sym)){.st_name = 12, .st_shndx = 1, .st_value = 64};
	for (size_t i = 0; i < 2; i++)
		whole->relocations[i] = (ElfW(Rela)){.r_offset = offsetof(struct whole, slots) +
								 (30 + i) * sizeof(uintptr_t),
						     .r_info = ELF64_R_INFO(1, VT__ARCH_JUMP_SLOT)};
}

/* Makes an object, or puts lies into one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	static const uint64_t lies[] = {0, 1, 7, 8, 0x10000000, 0x7fffffff, 0xffffffff, UINT64_MAX};
	struct whole whole;

	fuzz_random_seed(seed);
	if (size < sizeof(ElfW(Dyn)) || fuzz_random() % 16 == 0) {
		make_whole(&whole);
		size = most < sizeof(whole) ? most : sizeof(whole);
		memcpy(data, &whole, size);
	} else if (fuzz_random() % 4 == 0) {
		return LLVMFuzzerMutate(data, size, most);
	}
	for (unsigned changes = fuzz_random() % 4; changes && size >= 8; changes--) {
		const size_t width = (size_t)1 << fuzz_random() % 4;
		const size_t at = fuzz_random() % (size - width + 1) / width * width;
		const uint64_t lie = fuzz_random() % 2 ? lies[fuzz_random() % 8]
						       : fuzz_random() % (2 * sizeof(whole));

		memcpy(data + at, &lie, width);
	}
	return size;
}

const unsigned long fuzz_rounds = 100000;
