/*
 * Identities: what they survive, and what they tell apart.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/findings/identity.h"
#include "reports/names/plain_names.h"
#include "tests/gate_fixture.h"

static void assert_part(const char *(*part)(const char *, size_t *), const char *name,
			const char *wanted)
{
	size_t bytes;
	const char *start = part(name, &bytes);

	if (strlen(wanted) != bytes || memcmp(start, wanted, bytes) != 0)
		fail_msg("\"%s\" gives \"%.*s\", not \"%s\"", name, (int)bytes, start, wanted);
}

static void what_compilers_add_to_functions_does_not_count(void **state)
{
	static const char *const names[][2] = {
		{"load_weights", "load_weights"},
		{"load_weights.constprop.0", "load_weights"},
		{"load_weights.isra.0.cold", "load_weights"},
		{"load(int) [clone .isra.0]", "load(int)"},
		{"tensor<double>::tensor(unsigned long)", "tensor<double>::tensor(unsigned long)"},
		{"worker::load::h0123456789abcdef", "worker::load"},
		{"worker::load::h0123456789abcdeg", "worker::load::h0123456789abcdeg"},
		{"run.part.3.lto_priv.0", "run"},
		{"main.init", "main.init"},
		{".cold", ".cold"},
		{"", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_part(vt__plain_function, names[i][0], names[i][1]);
}

static void inlined_and_called_functions_have_one_name(void **state)
{
	static const char *const names[][2] = {
		{"load_weights", "load_weights"},
		{"load(int)", "load"},
		{"(anonymous namespace)::Worker::shut_down()", "(anonymous)::Worker::shut_down"},
		{"(anonymous)::Worker::shut_down", "(anonymous)::Worker::shut_down"},
		{"void ns::fill<int, 4ul>(int*, unsigned long)", "ns::fill<int, 4>"},
		{"ns::fill<int, 4>", "ns::fill<int, 4>"},
		{"Tensor<std::vector<int> >::size() const", "Tensor<std::vector<int>>::size"},
		{"std::ostream& operator<<(std::ostream&, int)", "operator<<"},
		{"Functor::operator()(int) const", "Functor::operator()"},
		{"operator new(unsigned long)", "operator new"},
		{"ns::operators(int)", "ns::operators"},
		{"name[abi:cxx11](int)", "name"},
		{"main()::Local::run()", "main::Local::run"},
		{"main::{lambda(int)#1}::operator()(int) const",
		 "main::{lambda(int)#1}::operator()"},
		{"f(void (*)(int)) [clone .isra.0]", "f"},
		{"<worker::Cache as worker::Load>::load", "<worker::Cache as worker::Load>::load"},
		{"worker::load::{{closure}}", "worker::load::{{closure}}"},
		{"f(", "f"},
		{"(", "("},
		{"f<g(", "f<g("},
		{"", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *name = vt__plain_name(names[i][0]);

		assert_string_equal(name, names[i][1]);
		free(name);
	}
}

static void versions_and_hashes_of_modules_do_not_count(void **state)
{
	static const char *const names[][2] = {
		{"/usr/lib/libcublas.so.13.1.0", "libcublas.so"},
		{"/srv/app/worker", "worker"},
		{"worker", "worker"},
		{"/t/deps/worker-0123456789abcdef", "worker"},
		{"/t/libopenblas-r0-0cf96a72.3.23.so", "libopenblas-r0"},
		{"/t/libfoo-0123456789abcdef.so", "libfoo"},
		{"/t/my-tool", "my-tool"},
		{"/t/-01234567", "-01234567"},
		{"/t/", "/t/"},
		{"", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_part(vt__plain_module, names[i][0], names[i][1]);
}

/* Identities of the findings of one process, in their order. */
static size_t identities_by(enum vt__identity_scheme scheme, const struct sample *sample,
			    char out[8][33])
{
	struct vt__analysis *analysis = gate_analysis(sample, 1);
	const struct vt__process *process = &analysis->processes[0];
	struct vt__identities *identities = vt__identities_new(process, scheme);
	uint8_t identity[VT__IDENTITY_BYTES];
	const size_t count = process->finding_count;
	size_t i;

	assert_non_null(identities);
	assert_in_range(count, 1, 8);
	for (i = 0; i < count; i++) {
		assert_int_equal(vt__identity_of(identities, &process->findings[i], identity), 0);
		vt__identity_text(identity, out[i]);
	}
	vt__identities_free(identities);
	vt__analysis_free(analysis);
	return count;
}

