/*
 * Names of a real program's addresses: inlined calls, C++, Rust, files that are
 * stripped, missing or not the ones that ran.
 */
#include "config.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <libelf.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/demangle.h"
#include "reports/symbolizer.h"

#define ALWAYS UINT64_MAX /* recorded later than any change of the file */

static char folder[] = "/tmp/test_symbolizer.XXXXXX";
static char helper[PATH_MAX], copy[128];
static uint64_t addresses[2]; /* into Loader::load and main */
static uint8_t build_id[32];
static size_t build_id_bytes;

__attribute__((format(printf, 1, 2))) static int run_command(const char *format, ...)
{
	char command[PATH_MAX * 2 + 64];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	return system(command);
}

static struct vt__symbols name_by(enum vt__names names, struct vt__symbolizer *symbolizer,
				  const char *path, const uint8_t *id, size_t id_bytes,
				  uint64_t address, const char **note)
{
	struct vt__module *module = vt__symbolizer_module(symbolizer, path, id, id_bytes, ALWAYS);
	struct vt__symbols symbols;

	assert_non_null(module);
	assert_int_equal(vt__symbolize(symbolizer, module, address, names, &symbols), 0);
	*note = vt__module_note(module);
	return symbols;
}

static struct vt__symbols name(struct vt__symbolizer *symbolizer, const char *path,
			       const uint8_t *id, size_t id_bytes, uint64_t address,
			       const char **note)
{
	return name_by(VT__NAMES_ALL, symbolizer, path, id, id_bytes, address, note);
}

/* Compilers differ in what follows: parameters, or " [clone .isra.0]". */
static void assert_name(const char *name_found, const char *start)
{
	if (!name_found || strncmp(name_found, start, strlen(start)))
		fail_msg("\"%s\" does not begin with \"%s\"", name_found, start);
}

static void assert_symbol(const struct vt__symbol *symbol, const char *function, uint32_t line,
			  bool inlined)
{
	assert_name(symbol->function, function);
	assert_int_equal(symbol->line, line);
	assert_int_equal(symbol->inlined, inlined);
	assert_non_null(symbol->file);
	assert_non_null(strstr(symbol->file, "symbolizer_helper.cpp"));
}

static void inlined_calls_are_named_with_their_own_lines(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols symbols;
	const char *note;

	(void)state;
	symbols = name(symbolizer, helper, build_id, build_id_bytes, addresses[0], &note);
	assert_null(note);
	assert_int_equal(symbols.count, 3);
	assert_symbol(&symbols.symbols[0], "model::innermost", 25, true);
	assert_symbol(&symbols.symbols[1], "model::middle", 32, true);
	assert_symbol(&symbols.symbols[2], "model::Loader<float>::load(float const*, void**, int)",
		      39, false);
	symbols = name(symbolizer, helper, build_id, build_id_bytes, addresses[1], &note);
	assert_int_equal(symbols.count, 1);
	assert_symbol(&symbols.symbols[0], "main", 51, false);
	vt__symbolizer_free(symbolizer);
}

static void an_answer_is_kept(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols first, second;
	const char *note;

	(void)state;
	first = name(symbolizer, helper, build_id, build_id_bytes, addresses[0], &note);
	second = name(symbolizer, helper, build_id, build_id_bytes, addresses[0], &note);
	assert_ptr_equal(first.symbols, second.symbols);
	vt__symbolizer_free(symbolizer);
}

static void without_debug_information_the_symbol_table_names(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols symbols;
	const char *note;

	(void)state;
	assert_int_equal(run_command("strip -g -o '%s' '%s'", copy, helper), 0);
	symbols = name(symbolizer, copy, build_id, build_id_bytes, addresses[0], &note);
	assert_null(note);
	assert_int_equal(symbols.count, 1);
	assert_name(symbols.symbols[0].function,
		    "model::Loader<float>::load(float const*, void**, int)");
	assert_null(symbols.symbols[0].file);
	vt__symbolizer_free(symbolizer);
}

static void a_stripped_file_has_no_names_and_that_is_no_error(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols symbols;
	const char *note;

	(void)state;
	assert_int_equal(run_command("strip -s -o '%s' '%s'", copy, helper), 0);
	symbols = name(symbolizer, copy, build_id, build_id_bytes, addresses[0], &note);
	assert_int_equal(symbols.count, 0);
	assert_null(note);
	vt__symbolizer_free(symbolizer);
}

static void a_separate_debug_file_is_found_by_its_link(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols symbols;
	const char *note;

	(void)state;
	assert_int_equal(run_command("objcopy --only-keep-debug '%s' '%s.debug'", helper, copy), 0);
	assert_int_equal(
		run_command("strip -s -o '%s' '%s' && objcopy --add-gnu-debuglink='%s.debug' '%s'",
			    copy, helper, copy, copy),
		0);
	symbols = name(symbolizer, copy, build_id, build_id_bytes, addresses[0], &note);
	assert_int_equal(symbols.count, 3);
	assert_symbol(&symbols.symbols[0], "model::innermost", 25, true);
	symbols = name_by(VT__NAMES_OWN, symbolizer, copy, build_id, build_id_bytes, addresses[0],
			  &note);
	assert_int_equal(symbols.count, 0); /* as where there is none */
	symbols = name_by(VT__NAMES_OWN, symbolizer, helper, build_id, build_id_bytes, addresses[0],
			  &note);
	assert_int_equal(symbols.count, 3); /* in the file itself */
	assert_null(note);
	vt__symbolizer_free(symbolizer);
	assert_int_equal(run_command("rm '%s.debug'", copy), 0);
}

