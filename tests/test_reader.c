/*
 * The reader against damaged, hostile and changing recordings.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/reader.h"
#include "reports/report.h"
#include "tests/make_recording.h"

static char folder[] = "/tmp/test_reader.XXXXXX";
static char path[64];
static char message[VT__MESSAGE_BYTES];

/* Two sites, three live allocations, a finding: every type of record. */
static struct made *make_sample(uint32_t split)
{
	struct made *made = made_new();
	const uint64_t frames[] = {VT_FORMAT_MAKE_FRAME(0, 0x100), VT_FORMAT_MAKE_FRAME(1, 0x200)};
	struct vt_format_finding finding = {.finding_class = VT_FINDING_OUT_OF_MEMORY,
					    .allocation_stack = VT_FORMAT_NONE,
					    .free_stack = VT_FORMAT_NONE,
					    .result = 2,
					    .count = 1};
	uint32_t device, stack, api, one, two;

	made_split(made, split);
	device = made_device(made, 0, "NVIDIA H200", 1u << 30);
	made_module(made, "/nonexistent/libshim.so", 1);
	made_module(made, "/nonexistent/libmodel.so", 0);
	stack = made_stack(made, frames, 2);
	api = made_string(made, "cuMemAlloc_v2");
	one = made_site(made, stack, device, api, VT_KIND_LINEAR);
	two = made_site(made, stack, device, api, VT_KIND_MANAGED);
	made_allocation(made, one, 0x1000, 100);
	made_allocation(made, one, 0x2000, 200);
	made_allocation(made, two, 0x3000, 300);
	finding.api = api;
	made_finding(made, &finding);
	return made;
}

static unsigned char *sample_bytes(size_t *bytes)
{
	struct made *made = make_sample(0);
	unsigned char *file = made_bytes(made, bytes);

	made_free(made);
	return file;
}

static void write_file(const void *bytes, size_t count)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
}

/* Opens what was written; a refusal must name the file and what is wrong. */
static int open_bytes(const void *bytes, size_t count)
{
	struct vt__recording *recording;
	int error;

	write_file(bytes, count);
	error = vt__recording_open(path, &recording, message);
	if (!error) {
		vt__recording_close(recording);
		return 0;
	}
	assert_int_equal(error, -EINVAL);
	assert_non_null(strstr(message, path));
	assert_null(strchr(message, '\n'));
	return error;
}

/* Whatever is accepted can also be reported in every format. */
static void report_bytes(const void *bytes, size_t count)
{
	static const char *const formats[] = {"text", "json"};
	const char *const paths[] = {path};
	size_t i;

	if (open_bytes(bytes, count))
		return;
	for (i = 0; i < 2; i++) {
		char *text = NULL;
		size_t length = 0;
		FILE *out = open_memstream(&text, &length);
		const struct vt__report_request request = {
			.paths = paths, .path_count = 1, .format = formats[i], .out = out};
		struct vt__report_outcome outcome;

		assert_int_equal(vt__report(&request, &outcome), 0);
		assert_int_equal(outcome.processes, 1);
		fclose(out);
		assert_true(length > 100);
		free(text);
	}
}

/* ---- What is well formed ---------------------------------------------------- */

static void records_keep_their_numbers_across_segments(void **state)
{
	struct made *made = make_sample(64);
	struct vt__recording *recording;
	uint32_t i;

	(void)state;
	for (i = 0; i < 200; i++)
		made_allocation(made, i % 2, 0x10000 + i, i);
	assert_int_equal(made_write(made, path), 0);
	made_free(made);
	assert_int_equal(vt__recording_open(path, &recording, message), 0);
	assert_int_equal(vt__recording_allocations(recording), 203);
	for (i = 0; i < 200; i++) {
		const struct vt_format_allocation *record =
			vt__recording_allocation(recording, i + 3);

		assert_int_equal(record->address, 0x10000 + i);
		assert_int_equal(record->bytes, i);
	}
	assert_null(vt__recording_allocation(recording, 203));
	assert_string_equal(
		vt__recording_string(recording, vt__recording_site(recording, 0)->api),
		"cuMemAlloc_v2");
	assert_string_equal(vt__recording_string(recording, VT_FORMAT_NONE), "");
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_EXITED);
	assert_false(vt__recording_torn(recording));
	assert_null(vt__recording_note(recording, 0));
	vt__recording_close(recording);
}

