/*
 * Whose a frame is: the rules that come with vramtrack, files of others, malformed ones;
 * the site of a stack, and what a folded stack shows.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/formats/fold.h"
#include "reports/names/frame_rules.h"
#include "reports/names/site.h"

static char folder[] = "/tmp/test_frame_rules.XXXXXX";
static char path[64];

/* Reads rules of its own; 0 or what reading them returned. */
static int read_text(const char *text, char message[VT__MESSAGE_BYTES])
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return vt__frame_rules_read(path, message);
}

static void read_shipped(void)
{
	const char *shipped = getenv("VRAMTRACK_FRAMES_FOLDER");
	char message[VT__MESSAGE_BYTES];

	assert_non_null(shipped);
	if (vt__frame_rules_read_folder(shipped, message))
		fail_msg("%s", message);
}

static int forget(void **state)
{
	(void)state;
	vt__frame_rules_forget();
	return 0;
}

static void assert_role(const struct vt__frame *frame, enum vt__role role)
{
	const int seen = vt__frame_rules_role(frame);

	if (seen != (int)role)
		fail_msg("%s, %s, %s: role %d, not %d", frame->function ? frame->function : "-",
			 frame->file ? frame->file : "-", frame->module ? frame->module : "-", seen,
			 (int)role);
}

/* ---- The rules that come with vramtrack --------------------------------------------- */

#define PACKAGES "/opt/venv/lib/python3.12/site-packages/"

static void shipped_rules_know_whose_a_frame_is(void **state)
{
	static const struct {
		enum vt__role role;
		const char *function, *file, *module;
	} rows[] = {
		{VT__ROLE_CUDA, "cudaMalloc", NULL, "/usr/local/cuda/lib64/libcudart.so.13"},
		{VT__ROLE_CUDA, NULL, NULL, "/usr/lib/x86_64-linux-gnu/libcuda.so.1"},
		{VT__ROLE_CUDA, "cudaMalloc<float>", "/usr/local/cuda/include/cuda_runtime.h",
		 "/a"},
		{VT__ROLE_LIBRARY, "vt__cuda_malloc", "src/library/cuda_calls.c", "/srv/app"},
		{VT__ROLE_LIBRARY, "allocate", "src/library/buffer_memory.c",
		 "/u/libvramtrack.so.0"},
		{VT__ROLE_CALL, "vt_buffer_create", "src/library/buffer.c", "/u/libvramtrack.so.0"},
		{VT__ROLE_CALL, "worker::DeviceMemory::DeviceMemory(unsigned long, bool)", NULL,
		 "/a"},
		{VT__ROLE_LIBRARY, "make", "/opt/include/vramtrack/device_memory.hpp", "/srv/app"},
		{VT__ROLE_CALL, "vramtrack::buffer::DeviceBuffer::new", "src/buffer.rs",
		 "/srv/app"},
		{VT__ROLE_RUNTIME, "malloc", NULL, "/usr/lib/x86_64-linux-gnu/libc.so.6"},
		{VT__ROLE_RUNTIME, "operator new(unsigned long)", NULL, "/srv/app"},
		{VT__ROLE_RUNTIME, "void std::__invoke_impl<void, F&>(F&)", NULL, "/srv/app"},
		{VT__ROLE_RUNTIME, "call_once", "/rustc/abc/library/core/src/ops.rs", "/srv/app"},
		{VT__ROLE_RUNTIME, NULL, NULL, "/usr/bin/python3.12"},
		{VT__ROLE_RUNTIME, NULL, NULL, "/usr/lib/libpython3.11.so.1.0"},
		{VT__ROLE_CALL, "cublasCreate_v2", NULL, "/usr/lib/libcublas.so.13"},
		{VT__ROLE_LIBRARY, NULL, NULL, "/usr/lib/libcublas.so.13"},
		{VT__ROLE_CALL, "at::_ops::empty_strided::call(long, long)", NULL,
		 "/t/libtorch_cpu.so"},
		{VT__ROLE_LIBRARY,
		 "at::Tensor c10::impl::wrap_kernel_functor_unboxed_<int, at::Tensor (int)>::call(int)",
		 NULL, "/t/libtorch_cpu.so"},
		{VT__ROLE_LIBRARY, "anything", NULL, "/t/libc10_cuda.so"},
		{VT__ROLE_LIBRARY, "at::detail::make_tensor<int>(int&&)", NULL, "/srv/ext.so"},
		{VT__ROLE_LIBRARY, "thrust::THRUST_200302_800_NS::detail::f<int>(int)", NULL, "/a"},
		{VT__ROLE_CALL,
		 "thrust::THRUST_200302_800_NS::device_vector<int, A<int> >::device_vector(unsigned)",
		 NULL, "/a"},
		{VT__ROLE_LIBRARY, NULL, NULL, PACKAGES "cupy/cuda/memory.cpython-312.so"},
		{VT__ROLE_LIBRARY, "xla::BFCAllocator::Extend", NULL, "/j/xla_cuda_plugin.so"},
		{VT__ROLE_USER, "serve", "server.cpp", "/srv/app"},
		{VT__ROLE_USER, "main", NULL, "/srv/app"},
		{VT__ROLE_USER, NULL, NULL, "/srv/app"},
		{VT__ROLE_USER, NULL, NULL, NULL},
		{VT__ROLE_USER, "statistics::std_of", "a.cpp", "/srv/app"},
		{VT__ROLE_USER, "worker::Model::load", "a.cpp", "/srv/libc10k_server.so"},
	};
	size_t i;

	(void)state;
	read_shipped();
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_role(&(struct vt__frame){.function = rows[i].function,
						.file = rows[i].file,
						.module = rows[i].module},
			    rows[i].role);
}

