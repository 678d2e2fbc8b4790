/*
 * Symbols at addresses: those that libdwfl finds but labels that are no names, in a fraction of the
 * time.
 */
#include "config.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdbool.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/names/symbol_index.h"
#include "reports/names/symbolizer.h"

#define COMPARED 3000u /* addresses of a file, about */

static char many[PATH_MAX];

/* ---- Beside libdwfl ---------------------------------------------------------------- */

static int no_debug_file(Dwfl_Module *module, void **closure, const char *name, Dwarf_Addr base,
			 const char *file, const char *link, GElf_Word checksum, char **debug_file)
{
	(void)module, (void)closure, (void)name, (void)base, (void)file, (void)link;
	(void)checksum, (void)debug_file;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = no_debug_file,
	.section_address = dwfl_offline_section_address,
};

static Dwfl *open_module(const char *path, Dwfl_Module **module)
{
	Dwfl *dwfl = dwfl_begin(&callbacks);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_non_null(dwfl);
	assert_true(fd >= 0);
	*module = dwfl_report_elf(dwfl, path, path, fd, 0, true);
	assert_non_null(*module);
	assert_int_equal(dwfl_report_end(dwfl, NULL, NULL), 0);
	return dwfl;
}

static bool is_mapping_symbol(const char *name)
{
	return strcmp(name, "$x") == 0 || strcmp(name, "$d") == 0 || strncmp(name, "$x.", 3) == 0 ||
	       strncmp(name, "$d.", 3) == 0;
}

static void compare_at(Dwfl_Module *module, const struct vt__symbol_index *index, GElf_Addr address)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *theirs = dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL,
						  NULL);
	const char *ours = vt__symbol_index_find(index, address);

	/* Of those of 64-bit Arm it may say one. */
	if (theirs && is_mapping_symbol(theirs) && (!ours || !is_mapping_symbol(ours)))
		return;
	if (!theirs != !ours || (theirs && strcmp(theirs, ours)))
		fail_msg("at %#llx: \"%s\", libdwfl says \"%s\"", (unsigned long long)address,
			 ours ? ours : "nothing", theirs ? theirs : "nothing");
}

/* Returns how many addresses were compared. */
static size_t compare(const char *path, GElf_Addr first, GElf_Addr end, size_t step)
{
	Dwfl_Module *module;
	Dwfl *dwfl = open_module(path, &module);
	struct vt__symbol_index *index = vt__symbol_index_new(module);
	size_t count = 0;

	assert_non_null(index);
	for (GElf_Addr address = first; address < end; address += step, count++)
		compare_at(module, index, address);
	vt__symbol_index_free(index);
	dwfl_end(dwfl);
	return count;
}

/* The section's addresses in the file. */
static void find_section(const char *path, const char *wanted, GElf_Shdr *header)
{
	Dwfl_Module *module;
	Dwfl *dwfl = open_module(path, &module);
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(module, &bias);
	Elf_Scn *section = NULL;
	const char *name;
	size_t strings;

	assert_int_equal(elf_getshdrstrndx(elf, &strings), 0);
	do {
		section = elf_nextscn(elf, section);
		assert_non_null(section);
		assert_non_null(gelf_getshdr(section, header));
		name = elf_strptr(elf, strings, header->sh_name);
	} while (!name || strcmp(name, wanted) != 0);
	dwfl_end(dwfl);
}

static void compare_section(const char *path, const char *wanted)
{
	const size_t around = 64; /* bytes before and behind it */
	GElf_Shdr header;
	size_t step, count;

	find_section(path, wanted, &header);
	step = header.sh_size / COMPARED + 1;
	count = compare(path, header.sh_addr - around, header.sh_addr + header.sh_size + around,
			step);
	assert_true(count >= COMPARED / 2 || count >= header.sh_size);
}

static void the_hard_choices_are_those_of_libdwfl(void **state)
{
	GElf_Shdr text;

	(void)state;
	find_section(many, ".text", &text);
	(void)compare(many, text.sh_addr - 16, text.sh_addr + 1024, 1);
	compare_section(many, "other_text");
}

