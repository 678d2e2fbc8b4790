/*
 * The reader against recordings with damage: named where it has a name,
 * harmless everywhere.
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

#include "reports/report.h"
#include "tests/reader_sample.h"

/* A process that was killed inside a change. */
static void tear(struct vt_format_header *header)
{
	header->sequence |= 1;
	header->state = VT_FORMAT_RUNNING;
}

/* Whatever is accepted can also be reported in every format, in which `words` are. */
static void report_bytes(const void *bytes, size_t count, const char *words)
{
	static const char *const formats[] = {"text", "json"};
	const char *const paths[] = {reader_path};
	size_t i;

	if (reader_open(bytes, count))
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
		if (i == 0 && !strcasestr(text, words))
			fail_msg("no \"%s\" in %s", words, text);
		free(text);
	}
}

/* ---- Damage with a name ------------------------------------------------------- */

#define HEADER(field)                                                                              \
	offsetof(struct vt_format_header, field), sizeof(((struct vt_format_header *)0)->field)
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
	{HEADER(version), 1, "format version 1"},
	{HEADER(version), 4, "format version 4"},
	{HEADER(version), 0, "format version 0"},
	{HEADER(byte_order), 0x04030201, "other byte order"},
	{HEADER(byte_order), 7, "no byte order"},
	{HEADER(header_bytes), 4096, "header of 4096 bytes"},
	{HEADER(segment_count), 321, "321 segments"},
	{HEADER(segment_count), UINT32_MAX, "segments"},
	{HEADER(command), 1u << 30, "names a string that is not there"},
	{HEADER(launch), 1u << 30, "names a string that is not there"},
	{HEADER(source), VT_SOURCE_COUNT, "has a source that does not exist"},
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

/* Many call sites with one deep stack would make a report of gigabytes. */
static void a_stack_deeper_than_any_recorder_goes_is_refused(void **state)
{
	static uint64_t frames[385];
	struct made *made = made_new();
	struct vt__recording *recording;

	(void)state;
	made_device(made, 0, "GPU", 1u << 30);
	made_module(made, "/x", 0);
	made_stack(made, frames, 384);
	assert_int_equal(made_write(made, reader_path), 0);
	assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), 0);
	vt__recording_close(recording);
	made_stack(made, frames, 385);
	assert_int_equal(made_write(made, reader_path), 0);
	assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), -EINVAL);
	assert_non_null(strstr(reader_message, "stack record 1"));
	made_free(made);
}

/* One stack of one source frame, of a recording of that version. */
static int open_with_source(const struct vt_format_source *source, uint32_t number,
			    uint32_t version)
{
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(VT_FORMAT_SOURCE_MODULE, number);
	struct made *made = made_new();
	unsigned char *file;
	size_t bytes;
	int error;

	made_device(made, 0, "GPU", 1u << 30);
	made_add(made, VT_FORMAT_SOURCE, source);
	made_stack(made, &frame, 1);
	file = made_bytes(made, &bytes);
	((struct vt_format_header *)file)->version = version;
	error = reader_open(file, bytes);
	free(file);
	made_free(made);
	return error;
}

static void source_frames_are_checked(void **state)
{
	struct vt_format_source source = {.function = VT_FORMAT_NONE,
					  .file = VT_FORMAT_NONE,
					  .line = 23,
					  .language = VT_LANGUAGE_PYTHON};

	(void)state;
	if (open_with_source(&source, 0, VT_FORMAT_VERSION))
		fail_msg("%s", reader_message);
	assert_int_equal(open_with_source(&source, 0, VT_FORMAT_VERSION_OLDEST), 0);
	assert_int_equal(open_with_source(&source, 1, VT_FORMAT_VERSION), -EINVAL);
	assert_non_null(strstr(reader_message, "is a source frame that is not there"));
	source.language = VT_LANGUAGE_COUNT;
	assert_int_equal(open_with_source(&source, 0, VT_FORMAT_VERSION), -EINVAL);
	assert_non_null(strstr(reader_message, "source record 0"));
	source.language = VT_LANGUAGE_PYTHON;
	source.file = 99999;
	assert_int_equal(open_with_source(&source, 0, VT_FORMAT_VERSION), -EINVAL);
	assert_non_null(strstr(reader_message, "has a file that is not there"));
}

static void each_damage_to_the_header_is_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		const struct damage *damage = &damages[i];
		size_t bytes;
		unsigned char *file = reader_sample_bytes(&bytes);

		memcpy(file + damage->offset, &damage->value, damage->size);
		if (!reader_open(file, bytes) || !strstr(reader_message, damage->said))
			fail_msg("damage %zu: expected \"%s\", got \"%s\"", i, damage->said,
				 reader_message);
		free(file);
	}
}