static void unknown_types_of_records_are_skipped(void **state)
{
	size_t bytes;
	unsigned char *file = sample_bytes(&bytes);
	struct vt_format_header *header = (void *)file;
	struct vt_format_segment *segment = &header->segments[header->segment_count++];

	(void)state;
	*segment = (struct vt_format_segment){.type = 77,
					      .record_bytes = 4096,
					      .offset = bytes,
					      .capacity = 1,
					      .used = 1};
	file = realloc(file, bytes + 4096);
	assert_non_null(file);
	memset(file + bytes, 0xee, 4096);
	assert_int_equal(open_bytes(file, bytes + 4096), 0);
	free(file);
}

/* ---- What is no recording ---------------------------------------------------- */

static void what_is_no_file_of_ours_is_refused_in_words(void **state)
{
	struct vt__recording *recording;
	static const char text[20000] = "#!/bin/sh\n";

	(void)state;
	assert_int_equal(vt__recording_open("/nonexistent/x.vramtrack", &recording, message),
			 -ENOENT);
	assert_non_null(strstr(message, "cannot be opened: No such file"));
	assert_int_equal(vt__recording_open(folder, &recording, message), -EINVAL);
	assert_non_null(strstr(message, "not a regular file"));
	assert_int_equal(open_bytes("", 0), -EINVAL);
	assert_non_null(strstr(message, "is empty"));
	assert_int_equal(open_bytes("hello", 5), -EINVAL);
	assert_non_null(strstr(message, "not a recording"));
	assert_int_equal(open_bytes(text, sizeof(text)), -EINVAL);
	assert_non_null(strstr(message, "not a recording"));
}

static void a_pipe_is_refused_without_waiting(void **state)
{
	struct vt__recording *recording;

	(void)state;
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(vt__recording_open(path, &recording, message), -EINVAL);
	assert_non_null(strstr(message, "not a regular file"));
	unlink(path);
}

static void control_bytes_of_a_path_do_not_reach_the_terminal(void **state)
{
	struct vt__recording *recording;

	(void)state;
	assert_int_equal(vt__recording_open("/nonexistent/\033[2J\n", &recording, message),
			 -ENOENT);
	assert_null(strchr(message, '\033'));
	assert_null(strchr(message, '\n'));
}

static void a_file_cut_short_anywhere_is_refused(void **state)
{
	size_t bytes, end = 0, cut;
	unsigned char *file = sample_bytes(&bytes);
	const struct vt_format_header *header = (const void *)file;
	uint32_t i;

	(void)state;
	for (i = 0; i < header->segment_count; i++) {
		const struct vt_format_segment *segment = &header->segments[i];
		const size_t its_end = segment->offset + segment->capacity * segment->record_bytes;

		end = its_end > end ? its_end : end;
	}
	for (cut = 0; cut <= bytes; cut += 512)
		assert_int_equal(open_bytes(file, cut), cut < end ? -EINVAL : 0);
	assert_int_equal(open_bytes(file, end - 1), -EINVAL);
	assert_non_null(strstr(message, "truncated"));
	assert_int_equal(open_bytes(file, end), 0);
	free(file);
}

/* ---- Damage with a name ------------------------------------------------------- */

#define HEADER(field) offsetof(struct vt_format_header, field), sizeof(((struct vt_format_header *)0)->field)
#define SEGMENT(number, field)                                                                     \
	offsetof(struct vt_format_header, segments) +                                              \
		(number) * sizeof(struct vt_format_segment) +                                      \
		offsetof(struct vt_format_segment, field),                                         \
		sizeof(((struct vt_format_segment *)0)->field)