static void symbols_are_those_of_libdwfl(void **state)
{
	char path[PATH_MAX];

	(void)state;
	compare_section(realpath("/proc/self/exe", path), ".text");
	compare_section(realpath("/proc/self/exe", path), ".plt");
}

/* ---- Symbols that are no names ------------------------------------------------------ */

static void copy_as(unsigned short machine, char path[PATH_MAX])
{
	GElf_Half wanted = machine;
	char bytes[4096];
	int from = open(many, O_RDONLY | O_CLOEXEC), to;
	ssize_t count;

	assert_true(strlen(many) + sizeof(".XXXXXX") <= PATH_MAX);
	stpcpy(stpcpy(path, many), ".XXXXXX");
	to = mkstemp(path);
	assert_true(from >= 0 && to >= 0);
	while ((count = read(from, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(to, bytes, (size_t)count), count);
	assert_int_equal(pwrite(to, &wanted, sizeof(wanted), offsetof(Elf64_Ehdr, e_machine)),
			 sizeof(wanted));
	close(from);
	close(to);
}

/* At the address of the label by_hand, or `bytes` behind it. */
static void assert_named(const char *path, GElf_Addr bytes, const char *name)
{
	Dwfl_Module *module;
	Dwfl *dwfl = open_module(path, &module);
	struct vt__symbol_index *index = vt__symbol_index_new(module);
	const char *seen;
	GElf_Addr value = 0;
	GElf_Sym symbol;

	assert_non_null(index);
	for (int i = 1; i < dwfl_module_getsymtab(module); i++)
		if (strcmp(dwfl_module_getsym(module, i, &symbol, NULL), "by_hand") == 0)
			value = symbol.st_value;
	assert_int_not_equal(value, 0);
	seen = vt__symbol_index_find(index, value + bytes);
	assert_string_equal(seen ? seen : "nothing", name);
	vt__symbol_index_free(index);
	dwfl_end(dwfl);
}

/* Where code and data begin is told by labels on 64-bit Arm: "$x in libc" helped nobody. */
static void mapping_symbols_of_arm_are_no_names(void **state)
{
	char path[PATH_MAX];

	(void)state;
	copy_as(EM_AARCH64, path);
	assert_named(path, 4, "by_hand");
	assert_named(path, 16, "$xy");
	unlink(path);
	copy_as(EM_X86_64, path);
	assert_named(path, 4, "$d.7");
	unlink(path);
}

/* ---- Time ----------------------------------------------------------------------------- */

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ms of the names of so many addresses of a file that is opened for them. */
static double name_them(size_t count)
{
	const double begin = now_ms();
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__module *module = vt__symbolizer_module(symbolizer, many, NULL, 0, UINT64_MAX);
	struct vt__symbols symbols;
	GElf_Shdr text;

	find_section(many, ".text", &text);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(vt__symbolize(symbolizer, module,
					       text.sh_addr + 4096 + i * 16 * 40 + 8, VT__NAMES_ALL,
					       &symbols),
				 0);
		assert_int_equal(symbols.count, 1);
		assert_non_null(strstr(symbols.symbols[0].function, "a_function_of_many_"));
	}
	vt__symbolizer_free(symbolizer);
	return now_ms() - begin;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

/* The tables are gone through once, not once for each address: that took 400 times as long. */
static void many_names_take_little_longer_than_one(void **state)
{
	double one = name_them(1), all = name_them(400);

	(void)state;
	for (int i = 0; i < 5; i++) {
		one = least(one, name_them(1));
		all = least(all, name_them(400));
	}
	if (all > 20 * one)
		fail_msg("400 names of a file with 40000 took %.1f ms, one takes %.1f", all, one);
}

static int find_many(void **state)
{
	char *slash;

	(void)state;
	if (readlink("/proc/self/exe", many, sizeof(many) - sizeof("many_symbols")) < 0)
		return -1;
	slash = strrchr(many, '/');
	if (!slash)
		return -1;
	strcpy(slash + 1, "many_symbols");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hard_choices_are_those_of_libdwfl),
		cmocka_unit_test(symbols_are_those_of_libdwfl),
		cmocka_unit_test(mapping_symbols_of_arm_are_no_names),
		cmocka_unit_test(many_names_take_little_longer_than_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, find_many, NULL);
}
