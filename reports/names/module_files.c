/*
 * The files of a module: opens them, and compares build-ids.
 */
#include "config.h"

#include "reports/names/module_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/names/debuginfod.h"
#include "reports/text/progress.h"

static char *debug_path; /* of VT__DEBUG_PATH_VARIABLE; NULL: libdwfl's default */

/* Remembers in a module's user data that it has a separate file of debug information. */
static int find_debug_file(Dwfl_Module *module, void **user_data, const char *name, Dwarf_Addr base,
			   const char *file, const char *debug_link, GElf_Word checksum,
			   char **path)
{
	int fd;

	vt__debuginfod_begin();
	fd = dwfl_standard_find_debuginfo(module, user_data, name, base, file, debug_link, checksum,
					  path);
	vt__debuginfod_end();
	if (fd >= 0)
		*user_data = module;
	return fd;
}

static const Dwfl_Callbacks all_files = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = find_debug_file,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &debug_path,
};

static int find_no_debuginfo(Dwfl_Module *module, void **closure, const char *name, Dwarf_Addr base,
			     const char *file, const char *link, GElf_Word checksum,
			     char **debug_file)
{
	(void)module, (void)closure, (void)name, (void)base, (void)file, (void)link;
	(void)checksum, (void)debug_file;
	return -1;
}

static const Dwfl_Callbacks own_file = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = find_no_debuginfo,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &debug_path,
};

void vt__module_free(struct vt__module *module)
{
	vt__units_release(&module->all.units);
	vt__units_release(&module->own.units);
	if (module->all.dwfl)
		dwfl_end(module->all.dwfl);
	if (module->own.dwfl)
		dwfl_end(module->own.dwfl);
	free(module->note);
	free(module->key);
	free(module);
}

__attribute__((format(printf, 2, 3))) static void set_note(struct vt__module *module,
							   const char *format, ...)
{
	va_list arguments;

	if (module->note)
		return;
	va_start(arguments, format);
	if (vasprintf(&module->note, format, arguments) < 0)
		module->note = NULL;
	va_end(arguments);
}

/* Opens a regular file only: a recording may name a pipe or a device. */
static int open_regular(struct vt__module *module, struct stat *status)
{
	const int fd = open(module->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		set_note(module, "%s: no names for its frames: the file cannot be opened here: %s",
			 module->path, strerror(errno));
		return -1;
	}
	if (fstat(fd, status) < 0 || !S_ISREG(status->st_mode)) {
		set_note(module, "%s: no names for its frames: not a regular file", module->path);
		close(fd);
		return -1;
	}
	return fd;
}

/* Whether the file is the one that was recorded, as far as can be told. */
static bool is_same_file(struct vt__module *module, Dwfl_Module *names, const struct stat *status)
{
	const uint64_t changed_ns = (uint64_t)status->st_mtim.tv_sec * 1000000000u +
				    (uint64_t)status->st_mtim.tv_nsec;
	const unsigned char *id = NULL;
	GElf_Addr address;
	int bytes;

	if (!module->build_id_bytes) {
		if (changed_ns > module->recorded_ns)
			set_note(module,
				 "%s: has no build-id and was changed after the recording: "
				 "names and lines may be those of another build",
				 module->path);
		return true;
	}
	bytes = dwfl_module_build_id(names, &id, &address);
	if (bytes > VT__BUILD_ID_BYTES)
		bytes = VT__BUILD_ID_BYTES;
	if (bytes > 0 && (size_t)bytes == module->build_id_bytes &&
	    !memcmp(id, module->build_id, module->build_id_bytes))
		return true;
	set_note(module,
		 "%s: no names for its frames: the file is not the one that ran (its "
		 "build-id differs)",
		 module->path);
	return false;
}

void vt__module_damaged(struct vt__module *module, const char *why)
{
	if (!module->note)
		set_note(
			module,
			"%s: its debug information is there and cannot be read here (elfutils: %s): "
			"frames without lines or inlined calls",
			module->path, why);
}

static void check_debug_information(struct vt__module *module)
{
	Dwfl_Module *names = module->all.names;
	Dwarf_Addr bias;
	const char *why;
	void **user_data;

	if (dwfl_module_getdwarf(names, &bias))
		return;
	why = dwfl_errmsg(-1);
	dwfl_module_info(names, &user_data, NULL, NULL, NULL, NULL, NULL, NULL);
	if (*user_data || vt__has_debug_information(dwfl_module_getelf(names, &bias)))
		vt__module_damaged(module, why ? why : "unknown error");
}

/* Placed so that addresses of the file are addresses for libdwfl. */
static void open_files(struct vt__module *module, const Dwfl_Callbacks *files,
		       struct vt__opened *out)
{
	Dwfl_Module *names = NULL;
	Dwarf_Addr bias;
	struct stat status;
	const int fd = open_regular(module, &status);

	if (fd < 0)
		return;
	debug_path = getenv(VT__DEBUG_PATH_VARIABLE);
	out->dwfl = dwfl_begin(files);
	if (out->dwfl)
		names = dwfl_report_elf(out->dwfl, module->path, module->path, fd, 0, true);
	if (!names)
		close(fd);
	if (!names || dwfl_report_end(out->dwfl, NULL, NULL) || !dwfl_module_getelf(names, &bias)) {
		set_note(module, "%s: no names for its frames: %s", module->path, dwfl_errmsg(-1));
		return;
	}
	if (is_same_file(module, names, &status))
		out->names = names;
}

void vt__module_open(struct vt__module *module, size_t opened, size_t opened_most)
{
	module->opened = true;
	if (module->path[0] != '/')
		return; /* the kernel's vdso, or code without a file */
	if (opened == opened_most) {
		set_note(module,
			 "%s: no names for its frames: the files of %zu other modules are open, as "
			 "many as the limit of open files allows",
			 module->path, opened);
		return;
	}
	vt__progress("reading names of", module->path, 0, 0);
	open_files(module, &all_files, &module->all);
	if (module->all.names)
		check_debug_information(module);
}

struct vt__opened *vt__module_own(struct vt__module *module)
{
	const char *file, *debug_file = NULL;
	Dwarf_Addr bias;

	if (!module->own_opened && module->all.names) {
		/* these two look for a debug file, if the module's own does not do */
		(void)dwfl_module_getdwarf(module->all.names, &bias);
		(void)dwfl_module_getsymtab(module->all.names);
		dwfl_module_info(module->all.names, NULL, NULL, NULL, NULL, NULL, &file,
				 &debug_file);
		if (debug_file)
			open_files(module, &own_file, &module->own);
	}
	module->own_opened = true;
	return module->own.dwfl ? &module->own : &module->all;
}
