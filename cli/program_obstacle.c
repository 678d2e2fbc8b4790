/* Whether the loader will put the shim into a program, by the program's file. */
#include "config.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/arch/arch.h"
#include "cli/program.h"

#define DYNAMIC_ENTRIES_MAX 1024

static bool read_header(int file, ElfW(Ehdr) * header)
{
	return pread(file, header, sizeof(*header), 0) == (ssize_t)sizeof(*header) &&
	       memcmp(header->e_ident, ELFMAG, SELFMAG) == 0;
}

/* True if the dynamic section is that of an executable, not of a library such as the loader. */
static bool is_static_pie(int file, const ElfW(Phdr) * segment)
{
	off_t offset = (off_t)segment->p_offset;

	for (unsigned i = 0; i < DYNAMIC_ENTRIES_MAX; i++, offset += (off_t)sizeof(ElfW(Dyn))) {
		ElfW(Dyn) entry;

		if (pread(file, &entry, sizeof(entry), offset) != (ssize_t)sizeof(entry) ||
		    entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == DT_FLAGS_1)
			return entry.d_un.d_val & DF_1_PIE;
	}
	return false;
}

/* Whether the loader that a program names is that of another C library: this command's own has
 * the name that every glibc gives it on this kind of processor. */
static bool is_other_loader(int file, const ElfW(Phdr) * segment)
{
	static const char own[] = "/" VT__ARCH_LOADER; /* the terminator too */
	char path[PATH_MAX];
	size_t size = segment->p_filesz;

	if (size < sizeof(own) || size > sizeof(path) ||
	    pread(file, path, size, (off_t)segment->p_offset) != (ssize_t)size)
		return true;
	return memcmp(path + size - sizeof(own), own, sizeof(own)) != 0;
}

/* A program that is run by the dynamic loader names it; the loader itself reads LD_PRELOAD too. */
static enum vt__obstacle loading(int file, const ElfW(Ehdr) * header)
{
	bool is_executable = header->e_type == ET_EXEC;

	for (unsigned i = 0; i < header->e_phnum; i++) {
		off_t offset = (off_t)(header->e_phoff + (ElfW(Off))i * header->e_phentsize);
		ElfW(Phdr) segment;

		if (pread(file, &segment, sizeof(segment), offset) != (ssize_t)sizeof(segment))
			return VT__OBSTACLE_NONE;
		if (segment.p_type == PT_INTERP)
			return is_other_loader(file, &segment) ? VT__OBSTACLE_OTHER_LOADER
							       : VT__OBSTACLE_NONE;
		if (segment.p_type == PT_DYNAMIC && is_static_pie(file, &segment))
			is_executable = true;
	}
	return is_executable ? VT__OBSTACLE_STATIC : VT__OBSTACLE_NONE;
}

/* Where the kernel gives nobody more than he has: as in many containers, or by the file system. */
static bool gives_no_privileges(int file)
{
	struct statvfs system;

	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
	       (fstatvfs(file, &system) == 0 && system.f_flag & ST_NOSUID);
}

/* As the kernel decides: an id changes, or a file gives capabilities to one who is not root. */
static bool gains_privileges(int file)
{
	struct stat status;

	if (fstat(file, &status) < 0 || gives_no_privileges(file))
		return false;
	if ((status.st_mode & S_ISUID) && status.st_uid != geteuid())
		return true;
	if ((status.st_mode & S_ISGID) && (status.st_mode & S_IXGRP) && status.st_gid != getegid())
		return true;
	return getuid() != 0 && fgetxattr(file, "security.capability", NULL, 0) > 0;
}

static bool is_foreign(const ElfW(Ehdr) * program, const char *shim_path)
{
	ElfW(Ehdr) shim;
	int file = open(shim_path, O_RDONLY | O_CLOEXEC);
	bool known;

	if (file < 0)
		return false;
	known = read_header(file, &shim);
	close(file);
	/* e_machine stands at the same place in both classes */
	return known && (program->e_ident[EI_CLASS] != shim.e_ident[EI_CLASS] ||
			 program->e_ident[EI_DATA] != shim.e_ident[EI_DATA] ||
			 program->e_machine != shim.e_machine);
}

enum vt__obstacle vt__program_obstacle(const char *path, const char *shim_path)
{
	enum vt__obstacle obstacle = VT__OBSTACLE_NONE;
	ElfW(Ehdr) header;
	/* what was a program may have become a FIFO */
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (file < 0)
		return VT__OBSTACLE_NONE;
	if (read_header(file, &header)) {
		obstacle = is_foreign(&header, shim_path) ? VT__OBSTACLE_FOREIGN
							  : loading(file, &header);
		if (!obstacle && gains_privileges(file))
			obstacle = VT__OBSTACLE_PRIVILEGED;
	}
	close(file);
	return obstacle;
}

static const struct {
	const char *words, *advice;
} obstacles[] = {[VT__OBSTACLE_NONE] = {"is an ordinary program", NULL},
#define OBSTACLE(id, words, advice) [VT__OBSTACLE_##id] = {words, advice},
		 VT__OBSTACLES(OBSTACLE)
#undef OBSTACLE
};

const char *vt__obstacle_words(enum vt__obstacle obstacle)
{
	return obstacles[obstacle].words;
}

const char *vt__obstacle_advice(enum vt__obstacle obstacle)
{
	return obstacles[obstacle].advice;
}