static const struct damage {
	size_t offset, size;
	uint64_t value;
	const char *said;
} damages[] = {
	{HEADER(magic), 0, "wrong magic"},
	{HEADER(version), 2, "format version 2"},
	{HEADER(version), 0, "format version 0"},
	{HEADER(byte_order), 0x04030201, "other byte order"},
	{HEADER(byte_order), 7, "no byte order"},
	{HEADER(header_bytes), 4096, "header of 4096 bytes"},
	{HEADER(segment_count), 321, "321 segments"},
	{HEADER(segment_count), UINT32_MAX, "segments"},
	{HEADER(command), 1u << 30, "names a string that is not there"},
	{SEGMENT(0, record_bytes), 0, "records of 0 bytes"},
	{SEGMENT(1, record_bytes), 8, "records of 8 bytes"},
	{SEGMENT(1, offset), 0, "no page after the header"},
	{SEGMENT(1, offset), 20481, "no page after the header"},
	{SEGMENT(1, offset), 1ull << 62, "truncated"},
	{SEGMENT(1, offset), UINT64_MAX - 4095, "truncated"},
	{SEGMENT(0, capacity), UINT64_MAX, "absurd count"},
	{SEGMENT(1, capacity), UINT64_MAX / 8, "absurd count"},
	{SEGMENT(0, capacity), 1ull << 40, "truncated"},
	{SEGMENT(0, capacity), 5000, "overlap"},
	{SEGMENT(0, used), 1ull << 40, "uses"},
	{SEGMENT(1, used), UINT64_MAX, "uses"},
};

static void each_damage_to_the_header_is_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		const struct damage *damage = &damages[i];
		size_t bytes;
		unsigned char *file = sample_bytes(&bytes);

		memcpy(file + damage->offset, &damage->value, damage->size);
		if (!open_bytes(file, bytes) || !strstr(message, damage->said))
			fail_msg("damage %zu: expected \"%s\", got \"%s\"", i, damage->said,
				 message);
		free(file);
	}
}

static void too_many_records_are_refused_though_the_file_is_that_large(void **state)
{
	size_t bytes;
	unsigned char *file = sample_bytes(&bytes);
	struct vt_format_header *header = (void *)file;
	struct vt_format_segment *segment = &header->segments[0];
	int error;

	(void)state;
	segment->offset = 1 << 20;
	segment->capacity = UINT32_MAX;
	write_file(file, bytes);
	free(file);
	error = truncate(path, (off_t)5 << 30); /* sparse */
	if (!error) {
		struct vt__recording *recording;

		assert_int_equal(vt__recording_open(path, &recording, message), -EINVAL);
		assert_non_null(strstr(message, "more than"));
	}
	unlink(path);
	assert_int_equal(error, 0);
}

/* One bad reference in one record: refused by name and place. */
static void each_bad_reference_is_named(void **state)
{
	static const struct {
		enum vt_format_type type;
		size_t offset;
		uint32_t value;
		const char *said;
	} cases[] = {
		{VT_FORMAT_DEVICE, offsetof(struct vt_format_device, ordinal), (uint32_t)-2,
		 "device record 0"},
		{VT_FORMAT_DEVICE, offsetof(struct vt_format_device, name), 99999, "device record 0"},
		{VT_FORMAT_MODULE, offsetof(struct vt_format_module, path), 99999, "module record 0"},
		{VT_FORMAT_MODULE, offsetof(struct vt_format_module, is_shim), 0xff0000,
		 "build-id that is too long"},
		{VT_FORMAT_FRAME, 4, 0x00050000, "frame record 0"},
		{VT_FORMAT_STACK, offsetof(struct vt_format_stack, first_frame), 1, "stack record 0"},
		{VT_FORMAT_STACK, offsetof(struct vt_format_stack, first_frame), UINT32_MAX,
		 "stack record 0"},
		{VT_FORMAT_STACK, offsetof(struct vt_format_stack, depth), 3, "stack record 0"},
		{VT_FORMAT_SITE, offsetof(struct vt_format_site, stack), 1, "site record 0"},
		{VT_FORMAT_SITE, offsetof(struct vt_format_site, device), 1, "site record 0"},
		{VT_FORMAT_SITE, offsetof(struct vt_format_site, device), UINT32_MAX,
		 "site record 0"},
		{VT_FORMAT_SITE, offsetof(struct vt_format_site, api), 99999, "site record 0"},
		{VT_FORMAT_SITE, offsetof(struct vt_format_site, kind), VT_KIND_COUNT,
		 "site record 0"},
		{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, site), 2,
		 "allocation record 0"},
		{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, state), 2,
		 "allocation record 0"},
		{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, label), 99999,
		 "allocation record 0"},
		{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, finding_class), 0,
		 "finding record 0"},
		{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, reason), 9,
		 "finding record 0"},
		{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, stack), 1,
		 "finding record 0"},
		{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, kind), 99,
		 "finding record 0"},
		{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, device), 1,
		 "finding record 0"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct made *made = make_sample(0);
		unsigned char *record = made_record(made, cases[i].type, 0), *file;
		size_t bytes;

		memcpy(record + cases[i].offset, &cases[i].value, sizeof(cases[i].value));
		file = made_bytes(made, &bytes);
		if (!open_bytes(file, bytes) || !strstr(message, cases[i].said) ||
		    !strstr(message, "byte "))
			fail_msg("case %zu: expected \"%s\", got \"%s\"", i, cases[i].said, message);
		free(file);
		made_free(made);
	}
}