static void too_many_records_are_refused_though_the_file_is_that_large(void **state)
{
	size_t bytes;
	unsigned char *file = reader_sample_bytes(&bytes);
	struct vt_format_header *header = (void *)file;
	struct vt_format_segment *segment = &header->segments[0];
	int error;

	(void)state;
	segment->offset = 1 << 20;
	segment->capacity = UINT32_MAX;
	reader_write(file, bytes);
	free(file);
	error = truncate(reader_path, (off_t)5 << 30); /* sparse */
	if (!error) {
		struct vt__recording *recording;

		assert_int_equal(vt__recording_open(reader_path, &recording, reader_message),
				 -EINVAL);
		assert_non_null(strstr(reader_message, "more than"));
	}
	unlink(reader_path);
	assert_int_equal(error, 0);
}

/* One bad reference in one record. */
static const struct {
	enum vt_format_type type;
	size_t offset;
	uint32_t value;
	const char *said;
} references[] = {
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
	{VT_FORMAT_SITE, offsetof(struct vt_format_site, device), UINT32_MAX, "site record 0"},
	{VT_FORMAT_SITE, offsetof(struct vt_format_site, api), 99999, "site record 0"},
	{VT_FORMAT_SITE, offsetof(struct vt_format_site, kind), VT_KIND_COUNT, "site record 0"},
	{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, site), 2,
	 "allocation record 0"},
	{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, state), 2,
	 "allocation record 0"},
	{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, label), 99999,
	 "allocation record 0"},
	{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, label), VT_FORMAT_NONE - 1,
	 "has a label that is not there"},
	{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, purpose), 99999,
	 "has a purpose that is not there"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, label), 99999,
	 "has a label that is not there"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, purpose), VT_FORMAT_NONE - 1,
	 "has a purpose that is not there"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, finding_class), 0,
	 "finding record 0"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, reason), VT_BAD_FREE_REASONS,
	 "finding record 0"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, stack), 1, "finding record 0"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, kind), 99, "finding record 0"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, device), 1, "finding record 0"},
	{VT_FORMAT_FINDING, offsetof(struct vt_format_finding, account), 1,
	 "has an account that is not there"},
	{VT_FORMAT_HOLDER, offsetof(struct vt_format_holder, finding), 1,
	 "is of a finding that is not there"},
	{VT_FORMAT_HOLDER, offsetof(struct vt_format_holder, site), 2, "holder record 0"},
	{VT_FORMAT_HOLDER, offsetof(struct vt_format_holder, purpose), 99999, "holder record 0"},
	{VT_FORMAT_ACCOUNT, offsetof(struct vt_format_account, device), 1, "account record 0"},
	{VT_FORMAT_ACCOUNT, offsetof(struct vt_format_account, moment), VT_MOMENT_COUNT,
	 "is of a moment that does not exist"},
	{VT_FORMAT_ACCOUNT, offsetof(struct vt_format_account, label), 99999, "account record 0"},
	{VT_FORMAT_PASSAGE, offsetof(struct vt_format_passage, passage), VT_PASSAGE_COUNT,
	 "is of a kind that does not exist"},
	{VT_FORMAT_PASSAGE, offsetof(struct vt_format_passage, path), 99999, "passage record 0"},
	{VT_FORMAT_PASSAGE, offsetof(struct vt_format_passage, symbol), 99999, "passage record 0"},
	{VT_FORMAT_ALLOCATION, offsetof(struct vt_format_allocation, link), 2,
	 "has a refused free that is not there"},
	{VT_FORMAT_REFERENCE, offsetof(struct vt_format_reference, how), VT_REFERENCE_COUNT,
	 "reference record 0"},
	{VT_FORMAT_REFERENCE, offsetof(struct vt_format_reference, stack), 1, "reference record 0"},
	{VT_FORMAT_INTENT, offsetof(struct vt_format_intent, state), 2, "intent record 0"},
	{VT_FORMAT_INTENT, offsetof(struct vt_format_intent, free.finding_class),
	 VT_FINDING_OUT_OF_MEMORY, "is no free"},
	{VT_FORMAT_INTENT, offsetof(struct vt_format_intent, free.free_stack), 1,
	 "intent record 0"},
	{VT_FORMAT_REFUSED_FREE, offsetof(struct vt_format_refused_free, site), 2,
	 "refused_free record 0"},
	{VT_FORMAT_REFUSED_FREE, offsetof(struct vt_format_refused_free, stack), 1,
	 "refused_free record 0"},
	{VT_FORMAT_REFUSED_FREE, offsetof(struct vt_format_refused_free, api), 99999,
	 "refused_free record 0"},
	{VT_FORMAT_MARK, offsetof(struct vt_format_mark, name), 99999, "mark record 0"},
	{VT_FORMAT_GROWTH, offsetof(struct vt_format_growth, site), 2, "growth record 0"},
	{VT_FORMAT_GROWTH, offsetof(struct vt_format_growth, stride_log2), 256, "absurd stride"},
};

/* Refused by name and place. */
static void each_bad_reference_is_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(references) / sizeof(*references); i++) {
		struct made *made = reader_sample(0);
		unsigned char *record = made_record(made, references[i].type, 0), *file;
		size_t bytes;

		memcpy(record + references[i].offset, &references[i].value,
		       sizeof(references[i].value));
		file = made_bytes(made, &bytes);
		if (!reader_open(file, bytes) || !strstr(reader_message, references[i].said) ||
		    !strstr(reader_message, "byte "))
			fail_msg("case %zu: expected \"%s\", got \"%s\"", i, references[i].said,
				 reader_message);
		free(file);
		made_free(made);
	}
}

