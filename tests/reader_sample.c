/*
 * A small recording with every type of record, as bytes to be damaged.
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

#include "tests/reader_sample.h"

char reader_folder[32] = "/tmp/test_reader.XXXXXX";
char reader_path[64];
char reader_message[VT__MESSAGE_BYTES];

/* What goes with the finding, and the coverage. */
static void add_details(struct made *made, uint32_t device, uint32_t site, uint32_t string)
{
	const struct vt_format_holder holder = {
		.finding = 0, .site = site, .purpose = string, .bytes = 300, .count = 2};
	const struct vt_format_passage passage = {
		.passage = VT_PASSAGE_OBJECT_UNREACHED, .path = string, .symbol = string};
	const struct vt_format_mark mark = {.name = string, .followed = 1, .count = 40};
	const struct vt_format_growth growth = {.site = site, .stride_log2 = 1, .first_mark = 1};
	const struct vt_format_refused_free refused = {
		.site = site, .stack = 0, .api = string, .result = 900, .thread = 7, .count = 2};
	const struct vt_format_reference reference = {.how = VT_REFERENCE_MAPPING,
						      .object = 0x3000,
						      .start = 0x10000,
						      .bytes = 100,
						      .count = 1};
	const struct vt_format_intent intent = {
		.state = VT_INTENT_UNDER_WAY,
		.free = {.finding_class = VT_FINDING_BAD_FREE,
			 .reason = VT_BAD_FREE_DOUBLE,
			 .api = string,
			 .kind = VT_KIND_ARRAY,
			 .count = 1,
			 .label = VT_FORMAT_NONE,
			 .purpose = VT_FORMAT_NONE},
	};
	struct vt_format_allocation *left;
	struct vt_format_account account = made_account(device, VT_MOMENT_OUT_OF_MEMORY);

	account.label = string;
	account.process_bytes = 1000;
	account.pool_reserved_bytes = 100;
	account.pool_used_bytes = 50;
	account.kind_bytes[VT_KIND_LINEAR] = 300;
	made_add(made, VT_FORMAT_HOLDER, &holder);
	made_add(made, VT_FORMAT_ACCOUNT, &account);
	made_add(made, VT_FORMAT_PASSAGE, &passage);
	made_add(made, VT_FORMAT_MARK, &mark);
	made_add(made, VT_FORMAT_GROWTH, &growth);
	made_add(made, VT_FORMAT_INTENT, &intent);
	made_add(made, VT_FORMAT_REFERENCE, &reference);
	left = made_record(made, VT_FORMAT_ALLOCATION, 0);
	left->link = made_add(made, VT_FORMAT_REFUSED_FREE, &refused) + 1;
}

/* Two sites, three live allocations, a finding: every type of record. */
struct made *reader_sample(uint32_t split)
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
	two = made_site(made, stack, device, api, VT_KIND_VMM);
	made_named(made, made_allocation(made, one, 0x1000, 100), made_string(made, "KVCache"),
		   made_string(made, "layer 3"));
	made_allocation(made, one, 0x2000, 200);
	made_allocation(made, two, 0x3000, 300);
	finding.api = api;
	finding.label = made_string(made, "layer 4");
	finding.purpose = VT_FORMAT_NONE;
	made_finding(made, &finding);
	add_details(made, device, one, finding.label);
	return made;
}

unsigned char *reader_sample_bytes(size_t *bytes)
{
	struct made *made = reader_sample(0);
	unsigned char *file = made_bytes(made, bytes);

	made_free(made);
	return file;
}

void reader_write(const void *bytes, size_t count)
{
	FILE *file = fopen(reader_path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
}

/* Opens what was written; a refusal must name the file and what is wrong. */
int reader_open(const void *bytes, size_t count)
{
	struct vt__recording *recording;
	int error;

	reader_write(bytes, count);
	error = vt__recording_open(reader_path, &recording, reader_message);
	if (!error) {
		vt__recording_close(recording);
		return 0;
	}
	assert_int_equal(error, -EINVAL);
	assert_non_null(strstr(reader_message, reader_path));
	assert_null(strchr(reader_message, '\n'));
	return error;
}

int reader_make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(reader_folder))
		return -1;
	snprintf(reader_path, sizeof(reader_path), "%s/a.vramtrack", reader_folder);
	/* Refused files are named there; the tests look at the messages themselves. */
	return freopen("/dev/null", "w", stderr) ? 0 : -1;
}

int reader_remove_folder(void **state)
{
	(void)state;
	unlink(reader_path);
	return rmdir(reader_folder);
}
