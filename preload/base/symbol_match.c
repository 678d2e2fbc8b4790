/* Finds names of addresses in the symbol tables of loaded objects' files. */
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unwind/loaded.h"
#include "base/table.h"
#include "preload/base/symbol_match.h"

struct file {
	const unsigned char *bytes;
	size_t size;
};

static bool open_file(const char *path, struct file *out)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *bytes = MAP_FAILED;

	if (descriptor < 0)
		return false;
	if (fstat(descriptor, &status) == 0 && status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	close(descriptor);
	if (bytes == MAP_FAILED)
		return false;
	*out = (struct file){bytes, (size_t)status.st_size};
	return true;
}

/* `count` things of `bytes` at `offset`; NULL where the file is too short. */
static const void *part(const struct file *file, uint64_t offset, uint64_t count, uint64_t bytes)
{
	uint64_t size;

	if (__builtin_mul_overflow(count, bytes, &size) || offset > file->size ||
	    size > file->size - offset || offset % 8)
		return NULL;
	return file->bytes + offset;
}

/* The name of the function at `address` of the file, in one table; NULL if none. */
static const char *name_in_table(const struct file *file, const Elf64_Shdr *table,
				 const Elf64_Shdr *strings, uint64_t address)
{
	const Elf64_Sym *symbols = part(file, table->sh_offset, table->sh_size, 1);
	size_t count = table->sh_size / sizeof(*symbols);

	if (!symbols || strings->sh_offset > file->size ||
	    strings->sh_size > file->size - strings->sh_offset || !strings->sh_size ||
	    file->bytes[strings->sh_offset + strings->sh_size - 1])
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const Elf64_Sym *symbol = &symbols[i];

		if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_shndx != SHN_UNDEF &&
		    address >= symbol->st_value && address - symbol->st_value < symbol->st_size &&
		    symbol->st_name < strings->sh_size)
			return (const char *)file->bytes + strings->sh_offset + symbol->st_name;
	}
	return NULL;
}

static bool function_matches(const struct file *file, uint64_t address, const char *pattern)
{
	const Elf64_Ehdr *header = part(file, 0, 1, sizeof(*header));
	const Elf64_Shdr *sections;

	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
	    header->e_ident[EI_CLASS] != ELFCLASS64)
		return false;
	sections = part(file, header->e_shoff, header->e_shnum, sizeof(*sections));
	for (unsigned i = 0; sections && i < header->e_shnum; i++) {
		const Elf64_Shdr *table = &sections[i];
		const char *name;

		if ((table->sh_type != SHT_SYMTAB && table->sh_type != SHT_DYNSYM) ||
		    table->sh_link >= header->e_shnum)
			continue;
		name = name_in_table(file, table, &sections[table->sh_link], address);
		if (name && fnmatch(pattern, name, 0) == 0)
			return true;
	}
	return false;
}

/* The file of the program is not named: its name is what it was started by. */
static bool matches(uintptr_t ip, const char *pattern)
{
	struct vt__loaded_path room;
	struct vt__loaded object;
	struct file file;
	const char *path, *name, *slash;
	bool found;

	if (!vt__loaded_at(ip, &room, &object))
		return false;
	name = object.name[0] ? object.name : program_invocation_name;
	path = object.name[0] ? object.name : "/proc/self/exe";
	slash = strrchr(name, '/');
	if (fnmatch(pattern, slash ? slash + 1 : name, 0) == 0)
		return true;
	if (!open_file(path, &file))
		return false;
	found = function_matches(&file, ip - object.bias, pattern);
	munmap((void *)(uintptr_t)file.bytes, file.size);
	return found;
}

/* What was found for an address: the address with the answer as its lowest bit. */
static bool matches_again(uintptr_t ip, const char *pattern)
{
	static _Atomic(uint64_t) known[1024];
	_Atomic(uint64_t) *entry = &known[vt__hash_word(ip) % 1024];
	uint64_t seen = atomic_load_explicit(entry, memory_order_relaxed);
	bool found;

	if (seen >> 1 == ip)
		return seen & 1;
	found = matches(ip, pattern);
	atomic_store_explicit(entry, (uint64_t)ip << 1 | found, memory_order_relaxed);
	return found;
}

bool vt__symbols_match(const uintptr_t *ips, unsigned depth, const char *pattern)
{
	for (unsigned i = 0; i < depth; i++)
		if (matches_again(ips[i] - 1, pattern))
			return true;
	return false;
}