static void every_python_frame_is_the_users_but_those_of_files_that_rules_name(void **state)
{
	static const struct {
		enum vt__role role;
		const char *function, *file;
	} rows[] = {
		{VT__ROLE_USER, "serve", "/srv/server.py"},
		{VT__ROLE_USER, "malloc", "server.py"},
		{VT__ROLE_USER, "std::odd", "server.py"},
		{VT__ROLE_USER, "<module>", "<stdin>"},
		{VT__ROLE_USER, "run", PACKAGES "my_service/app.py"},
		{VT__ROLE_USER, "load", "/srv/torch/model.py"},
		{VT__ROLE_LIBRARY, "zeros", PACKAGES "torch/functional.py"},
		{VT__ROLE_LIBRARY, "f", "/usr/lib/python3/dist-packages/numpy/core.py"},
		{VT__ROLE_RUNTIME, "pytest_runtest_call", PACKAGES "_pytest/runner.py"},
		{VT__ROLE_RUNTIME, "run", "/usr/lib/python3.12/threading.py"},
		{VT__ROLE_RUNTIME, "_call", "<frozen importlib._bootstrap>"},
		{VT__ROLE_RUNTIME, "_run_module_code", "<frozen runpy>"},
		{VT__ROLE_RUNTIME, "__call__", "/usr/lib/python3.9/ctypes/__init__.py"},
	};
	size_t i;

	(void)state;
	read_shipped();
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_role(&(struct vt__frame){.function = rows[i].function,
						.file = rows[i].file,
						.language = VT__LANGUAGE_PYTHON},
			    rows[i].role);
}

/* ---- Files --------------------------------------------------------------------------- */

static void the_first_rule_that_holds_counts(void **state)
{
	const struct vt__frame pool = {.function = "my_pool::take(int)", .module = "/srv/app"};
	const struct vt__frame c10 = {.function = "c10::f", .module = "/srv/libc10_own.so"};
	char message[VT__MESSAGE_BYTES];

	(void)state;
	assert_int_equal(read_text("# ours\n\n  library:  fun:^my_pool::  # the pool\n"
				   "user: module:^libc10_own.so fun:^c10::\n",
				   message),
			 0);
	read_shipped();
	assert_role(&pool, VT__ROLE_LIBRARY);
	assert_role(&c10, VT__ROLE_USER);
	vt__frame_rules_forget();
	assert_role(&pool, VT__ROLE_USER);
	read_shipped();
	assert_role(&c10, VT__ROLE_LIBRARY);
}

static void all_conditions_of_a_rule_must_hold(void **state)
{
	char message[VT__MESSAGE_BYTES];

	(void)state;
	assert_int_equal(read_text("call: fun:^a:: fun:::b$ module:^libx\n", message), 0);
	assert_role(&(struct vt__frame){.function = "a::b(int)", .module = "/l/libx.so"},
		    VT__ROLE_CALL);
	assert_role(&(struct vt__frame){.function = "a::c", .module = "/l/libx.so"}, VT__ROLE_USER);
	assert_role(&(struct vt__frame){.function = "a::b", .module = "/l/liby.so"}, VT__ROLE_USER);
	assert_role(&(struct vt__frame){.function = "a::b",
					.module = "/l/libx.so",
					.language = VT__LANGUAGE_PYTHON},
		    VT__ROLE_USER);
}

