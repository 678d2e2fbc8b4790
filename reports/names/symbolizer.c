/*
 * Names addresses of modules: opens files, compares build-ids, keeps answers.
 */
#include "config.h"

#include "reports/names/symbolizer.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/names/debuginfod.h"
#include "reports/names/dwarf_names.h"
#include "reports/names/frame_rules.h"
#include "reports/text/hash.h"

#define BUILD_ID_BYTES 32 /* as many as a recording keeps */

/* A module may have three files open: itself, its debug file, and itself without that; some
 * are left for others. */
#define FILES_OF_MODULE 3
#define FILES_OF_OTHERS 64

/* The files of a module. */
struct opened {
	Dwfl *dwfl;
	Dwfl_Module *names; /* NULL: there are none */
	struct vt__units units;
};

struct vt__module {
	UT_hash_handle hh;
	char *key; /* the build-id, then the path, which ends it */
	const char *path;
	const uint8_t *build_id;
	size_t build_id_bytes;
	uint64_t recorded_ns;
	bool opened;
	struct opened all; /* with its debug file, wherever that is found */
	struct opened own; /* without one; unused where there is none */
	bool own_opened;
	char *note;
	enum vt__role role; /* of code without a name */
};

struct key {
	const struct vt__module *module;
	uint64_t address;
	uint64_t own; /* by the file itself alone */
};

struct answer {
	UT_hash_handle hh;
	struct key key;
	size_t count;
	struct vt__symbol symbols[];
};

struct vt__symbolizer {
	struct vt__module *modules;
	struct answer *answers;
	struct vt__sources *sources; /* NULL until the first is asked for */
	size_t opened, opened_most;  /* modules with their files */
};

static char *debug_path; /* libdwfl's default */

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

/* How many modules may have their files open; asks for as many as are allowed. */
static size_t most_modules(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 1;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur <= FILES_OF_OTHERS)
		return 1;
	return (limit.rlim_cur - FILES_OF_OTHERS) / FILES_OF_MODULE;
}

struct vt__symbolizer *vt__symbolizer_new(void)
{
	struct vt__symbolizer *symbolizer = calloc(1, sizeof(*symbolizer));

	if (symbolizer)
		symbolizer->opened_most = most_modules();
	return symbolizer;
}

static void free_module(struct vt__module *module)
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

static void free_answer(struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		free((void *)(uintptr_t)answer->symbols[i].function);
	free(answer);
}

void vt__symbolizer_free(struct vt__symbolizer *symbolizer)
{
	struct answer *answer, *next_answer;
	struct vt__module *module, *next;

	if (!symbolizer)
		return;
	HASH_ITER(hh, symbolizer->answers, answer, next_answer) {
		HASH_DEL(symbolizer->answers, answer);
		free_answer(answer);
	}
	HASH_ITER(hh, symbolizer->modules, module, next) {
		HASH_DEL(symbolizer->modules, module);
		free_module(module);
	}
	vt__sources_free(symbolizer->sources);
	free(symbolizer);
}

struct vt__sources *vt__symbolizer_sources(struct vt__symbolizer *symbolizer)
{
	if (!symbolizer->sources)
		symbolizer->sources = vt__sources_new();
	return symbolizer->sources;
}

/* ---- Modules --------------------------------------------------------------- */

static char *make_key(const char *path, const uint8_t *build_id, size_t build_id_bytes)
{
	char *key = malloc(build_id_bytes + strlen(path) + 1);

	if (!key)
		return NULL;
	if (build_id_bytes)
		memcpy(key, build_id, build_id_bytes);
	strcpy(key + build_id_bytes, path);
	return key;
}

struct vt__module *vt__symbolizer_module(struct vt__symbolizer *symbolizer, const char *path,
					 const uint8_t *build_id, size_t build_id_bytes,
					 uint64_t recorded_ns)
{
	const size_t id_bytes = build_id_bytes < BUILD_ID_BYTES ? build_id_bytes : BUILD_ID_BYTES;
	const size_t key_bytes = id_bytes + strlen(path);
	char *key = make_key(path, build_id, id_bytes);
	struct vt__module *module;
	int role;

	if (!key)
		return NULL;
	/* An id and a path that are one key with another's would have to be made so. */
	HASH_FIND(hh, symbolizer->modules, key, key_bytes, module);
	if (module && module->build_id_bytes == id_bytes) {
		free(key);
		return module;
	}
	module = calloc(1, sizeof(*module));
	if (!module) {
		free(key);
		return NULL;
	}
	module->key = key;
	module->build_id = (const uint8_t *)key;
	module->build_id_bytes = id_bytes;
	module->path = key + id_bytes;
	module->recorded_ns = recorded_ns;
	role = vt__frame_rules_role(&(struct vt__frame){.module = vt__module_path(module)});
	if (role < 0) {
		free_module(module);
		return NULL;
	}
	module->role = (enum vt__role)role;
	HASH_ADD_KEYPTR(hh, symbolizer->modules, module->key, key_bytes, module);
	return module;
}

