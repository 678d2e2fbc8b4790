/*
 * Names of a real program's addresses: inlined calls, C++, Rust, files that are
 * stripped, missing or not the ones that ran.
 */
#include "config.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <inttypes.h>
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

#include "reports/names/demangle.h"
#include "reports/names/symbolizer.h"

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

/* f(A<int, int>, A<that, that>, ...): each parameter is twice the one before. */
static char *doubling(unsigned times)
{
	char *text = calloc(1, 32 + times * 32);

	assert_non_null(text);
	strcpy(text, "_Z1f1AIiiE");
	for (unsigned i = 0; i < times; i++)
		sprintf(text + strlen(text), "S_IS%X_S%X_E", i, i);
	return text;
}

static void an_expansion_without_end_is_not_made(void **state)
{
	char *small = doubling(8), *large = doubling(15), *written;

	(void)state;
	written = vt__demangle(small);
	assert_non_null(written);
	assert_in_range(strlen(written), 8000, 9000);
	assert_int_equal(strncmp(written, "f(A<int, int>, A<A<int, int>, A<int, int> >", 43), 0);
	free(written);
	written = vt__demangle(large);            /* a megabyte, if it were made */
	assert_true(strcmp(written, large) == 0); /* not printed: it may be long */
	free(written);
	free(small);
	free(large);
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

/* Three objects, of which the second has no .debug_aranges, as clang and Go make them. */
static const char make_mixed[] =
	"cd %s && printf 'int b(void);int a(void);\\n\\nint main(void){return a()+b();}' >m.c && "
	"printf '\\n\\n\\nint b(void){return 3;}' >b.c && printf 'int a(void){return 4;}' >a.c && "
	"cc -g -O0 -c m.c b.c a.c && objcopy --remove-section=.debug_aranges b.o && "
	"cc -o mixed m.o b.o a.o && nm mixed | sed -n 's/ T b$//p'";

static void a_unit_that_no_table_lists_is_not_its_neighbour(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols symbols;
	char command[1024], path[64];
	uint64_t address = 0;
	const char *note;
	FILE *out;

	(void)state;
	snprintf(command, sizeof(command), make_mixed, folder);
	snprintf(path, sizeof(path), "%s/mixed", folder);
	out = popen(command, "r");
	assert_non_null(out);
	assert_int_equal(fscanf(out, "%" SCNx64, &address), 1);
	assert_int_equal(pclose(out), 0);
	/* as a return address: in the function's first line */
	symbols = name(symbolizer, path, NULL, 0, address + 2, &note);
	assert_int_equal(symbols.count, 1);
	assert_string_equal(symbols.symbols[0].function, "b");
	assert_non_null(symbols.symbols[0].file);
	assert_non_null(strstr(symbols.symbols[0].file, "b.c"));
	assert_int_equal(symbols.symbols[0].line, 4);
	vt__symbolizer_free(symbolizer);
}

/* A section full of zeros, and one in a form that not every elfutils can read. */
static void debug_information_that_cannot_be_read_is_said(void **state)
{
	static const char *const sections[] = {".debug_abbrev", ".debug_line", ".debug_info"};
	size_t i;

	(void)state;
	assert_int_equal(run_command("head -c 64 /dev/zero >%s/zeros", folder), 0);
	for (i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		struct vt__symbolizer *symbolizer = vt__symbolizer_new();
		struct vt__symbols symbols;
		const char *note;

		assert_int_equal(run_command("objcopy --update-section %s=%s/zeros '%s' '%s'",
					     sections[i], folder, helper, copy),
				 0);
		symbols = name(symbolizer, copy, build_id, build_id_bytes, addresses[0], &note);
		assert_true(symbols.count >= 1);
		assert_int_equal(symbols.symbols[0].line, 0);
		if (!note)
			print_error("# %s: nothing is said\n", sections[i]);
		assert_non_null(note);
		assert_non_null(strstr(note, copy));
		assert_non_null(strstr(note, "debug information is there and cannot be read"));
		vt__symbolizer_free(symbolizer);
	}
}

static void compressed_debug_information_is_read_or_said(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__symbols symbols;
	const char *note;

	(void)state;
	if (run_command("objcopy --compress-debug-sections=zstd '%s' '%s' 2>/dev/null", helper,
			copy))
		skip();
	symbols = name(symbolizer, copy, build_id, build_id_bytes, addresses[0], &note);
	assert_true(symbols.count >= 1);
	assert_true(symbols.symbols[0].line != 0 || note != NULL);
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
	return run_command("rm -rf '%s'", folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inlined_calls_are_named_with_their_own_lines),
		cmocka_unit_test(an_answer_is_kept),
		cmocka_unit_test(an_expansion_without_end_is_not_made),
		cmocka_unit_test(a_unit_that_no_table_lists_is_not_its_neighbour),
		cmocka_unit_test(debug_information_that_cannot_be_read_is_said),
		cmocka_unit_test(compressed_debug_information_is_read_or_said),
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
