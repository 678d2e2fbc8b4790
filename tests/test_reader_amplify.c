/*
 * Recordings made to be small here and large in memory or in a report: refused, or bounded.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/report.h"
#include "tests/reader_sample.h"

#define MIB ((uint64_t)1 << 20)

/* A report is at most this much for each byte of the recording, and in all; memory too. */
#define OUTPUT_FOR_BYTE 256
#define OUTPUT_OF_ANY (80 * MIB)
#define MEMORY_FOR_BYTE 64
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* these need much of their own  \
								   */
#define MEMORY_OF_ANY (4096 * MIB)
#else
#define MEMORY_OF_ANY (128 * MIB)
#endif
#define SECONDS_MOST 60

static char *text_of(size_t bytes)
{
	char *text = calloc(1, bytes + 1);

	assert_non_null(text);
	memset(text, 'a', bytes);
	text[0] = '/';
	return text;
}

static struct made *made_with_module(const char *path)
{
	struct made *made = made_new();

	made_device(made, 0, "GPU", 1u << 30);
	made_module(made, path, 0);
	return made;
}

static void expect(struct made *made, const char *refusal)
{
	struct vt__recording *recording;
	int error;

	assert_int_equal(made_write(made, reader_path), 0);
	error = vt__recording_open(reader_path, &recording, reader_message);
	if (!error)
		vt__recording_close(recording);
	if (!error != !refusal || (refusal && !strstr(reader_message, refusal)))
		fail_msg("expected \"%s\", got %d \"%s\"", refusal ? refusal : "", error,
			 reader_message);
	made_free(made);
}

/* ---- Refused ------------------------------------------------------------------ */

/* One allocation with strings of so many bytes. */
static struct made *made_of_lengths(size_t path, size_t api, size_t label)
{
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 16);
	char *texts[] = {text_of(path), text_of(api), text_of(label)};
	struct made *made = made_with_module(texts[0]);
	const uint32_t site = made_site(made, made_stack(made, &frame, 1), 0,
					made_string(made, texts[1]), VT_KIND_LINEAR);
	const uint32_t allocation = made_allocation(made, site, 0x1000, 64);

	made_named(made, allocation, VT_FORMAT_NONE, made_string(made, texts[2]));
	free(texts[0]);
	free(texts[1]);
	free(texts[2]);
	return made;
}

static void strings_longer_than_any_recorder_writes_are_refused(void **state)
{
	(void)state;
	expect(made_of_lengths(4096, 255, 127), NULL);
	expect(made_of_lengths(4097, 255, 127), "module record 0");
	expect(made_of_lengths(4096, 256, 127), "site record 0");
	expect(made_of_lengths(4096, 255, 128), "allocation record 0");
}

static void a_number_inside_a_string_is_refused(void **state)
{
	struct made *made = made_of_lengths(10, 10, 10);
	struct vt_format_module *module = made_record(made, VT_FORMAT_MODULE, 0);

	(void)state;
	module->path++;
	expect(made, "module record 0");
}

static void stacks_that_share_frames_are_refused(void **state)
{
	static const uint64_t frames[256];
	struct made *made = made_with_module("/x");
	const struct vt_format_stack shared = {.first_frame = 1, .depth = 255};

	(void)state;
	made_stack(made, frames, 256);
	made_add(made, VT_FORMAT_STACK, &shared);
	expect(made, "its stacks have 511 frames, and 256 are there");
}

static void paths_that_are_named_again_and_again_are_refused(void **state)
{
	char *path = text_of(4096);
	struct made *made = made_with_module(path);
	struct vt_format_module module = *(struct vt_format_module *)made_record(
		made, VT_FORMAT_MODULE, 0);
	size_t i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		module.build_id_bytes = 4;
		memcpy(module.build_id, &i, 4);
		made_add(made, VT_FORMAT_MODULE, &module);
	}
	expect(made, "paths of ");
	free(path);
}

static void holes_are_no_records(void **state)
{
	size_t bytes;
	unsigned char *file = reader_sample_bytes(&bytes);
	struct vt_format_header *header = (void *)file;
	struct vt_format_segment *segment = &header->segments[header->segment_count++];
	const uint64_t records = 64 * MIB / sizeof(struct vt_format_refused_free);
	struct vt__recording *recording;

	(void)state;
	*segment = (struct vt_format_segment){.type = VT_FORMAT_INTENT,
					      .record_bytes = sizeof(struct vt_format_intent),
					      .offset = MIB,
					      .capacity = records,
					      .used = records};
	reader_write(file, bytes);
	assert_int_equal(truncate(reader_path, (off_t)(1 << 30)), 0);
	free(file);
	assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), -EINVAL);
	assert_non_null(strstr(reader_message, "has holes where records should be"));
}