const char *vt__module_path(const struct vt__module *module)
{
	return *module->path ? module->path : NULL;
}

enum vt__role vt__module_role(const struct vt__module *module)
{
	return module->role;
}

const char *vt__module_note(const struct vt__module *module)
{
	return module->note;
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
	if (bytes > BUILD_ID_BYTES)
		bytes = BUILD_ID_BYTES;
	if (bytes > 0 && (size_t)bytes == module->build_id_bytes &&
	    !memcmp(id, module->build_id, module->build_id_bytes))
		return true;
	set_note(module,
		 "%s: no names for its frames: the file is not the one that ran (its "
		 "build-id differs)",
		 module->path);
	return false;
}

static void note_damage(struct vt__module *module, const char *why)
{
	if (!module->note)
		set_note(
			module,
			"%s: its debug information is there and cannot be read here (elfutils: %s): "
			"frames without lines or inlined calls",
			module->path, why);
}

/* Debug information that is there and cannot be read is not the same as none. */
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
		note_damage(module, why ? why : "unknown error");
}

/* Placed so that addresses of the file are addresses for libdwfl. */
static void open_files(struct vt__module *module, const Dwfl_Callbacks *files, struct opened *out)
{
	Dwfl_Module *names = NULL;
	Dwarf_Addr bias;
	struct stat status;
	const int fd = open_regular(module, &status);

	if (fd < 0)
		return;
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

static void open_module(struct vt__symbolizer *symbolizer, struct vt__module *module)
{
	module->opened = true;
	if (module->path[0] != '/')
		return; /* the kernel's vdso, or code without a file */
	if (symbolizer->opened == symbolizer->opened_most) {
		set_note(module,
			 "%s: no names for its frames: the files of %zu other modules are open, as "
			 "many as the limit of open files allows",
			 module->path, symbolizer->opened);
		return;
	}
	open_files(module, &all_files, &module->all);
	symbolizer->opened += module->all.dwfl != NULL;
	if (module->all.names)
		check_debug_information(module);
}

/* The files with the names that do not depend on what else this machine has. */
static struct opened *own_of(struct vt__module *module)
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

/* ---- Addresses ------------------------------------------------------------- */

static int set_roles(const struct vt__module *module, struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		struct vt__symbol *symbol = &answer->symbols[i];
		const int role = vt__frame_rules_role(
			&(struct vt__frame){.function = symbol->function,
					    .file = symbol->file,
					    .module = vt__module_path(module)});

		if (role < 0)
			return role;
		symbol->role = (enum vt__role)role;
	}
	return 0;
}

static struct answer *ask(struct vt__symbolizer *symbolizer, const struct key *key,
			  struct opened *files)
{
	struct vt__symbol symbols[VT__INLINED_MAX];
	/* A return address may be the first byte of the next function. */
	const int count = vt__dwarf_names(files->names, &files->units,
					  key->address ? key->address - 1 : 0, symbols);
	struct answer *answer;

	if (count < 0)
		return NULL;
	answer = calloc(1, sizeof(*answer) + (size_t)count * sizeof(*symbols));
	if (!answer)
		return NULL;
	answer->key = *key;
	answer->count = (size_t)count;
	memcpy(answer->symbols, symbols, (size_t)count * sizeof(*symbols));
	if (set_roles(key->module, answer)) {
		free_answer(answer);
		return NULL;
	}
	HASH_ADD(hh, symbolizer->answers, key, sizeof(answer->key), answer);
	return answer;
}

int vt__symbolize(struct vt__symbolizer *symbolizer, struct vt__module *module, uint64_t address,
		  enum vt__names names, struct vt__symbols *out)
{
	struct key key = {module, address, 0};
	struct opened *files = &module->all;
	struct answer *answer;

	if (!module->opened)
		open_module(symbolizer, module);
	if (names == VT__NAMES_OWN)
		files = own_of(module);
	if (!files->names) {
		*out = (struct vt__symbols){0};
		return 0;
	}
	key.own = files == &module->own;
	HASH_FIND(hh, symbolizer->answers, &key, sizeof(key), answer);
	if (!answer)
		answer = ask(symbolizer, &key, files);
	if (files == &module->all && files->units.damaged)
		note_damage(module, "damaged, or of a form that this elfutils does not know");
	if (!answer)
		return -ENOMEM;
	*out = (struct vt__symbols){answer->symbols, answer->count};
	return 0;
}