static void malformed_rules_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"libary: fun:x\n", ":1:1: expected 'user:', 'call:', 'library:'"},
		{"\n  library fun:x\n", ":2:3: expected 'user:'"},
		{"library:\n", ":1:9: expected a pattern, as fun:"},
		{"library: language:python\n", ":1:25: expected a pattern, as fun:"},
		{"library: fun:\n", ":1:10: expected a pattern"},
		{"library: language:pascal fun:x\n", ":1:19: expected language:python or"},
		{"library: a b c d e\n", ":1:18: expected at most 4 patterns"},
	};
	const struct vt__frame kept = {.function = "kept"};
	char message[VT__MESSAGE_BYTES], text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(text, sizeof(text), "%slibrary: fun:kept\n", rows[i].text);
		assert_int_equal(read_text(rows[i].text, message), -EINVAL);
		if (strncmp(message, path, strlen(path)) ||
		    strncmp(message + strlen(path), rows[i].words, strlen(rows[i].words)))
			fail_msg("seen: %s\nwanted: %s", message, rows[i].words);
	}
	assert_int_equal(read_text("library: fun:kept\nwrong\n", message), -EINVAL);
	assert_role(&kept, VT__ROLE_USER);
	assert_int_equal(vt__frame_rules_read("/nonexistent/x.frames", message), -ENOENT);
	assert_string_equal(message,
			    "cannot read /nonexistent/x.frames: No such file or directory");
}

/* ---- Sites and folding ----------------------------------------------------------------- */

#define USER(name, at)                                                                             \
	{                                                                                          \
		.function = name, .file = "a.py", .line = at, .module = "/srv/app"                 \
	}
#define BARE(name)                                                                                 \
	{                                                                                          \
		.function = name, .module = "/srv/app"                                             \
	}
#define OF(id, name, path)                                                                         \
	{                                                                                          \
		.function = name, .module = path, .role = VT__ROLE_##id                            \
	}
#define TORCH "/t/libtorch_cpu.so"

static size_t site(struct vt__frame *frames, size_t count)
{
	return vt__site_of(&(struct vt__frames){.frames = frames, .count = count});
}

static void the_site_is_the_first_frame_of_the_users(void **state)
{
	struct vt__frame mixed[] = {OF(CUDA, "cudaMalloc", "/l/libcudart.so.13"),
				    OF(LIBRARY, "vt__cuda_malloc", "/srv/app"), USER("load", 7),
				    USER("main", 9)};
	struct vt__frame lines[] = {BARE("third_party"), USER("load", 7)};
	struct vt__frame names[] = {{.module = "/srv/app"}, BARE("load"), BARE("main")};
	struct vt__frame none[] = {
		OF(CUDA, "cudaMalloc", NULL),  OF(LIBRARY, "pool", TORCH),
		OF(CALL, "at::empty", TORCH),  OF(RUNTIME, "PyEval", "/python3"),
		OF(RUNTIME, NULL, "/python3"), {.function = "_start", .module = "/python3"}};
	struct vt__frame bare[] = {OF(CUDA, "cudaMalloc", NULL), OF(RUNTIME, NULL, "/python3")};
	struct vt__frame cuda[] = {OF(CUDA, "cudaMalloc", NULL), OF(CUDA, "cudaStart", NULL)};

	(void)state;
	assert_int_equal(site(mixed, 4), 2);
	assert_int_equal(site(lines, 2), 1);
	assert_int_equal(site(names, 3), 1);
	assert_int_equal(site(none, 6), 2);
	assert_int_equal(site(bare, 2), 1);
	assert_int_equal(site(cuda, 2), 0);
	assert_true(site(NULL, 0) == VT__NO_SITE);
}

/* The lines of a folded stack, as "0:cudaMalloc+1 2-4:libtorch_cpu.so 5:main". */
static void assert_folds(struct vt__frame *frames, size_t count, bool full, const char *wanted)
{
	const struct vt__frames stack = {.frames = frames, .count = count};
	char seen[1024] = "";
	FILE *out = fmemopen(seen, sizeof(seen), "w");
	struct vt__fold_line line;
	struct vt__fold fold;

	assert_non_null(out);
	vt__fold_begin(&fold, &stack, full);
	while (vt__fold_next(&fold, &line)) {
		fprintf(out, "%s%zu", line.first ? " " : "", line.first);
		if (!line.shown) {
			fprintf(out, "-%zu:", line.first + line.count - 1);
			vt__fold_owners(&fold, &line, out);
			continue;
		}
		fprintf(out, ":%s", line.shown->function);
		if (line.count > 1)
			fprintf(out, "+%zu", line.count - 1);
	}
	assert_int_equal(vt__fold_left(&fold), 0);
	fclose(out);
	assert_string_equal(seen, wanted);
}

