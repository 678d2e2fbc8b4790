/* Reads, by libelf, what an ELF file says of itself. */
#include "config.h"

#include "cli/elf_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Sections that say something by being there. */
static const struct {
	const char *name;
	size_t fact;
} sections[] = {
	{".note.gnu.build-id", offsetof(struct vt__elf_facts, has_build_id)},
	{".debug_line", offsetof(struct vt__elf_facts, has_lines)},
	{".zdebug_line", offsetof(struct vt__elf_facts, has_lines)},
	{".gnu_debuglink", offsetof(struct vt__elf_facts, has_debug_link)},
	{".symtab", offsetof(struct vt__elf_facts, has_functions)},
	{".eh_frame", offsetof(struct vt__elf_facts, has_unwind_tables)},
	{".nv_fatbin", offsetof(struct vt__elf_facts, has_device_code)},
	{".nvFatBinSegment", offsetof(struct vt__elf_facts, has_device_code)},
};

enum place {
	DEFINED,
	USED,
	EITHER
};

static const struct {
	const char *name;
	enum place place;
	size_t fact;
} symbols[] = {
	{"cudaMalloc", DEFINED, offsetof(struct vt__elf_facts, has_runtime)},
	{"dlsym", DEFINED, offsetof(struct vt__elf_facts, answers_lookups)},
	{"dlvsym", DEFINED, offsetof(struct vt__elf_facts, answers_lookups)},
	{"cuMemAlloc", DEFINED, offsetof(struct vt__elf_facts, wraps_driver)},
	{"cuMemAlloc_v2", DEFINED, offsetof(struct vt__elf_facts, wraps_driver)},
	{"cuGetProcAddress", DEFINED, offsetof(struct vt__elf_facts, wraps_driver)},
	{"cuGetProcAddress_v2", DEFINED, offsetof(struct vt__elf_facts, wraps_driver)},
	{"dlmopen", USED, offsetof(struct vt__elf_facts, opens_namespaces)},
	{"__asan_init", EITHER, offsetof(struct vt__elf_facts, has_asan)},
	{"__tsan_init", EITHER, offsetof(struct vt__elf_facts, has_other_sanitizer)},
	{"__msan_init", EITHER, offsetof(struct vt__elf_facts, has_other_sanitizer)},
	{"__hwasan_init", EITHER, offsetof(struct vt__elf_facts, has_other_sanitizer)},
	{"Py_RunMain", EITHER, offsetof(struct vt__elf_facts, is_python)},
	{"Py_BytesMain", EITHER, offsetof(struct vt__elf_facts, is_python)},
};

static void set(struct vt__elf_facts *facts, size_t fact)
{
	*(bool *)((char *)facts + fact) = true;
}

static void look_at_symbol(const char *name, bool is_defined, struct vt__elf_facts *facts)
{
	for (size_t i = 0; i < COUNT(symbols); i++)
		if ((symbols[i].place == EITHER || (symbols[i].place == DEFINED) == is_defined) &&
		    strcmp(name, symbols[i].name) == 0)
			set(facts, symbols[i].fact);
}

static void look_at_symbols(Elf *elf, Elf_Scn *section, const GElf_Shdr *header,
			    struct vt__elf_facts *facts)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Sym symbol;

	for (int i = 1; data && gelf_getsym(data, i, &symbol); i++) {
		const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);

		if (name)
			look_at_symbol(name, symbol.st_shndx != SHN_UNDEF, facts);
	}
}

static void look_at_section(Elf *elf, size_t names, Elf_Scn *section, struct vt__elf_facts *facts)
{
	static const char driver[] = "libcuda.so";
	const char *name;
	GElf_Shdr header;

	if (!gelf_getshdr(section, &header))
		return;
	name = elf_strptr(elf, names, header.sh_name);
	for (size_t i = 0; name && i < COUNT(sections); i++)
		if (strcmp(name, sections[i].name) == 0)
			set(facts, sections[i].fact);
	if (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB) {
		look_at_symbols(elf, section, &header, facts);
	} else if (name && strcmp(name, ".rodata") == 0) {
		Elf_Data *data = elf_getdata(section, NULL);

		if (data && data->d_buf &&
		    memmem(data->d_buf, data->d_size, driver, sizeof(driver) - 1))
			facts->names_driver = true;
	}
}

int vt__elf_facts_read(const char *path, struct vt__elf_facts *out)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	Elf_Scn *section = NULL;
	int error = -ENOEXEC;
	size_t names;
	Elf *elf;

	*out = (struct vt__elf_facts){.has_build_id = false};
	if (file < 0)
		return -errno;
	elf = elf_version(EV_CURRENT) == EV_NONE ? NULL : elf_begin(file, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF && elf_getshdrstrndx(elf, &names) == 0) {
		error = 0;
		while ((section = elf_nextscn(elf, section)))
			look_at_section(elf, names, section, out);
	}
	if (elf)
		elf_end(elf);
	close(file);
	return error;
}