static size_t identities_of(const struct sample *sample, char out[8][33])
{
	return identities_by(VT__IDENTITY_NOW, sample, out);
}

/* A stack in the sample's own modules: 0 is the shim, 1 the runtime, 2 libmodel.so. */
static uint32_t stack_of(const struct sample *sample, uint32_t module, uint64_t address,
			 bool through_runtime)
{
	const uint64_t frames[] = {VT_FORMAT_MAKE_FRAME(0, 0x10), VT_FORMAT_MAKE_FRAME(1, address),
				   VT_FORMAT_MAKE_FRAME(module, address)};
	const uint64_t direct[] = {VT_FORMAT_MAKE_FRAME(module, address)};

	return through_runtime ? made_stack(sample->made, frames, 3)
			       : made_stack(sample->made, direct, 1);
}

static void leak_identity(uint32_t module, uint64_t address, bool through_runtime, char out[33])
{
	const struct sample sample = gate_process();
	char found[8][33];

	gate_leak(&sample, stack_of(&sample, module, address, through_runtime), 512);
	assert_int_equal(identities_of(&sample, found), 1);
	memcpy(out, found[0], 33);
}

static void addresses_and_the_runtime_do_not_count(void **state)
{
	char first[33], moved[33], direct[33];

	(void)state;
	leak_identity(2, 0x1234, true, first);
	leak_identity(2, 0x9870, true, moved);
	leak_identity(2, 0x9870, false, direct);
	assert_int_equal(strspn(first, "0123456789abcdef"), 32);
	assert_string_equal(first, moved);
	assert_string_equal(first, direct);
}

/* The modules of composed_identity(), by number; the sample's own first. */
enum {
	MODEL = 2,
	LIBC,
	THREADS,
	LIBRARY,
	PROGRAM,
	END = -1
};

/* Of a leak with these modules on its stack, innermost first, all without names. */
static void composed_identity(enum vt__identity_scheme scheme, const int *modules, char out[33])
{
	const struct sample sample = gate_process();
	uint64_t frames[8];
	uint32_t count = 0;
	char found[8][33];

	assert_int_equal(made_module(sample.made, "/nonexistent/libc.so.6", 0), LIBC);
	assert_int_equal(made_module(sample.made, "/nonexistent/libpthread.so.0", 0), THREADS);
	assert_int_equal(made_module(sample.made, "/opt/libvramtrack.so.0.1", 0), LIBRARY);
	assert_int_equal(made_module(sample.made, "/nonexistent/program", 0), PROGRAM);
	for (; modules[count] != END; count++)
		frames[count] = VT_FORMAT_MAKE_FRAME((uint64_t)modules[count], 0x10 * (count + 1));
	gate_leak(&sample, made_stack(sample.made, frames, count), 512);
	assert_int_equal(identities_by(scheme, &sample, found), 1);
	memcpy(out, found[0], 33);
}

/* Whether libc has names is a matter of the machine that reads. */
static void what_starts_main_does_not_count_without_a_name(void **state)
{
	static const int rows[][8] = {
		{MODEL, PROGRAM, END},
		{MODEL, PROGRAM, LIBC, END},
		{MODEL, PROGRAM, LIBC, LIBC, END},
		{MODEL, PROGRAM, LIBC, LIBC, PROGRAM, END}, /* _start */
		{MODEL, PROGRAM, THREADS, LIBC, END},
	};
	static const int others[][8] = {
		{MODEL, PROGRAM, PROGRAM, END},
		{MODEL, LIBC, PROGRAM, LIBC, LIBC, END}, /* as qsort() */
		{MODEL, PROGRAM, LIBC, LIBC, PROGRAM, PROGRAM, END},
	};
	char first[33], found[33];
	size_t i;

	(void)state;
	composed_identity(VT__IDENTITY_NOW, rows[0], first);
	for (i = 1; i < sizeof(rows) / sizeof(*rows); i++) {
		composed_identity(VT__IDENTITY_NOW, rows[i], found);
		assert_string_equal(found, first);
	}
	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		composed_identity(VT__IDENTITY_NOW, others[i], found);
		assert_string_not_equal(found, first);
	}
}