/* The same in a recording whose process was killed inside a change: read, but for that. */
static void a_torn_recording_is_read_without_what_is_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(references) / sizeof(*references); i++) {
		struct made *made = reader_sample(0);
		unsigned char *record = made_record(made, references[i].type, 0), *file;
		struct vt__recording *recording;
		size_t bytes;

		memcpy(record + references[i].offset, &references[i].value, 4);
		tear(made_header(made));
		file = made_bytes(made, &bytes);
		reader_write(file, bytes);
		assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), 0);
		assert_true(vt__recording_torn(recording));
		assert_non_null(vt__recording_note(recording, 1));
		if (!strstr(vt__recording_note(recording, 1), "torn: ") ||
		    !strstr(vt__recording_note(recording, 1), " left out") ||
		    !strstr(vt__recording_note(recording, 2), references[i].said))
			fail_msg("case %zu: \"%s\"", i, vt__recording_note(recording, 1));
		vt__recording_close(recording);
		report_bytes(file, bytes, "not covered: ");
		free(file);
		made_free(made);
	}
}

/* Without its only device nothing is left that had one. */
static void what_names_what_was_left_out_goes_too(void **state)
{
	struct made *made = reader_sample(0);
	struct vt__recording *recording;
	uint32_t i;

	(void)state;
	tear(made_header(made));
	for (i = 0; i < 2; i++)
		((struct vt_format_site *)made_record(made, VT_FORMAT_SITE, i))->device = 7;
	((struct vt_format_account *)made_record(made, VT_FORMAT_ACCOUNT, 0))->device = 7;
	assert_int_equal(made_write(made, reader_path), 0);
	assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), 0);
	assert_string_equal(vt__recording_note(recording, 1), "torn: 3 records left out");
	for (i = 0; i < 2; i++)
		assert_int_equal(vt__recording_site(recording, i)->device, 0);
	vt__recording_close(recording);
	made_free(made);
}

/* ---- Damage without a name ------------------------------------------------------ */

/* Every word of the used parts of the file, one after the other. */
static void try_every_word(bool torn)
{
	static const uint32_t values[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX};
	size_t bytes, at, i;
	unsigned char *file = reader_sample_bytes(&bytes);
	struct vt_format_header *header = (void *)file;
	const size_t header_end = offsetof(struct vt_format_header, segments) +
				  (header->segment_count + 1) * sizeof(struct vt_format_segment);

	if (torn)
		tear(header);
	for (at = 0; at + 4 <= bytes; at += 4) {
		uint32_t saved;

		if (at == header_end / 4 * 4)
			at = VT_FORMAT_HEADER_BYTES;
		memcpy(&saved, file + at, 4);
		/* Bytes of zero outside the header are mostly the rest of a page. */
		for (i = 0; i < 5 && (saved || at < header_end || at % 64 == 0); i++) {
			memcpy(file + at, &values[i], 4);
			report_bytes(file, bytes, "");
		}
		memcpy(file + at, &saved, 4);
	}
	report_bytes(file, bytes, "");
	free(file);
}

static void any_word_may_be_anything(void **state)
{
	(void)state;
	try_every_word(false);
}

static void any_word_of_a_torn_recording_may_be_anything(void **state)
{
	(void)state;
	try_every_word(true);
}

static void random_bytes_never_harm(void **state)
{
	size_t bytes, round, i;
	unsigned char *file = reader_sample_bytes(&bytes);
	unsigned char *noise = malloc(bytes);
	unsigned seed = 20250102;

	(void)state;
	assert_non_null(noise);
	for (round = 0; round < 200; round++) {
		memcpy(noise, file, bytes);
		for (i = (size_t)rand_r(&seed) % 64; i < bytes;
		     i += 1 + (size_t)rand_r(&seed) % 4000)
			noise[i] = (unsigned char)rand_r(&seed);
		/* Half of them with a good header, so that the records are reached. */
		if (round % 2)
			memcpy(noise, file, VT_FORMAT_HEADER_BYTES);
		report_bytes(noise, bytes, "");
	}
	for (i = 0; i < bytes; i++)
		noise[i] = (unsigned char)rand_r(&seed);
	assert_int_equal(reader_open(noise, bytes), -EINVAL);
	free(noise);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stack_deeper_than_any_recorder_goes_is_refused),
		cmocka_unit_test(source_frames_are_checked),
		cmocka_unit_test(each_damage_to_the_header_is_named),
		cmocka_unit_test(too_many_records_are_refused_though_the_file_is_that_large),
		cmocka_unit_test(each_bad_reference_is_named),
		cmocka_unit_test(a_torn_recording_is_read_without_what_is_bad),
		cmocka_unit_test(what_names_what_was_left_out_goes_too),
		cmocka_unit_test(any_word_may_be_anything),
		cmocka_unit_test(any_word_of_a_torn_recording_may_be_anything),
		cmocka_unit_test(random_bytes_never_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, reader_make_folder, reader_remove_folder);
}