static void stacks_fold_to_the_users_frames_and_what_was_called(void **state)
{
	struct vt__frame torch[] = {
		OF(CUDA, "cuMemAlloc", "/l/libcuda.so.1"),
		OF(CUDA, "cudaMalloc", "/l/libcudart.so.13"),
		OF(LIBRARY, "c10::malloc", "/t/libc10_cuda.so"),
		OF(LIBRARY, "at::detail::empty_generic", TORCH),
		OF(CALL, "at::_ops::empty_strided::call", TORCH),
		OF(LIBRARY, "c10::wrap", TORCH),
		OF(CALL, "at::_ops::addmm::redispatch", TORCH),
		OF(LIBRARY, "c10::wrap", TORCH),
		OF(CALL, "at::_ops::linear::call", TORCH),
		OF(LIBRARY, "THPVariable", "/t/libtorch_python.so"),
		OF(RUNTIME, NULL, "/usr/bin/python3.12"),
		USER("forward", 12),
		OF(RUNTIME, NULL, "/usr/bin/python3.12"),
		OF(RUNTIME, NULL, "/usr/bin/python3.12"),
		OF(CALL, "at::_ops::backward::call", TORCH),
		USER("train", 30),
		OF(RUNTIME, "run_main", "/usr/bin/python3.12"),
	};
	struct vt__frame none[] = {OF(CUDA, "cudaMalloc", NULL), OF(LIBRARY, "a", TORCH),
				   OF(LIBRARY, "b", TORCH), OF(LIBRARY, "c", TORCH)};

	(void)state;
	assert_folds(torch, 17, false,
		     "0:cudaMalloc+1 2-3:libc10_cuda.so and libtorch_cpu.so "
		     "4:at::_ops::empty_strided::call 5-7:libtorch_cpu.so "
		     "8:at::_ops::linear::call 9-10:libtorch_python.so and python3.12 "
		     "11:forward 12-14:python3.12 and libtorch_cpu.so 15:train 16:run_main");
	assert_folds(none, 4, false, "0:cudaMalloc 1-2:libtorch_cpu.so 3:c");
	assert_folds(none, 4, true, "0:cudaMalloc 1:a 2:b 3:c");
	assert_folds(NULL, 0, false, "");
}

static void what_is_between_frames_of_a_library_is_its_own(void **state)
{
	struct vt__frame archive[] = {OF(CUDA, "cudaMalloc", "/l/libcudart.so.13"),
				      OF(LIBRARY, "vt__cuda_malloc", "/srv/app"),
				      BARE("default_allocate"),
				      BARE("create"),
				      OF(CALL, "vt_buffer_create", "/srv/app"),
				      BARE("load"),
				      BARE("main")};
	struct vt__frames stack = {.frames = archive, .count = 7};
	size_t i;

	(void)state;
	/* One path for all of a module, as the symbolizer has it. */
	for (i = 1; i < 7; i++)
		archive[i].module = archive[1].module;
	vt__frames_settle(&stack);
	assert_int_equal(archive[2].role, VT__ROLE_LIBRARY);
	assert_int_equal(archive[3].role, VT__ROLE_LIBRARY);
	assert_int_equal(archive[5].role, VT__ROLE_USER);
	assert_int_equal(vt__site_of(&stack), 5);
	/* A callback into the program, out of another module, stays the program's. */
	archive[2].role = archive[3].role = VT__ROLE_USER;
	archive[1].module = archive[4].module = "/srv/libx.so";
	vt__frames_settle(&stack);
	assert_int_equal(archive[2].role, VT__ROLE_USER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(shipped_rules_know_whose_a_frame_is, forget),
		cmocka_unit_test_teardown(
			every_python_frame_is_the_users_but_those_of_files_that_rules_name, forget),
		cmocka_unit_test_teardown(the_first_rule_that_holds_counts, forget),
		cmocka_unit_test_teardown(all_conditions_of_a_rule_must_hold, forget),
		cmocka_unit_test_teardown(malformed_rules_are_refused_with_their_place, forget),
		cmocka_unit_test(the_site_is_the_first_frame_of_the_users),
		cmocka_unit_test(stacks_fold_to_the_users_frames_and_what_was_called),
		cmocka_unit_test(what_is_between_frames_of_a_library_is_its_own),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);

	if (!mkdtemp(folder))
		return 99;
	snprintf(path, sizeof(path), "%s/own.frames", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return failed;
}