static void frames_of_libvramtrack_do_not_count(void **state)
{
	static const int without[] = {MODEL, PROGRAM, END};
	static const int with[] = {LIBRARY, LIBRARY, MODEL, PROGRAM, END};
	char first[33], found[33];

	(void)state;
	composed_identity(VT__IDENTITY_NOW, without, first);
	composed_identity(VT__IDENTITY_NOW, with, found);
	assert_string_equal(found, first);
}

/* As vramtrack made them: baselines of that time are still found by them. */
static void identities_of_the_former_scheme_stay(void **state)
{
	static const int frames[] = {LIBRARY, MODEL, LIBC, END};
	static const int named[] = {LIBRARY, MODEL, END};
	const struct sample sample = gate_process();
	char found[8][33], with_libc[33];

	(void)state;
	gate_leak(&sample, stack_of(&sample, 2, 0x1234, true), 512);
	assert_int_equal(identities_by(VT__IDENTITY_1, &sample, found), 1);
	assert_string_equal(found[0], "2eefb5b535c8fd8ed855c24fcf4a50b9");
	composed_identity(VT__IDENTITY_1, frames, found[0]);
	assert_string_equal(found[0], "a8f79e590bbf503bafd30330c2ef4bc3");
	composed_identity(VT__IDENTITY_1_BARE, frames, found[0]);
	assert_string_equal(found[0], "a8f79e590bbf503bafd30330c2ef4bc3");
	composed_identity(VT__IDENTITY_1_WITH_LIBC, frames, found[0]);
	composed_identity(VT__IDENTITY_1, named, with_libc);
	assert_string_equal(found[0], with_libc);
}

static void modules_and_depths_are_told_apart(void **state)
{
	const struct sample sample = gate_process();
	const uint64_t deep[] = {VT_FORMAT_MAKE_FRAME(2, 0x10), VT_FORMAT_MAKE_FRAME(2, 0x20)};
	const uint32_t other = made_module(sample.made, "libother.so", 0);
	char found[8][33];

	(void)state;
	gate_leak(&sample, stack_of(&sample, 2, 0x10, false), 3000);
	gate_leak(&sample, stack_of(&sample, other, 0x10, false), 2000);
	gate_leak(&sample, made_stack(sample.made, deep, 2), 1000);
	assert_int_equal(identities_of(&sample, found), 3);
	assert_string_not_equal(found[0], found[1]);
	assert_string_not_equal(found[0], found[2]);
	assert_string_not_equal(found[1], found[2]);
}

static void reasons_and_classes_are_told_apart(void **state)
{
	const struct sample sample = gate_process();
	char found[8][33];

	(void)state;
	gate_leak(&sample, sample.cache, 4096);
	gate_bad_free(&sample, sample.cache, VT_BAD_FREE_DOUBLE);
	gate_bad_free(&sample, sample.cache, VT_BAD_FREE_INTERIOR);
	assert_int_equal(identities_of(&sample, found), 3);
	assert_string_not_equal(found[0], found[1]);
	assert_string_not_equal(found[1], found[2]);
}

static void variants_of_an_api_are_one(void **state)
{
	static const char *const names[] = {"cuMemAllocAsync", "cuMemAllocAsync_ptsz",
					    "cuMemAllocAsync_v2"};
	char found[8][33], first[33] = "";
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct sample sample = gate_process();

		sample.alloc = made_string(sample.made, names[i]);
		gate_leak(&sample, sample.cache, 4096);
		assert_int_equal(identities_of(&sample, found), 1);
		if (!i)
			memcpy(first, found[0], 33);
		assert_string_equal(found[0], first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_compilers_add_to_functions_does_not_count),
		cmocka_unit_test(inlined_and_called_functions_have_one_name),
		cmocka_unit_test(versions_and_hashes_of_modules_do_not_count),
		cmocka_unit_test(addresses_and_the_runtime_do_not_count),
		cmocka_unit_test(what_starts_main_does_not_count_without_a_name),
		cmocka_unit_test(frames_of_libvramtrack_do_not_count),
		cmocka_unit_test(identities_of_the_former_scheme_stay),
		cmocka_unit_test(modules_and_depths_are_told_apart),
		cmocka_unit_test(reasons_and_classes_are_told_apart),
		cmocka_unit_test(variants_of_an_api_are_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, gate_make_folder, gate_remove_folder);
}
