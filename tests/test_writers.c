/*
 * The text report as users see it, to the letter; and the door to the reports.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/text/stream.h"
#include "tests/report_sample.h"

static const char golden[] =
	"vramtrack: 2 leaks, 64.0 MiB of device memory in 2 allocations, 5000 B of host memory in 1 "
	"allocation; 1 freed by reset, 16.0 MiB in 1 allocation; 1 bad free; 1 out of memory (3 "
	"times); 2 lost: not everything was seen\n"
	"not known whether all was seen: nobody looked through the process when it ended: it was killed, "
	"or ended by _exit(), as Go programs do\n"
	"lost: 2 stacks not kept: the recording could not grow\n"
	"\n"
	"LEAK 64.0 MiB in 2 allocations of device memory on GPU 0, by cuMemAlloc_v2\n"
	"    #0  libcudart.so.13+0xbb0 (and 1 more of the CUDA runtime)\n"
	"    #2  libmodel.so+0x1234\n"
	"    #3  no module+0x7f0000001000\n"
	"\n"
	"LEAK 5000 B in 1 allocation of pinned host memory, by cuMemHostAlloc\n"
	"    #0  libmodel.so+0x5678\n"
	"\n"
	"FREED BY RESET 16.0 MiB in 1 allocation of device memory on GPU 0, by cuMemAlloc_v2\n"
	"    #0  libmodel.so+0x5678\n"
	"\n"
	"BAD FREE of 0x7f0012340000, 4.0 KiB of device memory on GPU 0, by cuMemFree_v2: freed "
	"before (CUDA_ERROR_INVALID_VALUE, 1)\n"
	"  freed here:\n"
	"    #0  libcudart.so.13+0xbb0 (and 1 more of the CUDA runtime)\n"
	"    #2  libmodel.so+0x1234\n"
	"    #3  no module+0x7f0000001000\n"
	"  freed first here:\n"
	"    #0  libmodel.so+0x5678\n"
	"  allocated here:\n"
	"    #0  libmodel.so+0x5678\n"
	"\n"
	"OUT OF MEMORY 2.0 TiB of device memory on GPU 0 refused, by cuMemAlloc_v2, 3 times "
	"(CUDA_ERROR_OUT_OF_MEMORY, 2)\n"
	"  refused by the device, which had less than that free: 140.4 GiB, of which 90.4 GiB were used "
	"(told by cuMemGetInfo)\n"
	"    #0  libcudart.so.13+0xbb0 (and 1 more of the CUDA runtime)\n"
	"    #2  libmodel.so+0x1234\n"
	"    #3  no module+0x7f0000001000\n"
	"  then 50.0 GiB of 140.4 GiB were free on the device\n"
	"  then 256.0 MiB of device memory were live in this process; 90.2 GiB in use were not its "
	"allocations\n"
	"  which call sites held it was not kept\n"
	"\n"
	"./worker --model 'large model.bin'\n"
	"  process 4242 on node7, exited, status 3, ran 12.3 s, simulated device\n"
	"\n"
	"  GPU 0  NVIDIA H200, 140.4 GiB              live        peak   allocations       frees\n"
	"    device memory                        64.0 MiB   256.0 MiB             4           2\n"
	"  no device\n"
	"    pinned host memory                     5000 B      5000 B             1           0\n"
	"\n"
	"peak: 256.0 MiB of device memory on GPU 0, 3.0 ms after the start, made of:\n"
	"     192.0 MiB  75 %  libmodel.so+0x5678, by cuMemAlloc_v2\n"
	"      64.0 MiB  25 %  libmodel.so+0x1234, by cuMemAlloc_v2\n"
	"\n"
	"peak: 5000 B of host memory, 7.0 ms after the start, made of:\n"
	"        5000 B 100 %  libmodel.so+0x5678, by cuMemHostAlloc\n"
	"\n"
	"coverage: LD_PRELOAD; whether that is all is not known: nobody looked through the process "
	"when it ended: it was killed, or ended by _exit(), as Go programs do\n";

/* ---- Text ----------------------------------------------------------------------- */

