/* Whether a program that ran without the shim can have used the driver at all. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arch/arch.h"
#include "cli/program.h"
#include "base/run_page_format.h"

/* Statically linked, and run by every search for a library (ctypes, Triton): glibc's
 * own, which starts nothing. */
static const char *const known[] = {"/sbin/ldconfig", "/usr/sbin/ldconfig", "/sbin/ldconfig.real",
				    "/usr/sbin/ldconfig.real"};

/* Libraries that open no other one and start nothing on their own. */
static const char *const plain_libraries[] = {"libc.so.6",    "libm.so.6",     "libpthread.so.0",
					      "librt.so.1",   "libgcc_s.so.1", "libstdc++.so.6",
					      VT__ARCH_LOADER};

/* What a program needs to come to a library, or to another program: beginnings of names. */
static const char *const ways_out[] = {"dlopen",  "dlmopen",     "__libc_dlopen", "exec",
				       "fexec",   "posix_spawn", "system",        "popen",
				       "wordexp", "syscall",     "clone"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_known(const char *path)
{
	struct stat status;

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(path, known[i]) == 0)
			return stat(path, &status) == 0 && status.st_uid == 0 &&
			       !(status.st_mode & S_IWOTH);
	return false;
}

static bool is_plain(const char *library)
{
	for (size_t i = 0; i < COUNT(plain_libraries); i++)
		if (strcmp(library, plain_libraries[i]) == 0)
			return true;
	return false;
}

static bool is_way_out(const char *symbol)
{
	for (size_t i = 0; i < COUNT(ways_out); i++)
		if (strncmp(symbol, ways_out[i], strlen(ways_out[i])) == 0)
			return true;
	return false;
}

/* libc is one of them. What needs no library at all may do everything on its own: a static
 * program that is position-independent, or the loader, which runs the program it is given. */
static bool needs_plain_libraries(Elf *elf, Elf_Data *data, const GElf_Shdr *header)
{
	bool needs_libc = false;
	GElf_Dyn entry;

	for (int i = 0; gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++) {
		const char *name;

		if (entry.d_tag != DT_NEEDED)
			continue;
		name = elf_strptr(elf, header->sh_link, entry.d_un.d_val);
		if (!name || !is_plain(name))
			return false;
		needs_libc |= strcmp(name, "libc.so.6") == 0;
	}
	return needs_libc;
}

static bool imports_no_way_out(Elf *elf, Elf_Data *data, const GElf_Shdr *header)
{
	GElf_Sym symbol;

	for (int i = 1; gelf_getsym(data, i, &symbol); i++) {
		const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);

		if (!name || (symbol.st_shndx == SHN_UNDEF && is_way_out(name)))
			return false;
	}
	return true;
}

static bool is_harmless_file(Elf *elf)
{
	bool libraries = false, symbols = false;
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		Elf_Data *data;
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) ||
		    (header.sh_type != SHT_DYNAMIC && header.sh_type != SHT_DYNSYM))
			continue;
		data = elf_getdata(section, NULL);
		if (!data)
			return false;
		if (header.sh_type == SHT_DYNAMIC)
			libraries = needs_plain_libraries(elf, data, &header);
		else
			symbols = imports_no_way_out(elf, data, &header);
	}
	return libraries && symbols;
}

bool vt__program_is_harmless(const char *path, uint32_t flags)
{
	bool harmless;
	Elf *elf;
	int file;

	if (path[0] != '/')
		return false;
	if (is_known(path))
		return true;
	if (flags & VT_RUN_OTHER_PRELOAD || elf_version(EV_CURRENT) == EV_NONE)
		return false;
	file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return false;
	elf = elf_begin(file, ELF_C_READ, NULL);
	harmless = elf && elf_kind(elf) == ELF_K_ELF && is_harmless_file(elf);
	if (elf)
		elf_end(elf);
	close(file);
	return harmless;
}

/* Whether LD_PRELOAD holds anything but the shim. */
static bool is_shim_alone(const char *preloads, const char *shim_path)
{
	while (*preloads) {
		size_t length = strcspn(preloads, ": ");

		if (length && (!shim_path || strlen(shim_path) != length ||
			       strncmp(preloads, shim_path, length) != 0))
			return false;
		preloads += length + (preloads[length] != '\0');
	}
	return true;
}

/* -errno if the environment cannot be read. */
static int read_preload_flags(pid_t pid, const char *shim_path, uint32_t *out)
{
	static const char preload[] = "LD_PRELOAD=";
	char path[64], *entry = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	*out = 0;
	while (getdelim(&entry, &room, '\0', file) > 0)
		if (strncmp(entry, preload, sizeof(preload) - 1) == 0 &&
		    !is_shim_alone(entry + sizeof(preload) - 1, shim_path))
			*out = VT_RUN_OTHER_PRELOAD;
	free(entry);
	fclose(file);
	return 0;
}

bool vt__process_is_harmless(pid_t pid, const char *shim_path)
{
	char link[64], program[PATH_MAX];
	uint32_t flags = 0;
	ssize_t length;

	if (pid <= 0 || read_preload_flags(pid, shim_path, &flags) < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	length = readlink(link, program, sizeof(program) - 1);
	program[length > 0 ? length : 0] = '\0';
	return vt__program_is_harmless(program, flags);
}