static void a_file_with_another_build_id_gives_no_names(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	uint8_t other[32];
	const char *note;

	(void)state;
	memcpy(other, build_id, sizeof(other));
	other[5] ^= 1;
	assert_int_equal(name(symbolizer, helper, other, build_id_bytes, addresses[0], &note).count,
			 0);
	assert_non_null(note);
	assert_non_null(strstr(note, "not the one that ran"));
	assert_int_equal(
		name(symbolizer, helper, build_id, build_id_bytes - 1, addresses[0], &note).count,
		0);
	assert_non_null(strstr(note, "not the one that ran"));
	vt__symbolizer_free(symbolizer);
}

static void without_a_build_id_a_later_change_is_said(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__module *module = vt__symbolizer_module(symbolizer, helper, build_id, 0,
							  1000000000ull);
	struct vt__symbols symbols;

	(void)state;
	assert_int_equal(vt__symbolize(symbolizer, module, addresses[0], VT__NAMES_ALL, &symbols),
			 0);
	assert_int_equal(symbols.count, 3);
	assert_non_null(strstr(vt__module_note(module), "changed after the recording"));
	vt__symbolizer_free(symbolizer);
}

static void files_that_are_missing_or_no_elf_are_said(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	const char *note;

	(void)state;
	assert_int_equal(
		name(symbolizer, "/nonexistent/lib.so", build_id, build_id_bytes, 9, &note).count,
		0);
	assert_non_null(strstr(note, "/nonexistent/lib.so: no names"));
	assert_int_equal(run_command("echo hello >'%s'", copy), 0);
	assert_int_equal(name(symbolizer, copy, build_id, build_id_bytes, 9, &note).count, 0);
	assert_non_null(strstr(note, "no names"));
	unlink(copy);
	assert_int_equal(mkfifo(copy, 0600), 0); /* must not wait for a writer */
	assert_int_equal(name(symbolizer, copy, build_id, 0, 9, &note).count, 0);
	assert_non_null(strstr(note, "not a regular file"));
	unlink(copy);
	assert_int_equal(name(symbolizer, "linux-vdso.so.1", build_id, 0, 9, &note).count, 0);
	assert_null(note);
	vt__symbolizer_free(symbolizer);
}

static void addresses_outside_the_code_have_no_name(void **state)
{
	static const uint64_t outside[] = {0, 1, 0xffffffffffffull, UINT64_MAX};
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	const char *note;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(
			name(symbolizer, helper, build_id, build_id_bytes, outside[i], &note).count,
			0);
	vt__symbolizer_free(symbolizer);
}

static void names_are_shown_as_they_were_written(void **state)
{
	static const char *const names[][2] = {
		{"main", "main"},
		{"", ""},
		{"malloc@@GLIBC_2.2.5", "malloc"},
		{"_ZN3foo3barEi", "foo::bar(int)"},
		{"_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core::fmt::Formatter::pad"},
		{"_RNvC6_123foo3bar", "123foo::bar"},
		{"_Z", "_Z"},
		{"_Znonsense", "_Znonsense"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *written = vt__demangle(names[i][0]);

		assert_string_equal(written, names[i][1]);
		free(written);
	}
}

static int read_build_id(void)
{
	const int fd = open(helper, O_RDONLY);
	const void *id;
	ssize_t bytes;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	bytes = elf ? dwelf_elf_gnu_build_id(elf, &id) : -1;
	if (bytes > 0 && bytes <= 32)
		memcpy(build_id, id, (size_t)bytes);
	build_id_bytes = bytes > 0 ? (size_t)bytes : 0;
	elf_end(elf);
	close(fd);
	return build_id_bytes ? 0 : -1;
}

static int start_helper(void **state)
{
	FILE *output;
	size_t i;

	(void)state;
	unsetenv("DEBUGINFOD_URLS");
	if (!mkdtemp(folder) || !realpath("tests/symbolizer_helper", helper))
		return -1;
	snprintf(copy, sizeof(copy), "%s/copy", folder);
	output = popen(helper, "r");
	for (i = 0; output && i < 2; i++)
		if (fscanf(output, "%lx", &addresses[i]) != 1)
			return -1;
	return !output || pclose(output) ? -1 : read_build_id();
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(copy);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inlined_calls_are_named_with_their_own_lines),
		cmocka_unit_test(an_answer_is_kept),
		cmocka_unit_test(without_debug_information_the_symbol_table_names),
		cmocka_unit_test(a_stripped_file_has_no_names_and_that_is_no_error),
		cmocka_unit_test(a_separate_debug_file_is_found_by_its_link),
		cmocka_unit_test(a_file_with_another_build_id_gives_no_names),
		cmocka_unit_test(without_a_build_id_a_later_change_is_said),
		cmocka_unit_test(files_that_are_missing_or_no_elf_are_said),
		cmocka_unit_test(addresses_outside_the_code_have_no_name),
		cmocka_unit_test(names_are_shown_as_they_were_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start_helper, remove_folder);
}