static void the_text_report_reads_as_it_should(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	sample_fill(&sample);
	made_header(sample.made)->wait_status = 3 << 8;
	made_header(sample.made)->simulated = 1;
	text = sample_whole(sample.made, &outcome);
	assert_string_equal(text, golden);
	assert_int_equal(outcome.processes, 1);
	assert_int_equal(outcome.findings, 5);
	assert_int_equal(outcome.leaked_bytes, 64 * MIB);
	free(text);
}

static void colour_is_only_there_when_asked_for(void **state)
{
	struct sample plain = sample_start(), coloured = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	sample_fill(&plain);
	text = sample_report(plain.made, "text", false, &outcome);
	assert_null(strchr(text, '\033'));
	free(text);
	sample_fill(&coloured);
	text = sample_report(coloured.made, "text", true, &outcome);
	assert_has(text, "\033[1;31mLEAK\033[0m");
	free(text);
}

static void a_clean_program_is_told_so(void **state)
{
	struct sample sample = sample_start();
	const uint32_t site = made_site(sample.made, sample.cache, sample.gpu, sample.alloc,
					VT_KIND_LINEAR);
	struct vt__report_outcome outcome;
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 128; i++)
		made_freed(sample.made, made_allocation(sample.made, site, 0x1000, 100));
	text = sample_report(sample.made, "text", false, &outcome);
	assert_has(text, "vramtrack: nothing leaked: 128 allocations, all freed\n");
	assert_int_equal(outcome.findings, 0);
	free(text);
}

static void imported_memory_left_open_is_not_called_freed(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	made_allocation(sample.made,
			made_site(sample.made, sample.cache, sample.gpu, sample.alloc, VT_KIND_IPC),
			0x1000, 100);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "IMPORTED 100 B in 1 allocation of memory of another process (IPC) on "
			 "GPU 0, by cuMemAlloc_v2\n  opened and not closed: it belongs to whoever "
			 "made it\n    #0  libmodel.so+0x5678\n");
	assert_has(text, "nothing leaked: 1 allocation, 1 still held that own no memory; 1 import "
			 "not closed, 100 B of imported memory in 1 allocation\n");
	assert_int_equal(outcome.findings, 0);
	free(text);
}

static void how_the_process_ended_is_said(void **state)
{
	static const struct {
		uint32_t state;
		int32_t wait_status;
		const char *said;
	} ends[] = {
		{VT_FORMAT_EXITED, VT_FORMAT_EXIT_UNKNOWN, "on node7, exited, ran"},
		{VT_FORMAT_EXITED, 0, "on node7, exited, status 0, ran"},
		{VT_FORMAT_RUNNING, 9, "on node7, killed by signal 9 (SIGKILL)"},
		{VT_FORMAT_RUNNING, 11 | 0x80, "on node7, killed by signal 11 (SIGSEGV)"},
		{VT_FORMAT_RUNNING, 7 << 8, "on node7, status 7, ran"},
		{VT_FORMAT_RUNNING, VT_FORMAT_EXIT_UNKNOWN,
		 "on node7, ran 12.3 s\n  ended without exit(): what was live then is listed\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct sample sample = sample_start();
		struct vt__report_outcome outcome;
		char *text;

		sample_fill(&sample);
		made_header(sample.made)->state = ends[i].state;
		made_header(sample.made)->wait_status = ends[i].wait_status;
		text = sample_whole(sample.made, &outcome);
		assert_has(text, ends[i].said);
		assert_int_equal(ends[i].state == VT_FORMAT_RUNNING,
				 strstr(text, "what was live then is listed") != NULL);
		free(text);
	}
}

static void nothing_in_a_recording_can_control_the_terminal(void **state)
{
	struct sample sample = sample_start();
	const uint32_t api = made_string(sample.made, "cu\033]0;owned\a\xc2\x9b"
						      "1m\xff\xe2\x80\xae");
	struct vt__report_outcome outcome;
	char *text, *at;

	(void)state;
	made_allocation(sample.made,
			made_site(sample.made, sample.cache, sample.gpu, api, VT_KIND_LINEAR), 1,
			1);
	made_header(sample.made)->command = made_string(sample.made, "./a\033[2J\x1f"
								     "b\nc");
	made_header(sample.made)->host = api;
	made_header(sample.made)->note = api;
	text = sample_report(sample.made, "text", false, &outcome);
	for (at = text; *at; at++)
		assert_true(*at == '\n' || (unsigned char)*at >= ' ');
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strchr(text, '\xff'));
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_has(text, "$'./a\\x1b[2J' $'b\\x0ac'\n");
	assert_has(text, "cu\\x1b]0;owned\\x07\\xc2\\x9b1m\\xff\\xe2\\x80\\xae");
	free(text);
}