/* ---- Damage without a name ------------------------------------------------------ */

/* Every word of the used parts of the file, one after the other. */
static void any_word_may_be_anything(void **state)
{
	static const uint32_t values[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX};
	size_t bytes, at, i;
	unsigned char *file = sample_bytes(&bytes);
	const struct vt_format_header *header = (const void *)file;
	const size_t header_end = offsetof(struct vt_format_header, segments) +
				  (header->segment_count + 1) * sizeof(struct vt_format_segment);

	(void)state;
	for (at = 0; at + 4 <= bytes; at += 4) {
		uint32_t saved;

		if (at == header_end / 4 * 4)
			at = VT_FORMAT_HEADER_BYTES;
		memcpy(&saved, file + at, 4);
		/* Bytes of zero outside the header are mostly the rest of a page. */
		for (i = 0; i < 5 && (saved || at < header_end || at % 64 == 0); i++) {
			memcpy(file + at, &values[i], 4);
			report_bytes(file, bytes);
		}
		memcpy(file + at, &saved, 4);
	}
	report_bytes(file, bytes);
	free(file);
}

static void random_bytes_never_harm(void **state)
{
	size_t bytes, round, i;
	unsigned char *file = sample_bytes(&bytes);
	unsigned char *noise = malloc(bytes);
	unsigned seed = 20250102;

	(void)state;
	assert_non_null(noise);
	for (round = 0; round < 200; round++) {
		memcpy(noise, file, bytes);
		for (i = (size_t)rand_r(&seed) % 64; i < bytes; i += 1 + (size_t)rand_r(&seed) % 4000)
			noise[i] = (unsigned char)rand_r(&seed);
		/* Half of them with a good header, so that the records are reached. */
		if (round % 2)
			memcpy(noise, file, VT_FORMAT_HEADER_BYTES);
		report_bytes(noise, bytes);
	}
	for (i = 0; i < bytes; i++)
		noise[i] = (unsigned char)rand_r(&seed);
	assert_int_equal(open_bytes(noise, bytes), -EINVAL);
	free(noise);
	free(file);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/a.vramtrack", folder);
	/* Refused files are named there; the tests look at the messages themselves. */
	return freopen("/dev/null", "w", stderr) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_keep_their_numbers_across_segments),
		cmocka_unit_test(unknown_types_of_records_are_skipped),
		cmocka_unit_test(what_is_no_file_of_ours_is_refused_in_words),
		cmocka_unit_test(a_pipe_is_refused_without_waiting),
		cmocka_unit_test(control_bytes_of_a_path_do_not_reach_the_terminal),
		cmocka_unit_test(a_file_cut_short_anywhere_is_refused),
		cmocka_unit_test(each_damage_to_the_header_is_named),
		cmocka_unit_test(too_many_records_are_refused_though_the_file_is_that_large),
		cmocka_unit_test(each_bad_reference_is_named),
		cmocka_unit_test(any_word_may_be_anything),
		cmocka_unit_test(random_bytes_never_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