/* ---- Bounded ------------------------------------------------------------------ */

#define DEEP 256

static uint32_t deep_stack(struct made *made, size_t number)
{
	uint64_t frames[DEEP];
	size_t i;

	for (i = 0; i < DEEP; i++)
		frames[i] = VT_FORMAT_MAKE_FRAME(0, 16 + 16 * (number * DEEP + i));
	return made_stack(made, frames, DEEP);
}

/* Many findings at one deep stack in a library with a long path. */
static struct made *findings_of_one_stack(void)
{
	char *path = text_of(4096);
	struct made *made = made_with_module(path);
	struct vt_format_finding finding = {.finding_class = VT_FINDING_BAD_FREE,
					    .reason = 1,
					    .api = made_string(made, "cuMemFree_v2"),
					    .kind = VT_FORMAT_NONE,
					    .device = VT_FORMAT_NONE,
					    .stack = deep_stack(made, 0),
					    .count = 1,
					    .label = VT_FORMAT_NONE,
					    .purpose = VT_FORMAT_NONE,
					    .account = VT_FORMAT_NONE};

	finding.allocation_stack = finding.free_stack = finding.stack;
	for (finding.address = 0; finding.address < 200; finding.address++)
		made_finding(made, &finding);
	free(path);
	return made;
}

/* Deep stacks, all different, in a library with a long path. */
static struct made *stacks_with_a_long_path(void)
{
	char *path = text_of(4096);
	struct made *made = made_with_module(path);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	size_t i;

	for (i = 0; i < 200; i++)
		made_allocation(made, made_site(made, deep_stack(made, i), 0, api, VT_KIND_LINEAR),
				0x1000 + i * 64, 64);
	free(path);
	return made;
}

static struct made *modules_and_stacks(void)
{
	struct made *made = made_with_module("/none/none.so");
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	uint64_t frames[DEEP];
	char path[32];
	size_t i, at;

	for (i = 1; i < 60000; i++) {
		snprintf(path, sizeof(path), "/none/%zu.so", i);
		made_module(made, path, 0);
	}
	for (i = 0; i + DEEP < 60000; i += DEEP) {
		for (at = 0; at < DEEP; at++)
			frames[at] = VT_FORMAT_MAKE_FRAME(i + at, 16);
		made_allocation(
			made,
			made_site(made, made_stack(made, frames, DEEP), 0, api, VT_KIND_LINEAR),
			0x1000 + i * 64, 64);
	}
	return made;
}

/* Each with a stack, a label and a purpose of its own. */
static struct made *sites_and_labels(void)
{
	struct made *made = made_with_module("/none/none.so");
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	size_t i;

	for (i = 0; i < 60000; i++) {
		const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 16 + 16 * i);
		const uint32_t site = made_site(made, made_stack(made, &frame, 1), 0, api,
						VT_KIND_LINEAR);
		char label[32];
		uint32_t text;

		snprintf(label, sizeof(label), "label %zu", i);
		text = made_string(made, label);
		made_named(made, made_allocation(made, site, 0x1000 + i * 64, 64), text, text);
	}
	return made;
}

static struct made *labels_of_one_site(void)
{
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 16);
	struct made *made = made_with_module("/none/none.so");
	const uint32_t site = made_site(made, made_stack(made, &frame, 1), 0,
					made_string(made, "cuMemAlloc_v2"), VT_KIND_LINEAR);
	size_t i;

	for (i = 0; i < 60000; i++) {
		const uint32_t allocation = made_allocation(made, site, 0x1000 + i * 64, 64);
		char label[32];
		uint32_t text;

		snprintf(label, sizeof(label), "label %zu", i);
		text = made_string(made, label);
		made_named(made, allocation, text, text);
	}
	return made;
}

/* Imports by file descriptors, which each process has one record of, and as much physical memory.
 */