/* A document may be shown as it is: raw, only ASCII is in it. */
static void json_has_no_raw_control_or_direction_marks(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text, *at;

	(void)state;
	made_header(sample.made)->host = made_string(sample.made,
						     "a\xc2\x9b"
						     "1m\xe2\x80\xae\xd8\x9c\xe2\x81\xa6");
	text = sample_report(sample.made, "json", false, &outcome);
	for (at = text; *at; at++)
		assert_true(*at == '\n' ||
			    ((unsigned char)*at >= ' ' && (unsigned char)*at < 0x7f));
	assert_has(text, "\"host\":\"a\\u009B1m\\u202E\\u061C\\u2066\"");
	free(text);
}

/* ---- The door ---------------------------------------------------------------------- */

static void formats_have_names(void **state)
{
	const struct vt__report_request request = {.format = "xml", .out = stdout};
	struct vt__report_outcome outcome;

	(void)state;
	assert_int_equal(strncmp(vt__report_formats(), "text, json, ", 12), 0);
	assert_int_equal(vt__report(&request, &outcome), -EINVAL);
}

static void a_full_disk_is_an_error(void **state)
{
	struct sample sample = sample_start();
	const char *const paths[] = {sample_path};
	FILE *out = vt__stream_open("/dev/full");
	struct vt__report_request request = {.paths = paths, .path_count = 1, .out = out};
	struct vt__report_outcome outcome;

	(void)state;
	sample_fill(&sample);
	assert_int_equal(made_write(sample.made, sample_path), 0);
	made_free(sample.made);
	request.format = "text";
	assert_int_equal(vt__report(&request, &outcome), -ENOSPC);
	fclose(out);
	request.out = out = vt__stream_open("/dev/full");
	request.format = "json";
	assert_int_equal(vt__report(&request, &outcome), -ENOSPC);
	fclose(out);
}

static void unreadable_recordings_are_counted_and_the_others_reported(void **state)
{
	const char *const paths[] = {"/nonexistent/a", sample_path, "/nonexistent/b"};
	struct sample sample = sample_start();
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	const struct vt__report_request request = {
		.paths = paths, .path_count = 3, .format = "text", .out = out};
	struct vt__report_outcome outcome;

	(void)state;
	assert_int_equal(made_write(sample.made, sample_path), 0);
	made_free(sample.made);
	assert_int_equal(vt__report(&request, &outcome), 0);
	fclose(out);
	assert_int_equal(outcome.unreadable, 2);
	assert_int_equal(outcome.processes, 1);
	assert_has(text, "; 2 recordings could not be read\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_report_reads_as_it_should),
		cmocka_unit_test(colour_is_only_there_when_asked_for),
		cmocka_unit_test(a_clean_program_is_told_so),
		cmocka_unit_test(imported_memory_left_open_is_not_called_freed),
		cmocka_unit_test(how_the_process_ended_is_said),
		cmocka_unit_test(nothing_in_a_recording_can_control_the_terminal),
		cmocka_unit_test(json_has_no_raw_control_or_direction_marks),
		cmocka_unit_test(formats_have_names),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(unreadable_recordings_are_counted_and_the_others_reported),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