static struct made *imports_by_descriptors(void)
{
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 16);
	struct made *made = made_with_module("/none/none.so");
	const uint32_t api = made_string(made, "cuMemImportFromShareableHandle");
	const uint32_t stack = made_stack(made, &frame, 1);
	const uint32_t site = made_site(made, stack, 0, api, VT_KIND_VMM_IMPORTED);
	const struct vt_format_sharing opened = {.how = VT_SHARING_IMPORTED,
						 .what = VT_SHARING_DESCRIPTOR,
						 .stack = stack,
						 .api = api,
						 .count = 1,
						 .freed_stack = VT_FORMAT_NONE};
	size_t i;

	for (i = 0; i < 120000; i++) {
		made_allocation(made, site, 0x1000 + i, 64);
		made_add(made, VT_FORMAT_SHARING, &opened);
	}
	return made;
}

static ssize_t count_bytes(void *closure, const char *bytes, size_t count)
{
	(void)bytes;
	*(uint64_t *)closure += count;
	return (ssize_t)count;
}

/* In a process of its own, whose memory can be told. Ends it with 0 if the output is bounded. */
static void report_bounded(const char *format, uint64_t most)
{
	const cookie_io_functions_t functions = {.write = count_bytes};
	const char *const paths[] = {reader_path};
	struct vt__report_outcome outcome = {.findings = 0};
	uint64_t written = 0;
	FILE *out = fopencookie(&written, "w", functions);
	const struct vt__report_request request = {
		.paths = paths, .path_count = 1, .format = format, .out = out};

	alarm(SECONDS_MOST);
	if (!out || vt__report(&request, &outcome) || outcome.processes != 1 || fclose(out))
		_exit(1);
	if (written <= most)
		_exit(0);
	fprintf(stderr, "%s: %llu bytes, at most %llu are allowed\n", format,
		(unsigned long long)written, (unsigned long long)most);
	_exit(2);
}

static void check_bounds(struct made *made, const char *name)
{
	static const char *const formats[] = {"text", "json"};
	struct stat file;
	size_t i;

	assert_int_equal(made_write(made, reader_path), 0);
	made_free(made);
	assert_int_equal(stat(reader_path, &file), 0);
	for (i = 0; i < 2; i++) {
		const uint64_t bytes = (uint64_t)file.st_size;
		struct rusage usage;
		pid_t child = fork();
		int status;

		if (!child)
			report_bounded(formats[i], OUTPUT_OF_ANY + OUTPUT_FOR_BYTE * bytes);
		assert_int_equal(wait4(child, &status, 0, &usage), child);
		if (status)
			fail_msg("%s: %s: wait status %#x", name, formats[i], (unsigned)status);
		if ((uint64_t)usage.ru_maxrss * 1024 > MEMORY_OF_ANY + MEMORY_FOR_BYTE * bytes)
			fail_msg("%s: %s: %ld KiB of memory for %llu bytes", name, formats[i],
				 usage.ru_maxrss, (unsigned long long)bytes);
	}
}

static void reports_and_memory_are_bounded(void **state)
{
	(void)state;
	check_bounds(findings_of_one_stack(), "findings of one stack");
	check_bounds(stacks_with_a_long_path(), "stacks with a long path");
	check_bounds(modules_and_stacks(), "modules");
	check_bounds(sites_and_labels(), "sites");
	check_bounds(labels_of_one_site(), "labels");
	check_bounds(imports_by_descriptors(), "imports");
}

static void what_is_cut_is_said(void **state)
{
	struct made *made = findings_of_one_stack();
	const char *const paths[] = {reader_path};
	struct vt__report_outcome outcome;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	const struct vt__report_request request = {
		.paths = paths, .path_count = 1, .format = "json", .out = out};

	(void)state;
	assert_int_equal(made_write(made, reader_path), 0);
	made_free(made);
	assert_int_equal(vt__report(&request, &outcome), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "of its stacks not shown"));
	assert_non_null(strstr(text, "_truncated\":true"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_longer_than_any_recorder_writes_are_refused),
		cmocka_unit_test(a_number_inside_a_string_is_refused),
		cmocka_unit_test(stacks_that_share_frames_are_refused),
		cmocka_unit_test(paths_that_are_named_again_and_again_are_refused),
		cmocka_unit_test(holes_are_no_records),
		cmocka_unit_test(reports_and_memory_are_bounded),
		cmocka_unit_test(what_is_cut_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, reader_make_folder, reader_remove_folder);
}
