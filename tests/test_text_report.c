/*
 * The text report as it is read first: to the letter, and on terminals of any width.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/formats/fit.h"
#include "tests/report_sample.h"

static const char golden[] =
	"vramtrack: 2 leaks, 64.0 MiB of device memory in 2 allocations, 5000 B of host memory in 1 "
	"allocation; 1 freed by reset, 16.0 MiB in 1 allocation; 1 bad free; 1 out of memory (3 "
	"times); 2 lost: not everything was seen\n"
	"not known whether all was seen: nobody looked through the process when it ended: it was "
	"killed, or ended by _exit(), as Go programs do\n"
	"lost: 2 stacks not kept: the recording could not grow\n"
	"process 4242 on node7, exited, status 3, ran 12.3 s: ./worker --model 'large model.bin'\n"
	"LEAK 64.0 MiB in 2 allocations of device memory on GPU 0, by cuMemAlloc_v2\n"
	"    #2  libmodel.so+0x1234\n"
	"    #3  no module+0x7f0000001000\n"
	"LEAK 5000 B of pinned host memory, by cuMemHostAlloc\n"
	"    #0  libmodel.so+0x5678\n"
	"FREED BY RESET 16.0 MiB of device memory on GPU 0, by cuMemAlloc_v2\n"
	"    #0  libmodel.so+0x5678\n"
	"BAD FREE of 4.0 KiB of device memory on GPU 0, by cuMemFree_v2: freed before\n"
	"    #2  libmodel.so+0x1234, and 1 more\n"
	"  freed first here: libmodel.so+0x5678\n"
	"OUT OF MEMORY 2.0 TiB of device memory on GPU 0 refused, by cuMemAlloc_v2, 3 times\n"
	"    #2  libmodel.so+0x1234, and 1 more\n"
	"  then 50.0 GiB of 140.4 GiB were free\n"
	"\n"
	"peak: 256.0 MiB of device memory on GPU 0, 75 % by libmodel.so+0x5678; 5000 B of host "
	"memory (--show peak)\n"
	"coverage: LD_PRELOAD, not known whether all was seen (--show coverage)\n"
	"all of it: vramtrack report --show all ";

/* A sample, and how it is shown. */
static char *shown(struct sample *sample, const struct vt__text_view *view)
{
	struct vt__report_outcome outcome;
	char *text = sample_shown(sample->made, view, &outcome);

	assert_int_equal(outcome.processes, 1);
	return text;
}

static void a_first_reading_is_short(void **state)
{
	struct sample sample = sample_start();
	char *text;

	(void)state;
	sample_fill(&sample);
	made_header(sample.made)->wait_status = 3 << 8;
	text = shown(&sample, &(struct vt__text_view){.width = 0});
	assert_true(strlen(text) > strlen(golden));
	text[strlen(golden)] = '\0';
	assert_string_equal(text, golden);
	free(text);
}

static void a_part_is_whole_where_it_is_asked_for(void **state)
{
	static const struct {
		enum vt__section section;
		const char *whole, *line;
	} parts[] = {
		{VT__SECTION_FINDINGS, "\n  allocated here:\n", NULL},
		{VT__SECTION_PROCESSES, "\n    pinned host memory ",
		 "process 4242 on node7, ended"},
		{VT__SECTION_PEAK, "\npeak: 5000 B of host memory, 7.0 ms after", "(--show peak)"},
		{VT__SECTION_COVERAGE, "; whether that is all is not known: ", "(--show coverage)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		for (int whole = 0; whole < 2; whole++) {
			const struct vt__text_view view = {.sections = (unsigned long)whole
								       << parts[i].section};
			struct sample sample = sample_start();
			char *text;

			sample_fill(&sample);
			text = shown(&sample, &view);
			assert_int_equal(strstr(text, parts[i].whole) != NULL, whole);
			if (parts[i].line && parts[i].section != VT__SECTION_PROCESSES)
				assert_int_equal(strstr(text, parts[i].line) != NULL, !whole);
			free(text);
		}
}

static void add_leaks(struct sample *sample, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		made_allocation(sample->made,
				made_site(sample->made, sample->cache, sample->gpu, sample->alloc,
					  VT_KIND_LINEAR),
				0x1000u + i, 100 * MIB + i);
}

static size_t times(const char *text, const char *words)
{
	size_t count = 0;

	for (; (text = strstr(text, words)); text += strlen(words))
		count++;
	return count;
}

static void ten_findings_are_shown_and_the_rest_is_summed(void **state)
{
	struct sample sample = sample_start(), again = sample_start();
	char *text;

	(void)state;
	add_leaks(&sample, 30);
	sample_fill(&sample);
	text = shown(&sample, &(struct vt__text_view){.width = 0});
	assert_int_equal(times(text, "\nLEAK "), 7); /* and one of each other class */
	assert_int_equal(times(text, "\nBAD FREE "), 1);
	assert_has(text,
		   "\n... 25 more: 25 leaks, 2.3 GiB of device memory in 25 allocations, 5000 B "
		   "of host memory in 1 allocation (to see them: --all)\n");
	free(text);
	add_leaks(&again, 30);
	text = shown(&again, &(struct vt__text_view){.all = true, .sections = VT__SECTIONS_ALL});
	assert_int_equal(times(text, "\nLEAK "), 30);
	assert_int_equal(times(text, " 3 %  libmodel.so+0x5678, by cuMemAlloc_v2\n"), 30);
	assert_null(strstr(text, "more"));
	free(text);
}

static void bytes_are_exact_on_demand(void **state)
{
	struct sample sample = sample_start(), again = sample_start();
	char *text;

	(void)state;
	add_leaks(&sample, 1);
	text = shown(&sample, &(struct vt__text_view){.exact_bytes = true});
	assert_has(text, "LEAK 104857600 B of device memory");
	free(text);
	add_leaks(&again, 1);
	text = shown(&again, &(struct vt__text_view){.exact_bytes = false});
	assert_has(text, "LEAK 100.0 MiB of device memory");
	free(text);
}

/* ---- On a terminal ---------------------------------------------------------------- */

static void assert_no_line_is_wider(char *text, size_t width)
{
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
		if (vt__fit_columns(line) > width)
			fail_msg("wider than %zu: %s", width, line);
}

/* A stack of one frame of Python's, which has its names in the recording. */
static uint32_t source_stack(struct made *made, const char *function, const char *file)
{
	const struct vt_format_source source = {.function = made_string(made, function),
						.file = made_string(made, file),
						.line = 12,
						.language = VT_LANGUAGE_PYTHON};
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(VT_FORMAT_SOURCE_MODULE,
						    made_add(made, VT_FORMAT_SOURCE, &source));

	return made_stack(made, &frame, 1);
}

/* The longest that a reader takes. */
#define FUNCTION_BYTES 256
#define FILE_BYTES 4096

static struct sample with_long_names(void)
{
	static const char begin[] = "cu\033]8;;http://evil\033\\\xe4\xb8\xad\xe6\x96\x87 ";
	static char name[10 * 1024 + 1];
	struct sample sample = sample_start();
	uint32_t stack;

	memset(name, 'n', sizeof(name) - 1);
	memcpy(name, begin, sizeof(begin) - 1);
	stack = source_stack(sample.made, name + sizeof(name) - FUNCTION_BYTES,
			     name + sizeof(name) - FILE_BYTES);
	sample_fill(&sample);
	made_allocation(sample.made,
			made_site(sample.made, stack, sample.gpu, made_string(sample.made, begin),
				  VT_KIND_LINEAR),
			1, 999 * MIB);
	made_header(sample.made)->command = made_string(sample.made, name);
	made_header(sample.made)->host = made_string(sample.made, begin);
	made_header(sample.made)->note = made_string(sample.made, begin);
	return sample;
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	static const unsigned widths[] = {20, 21, 40, 79, 80, 200};

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++)
		for (unsigned choice = 0; choice < 4; choice++) {
			const struct vt__text_view view = {
				.width = widths[i],
				.colour = choice & 1,
				.hyperlinks = choice & 1,
				.sections = choice & 2 ? VT__SECTIONS_ALL : 0,
			};
			struct sample sample = with_long_names();
			char *text = shown(&sample, &view);

			assert_null(strstr(text, "\033]8;;http"));
			assert_true(choice & 1 || !strchr(text, 033));
			assert_null(strchr(text, VT__FIT_MARK));
			assert_no_line_is_wider(text, widths[i]);
			free(text);
		}
}

/* The words of a text without what a terminal's width puts between them. */
static char *words_of(const char *text)
{
	char *words = malloc(strlen(text) + 1), *to = words;

	assert_non_null(words);
	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			*to++ = *text;
	*to = '\0';
	return words;
}

static void what_was_not_seen_is_never_cut(void **state)
{
	static const char *const said[] = {
		"2lost:noteverythingwasseen",
		"lost:2stacksnotkept:therecordingcouldnotgrow",
		"notknownwhetherallwasseen:nobodylookedthroughtheprocesswhenitended:",
	};
	struct sample sample = sample_start();
	char *text, *words;

	(void)state;
	sample_fill(&sample);
	text = shown(&sample, &(struct vt__text_view){.width = 20});
	words = words_of(text);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		assert_has(words, said[i]);
	free(words);
	free(text);
}

/* ---- Links ------------------------------------------------------------------------ */

static char *linked(const char *folder, const char *file, bool is_here)
{
	struct sample sample = sample_start();
	char host[256] = "elsewhere";

	if (is_here)
		assert_int_equal(gethostname(host, sizeof(host)), 0);
	made_header(sample.made)->host = made_string(sample.made, host);
	made_header(sample.made)->working_directory = made_string(sample.made, folder);
	made_allocation(sample.made,
			made_site(sample.made, source_stack(sample.made, "serve", file), sample.gpu,
				  sample.alloc, VT_KIND_LINEAR),
			1, 1);
	return shown(&sample, &(struct vt__text_view){.hyperlinks = true});
}

static void a_frame_leads_to_its_file(void **state)
{
	char *text = linked("/", "/srv/a b\033\\\x07;%/app.py", true);

	(void)state;
	assert_has(text, "\033]8;;file://");
	assert_has(text, "/srv/a%20b%1B%5C%07%3B%25/app.py#12\033\\/srv/a b\\x1b\\\\x07;%/app.py:12"
			 "\033]8;;\033\\");
	free(text);
	text = linked("/srv/run 7", "app.py", true);
	assert_has(text, "/srv/run%207/app.py#12\033\\app.py:12\033]8;;\033\\");
	free(text);
}

static void only_files_of_this_machine_are_led_to(void **state)
{
	static char longer[2000];
	char *text;

	(void)state;
	text = linked("/srv", "app.py", false);
	assert_null(strchr(text, '\033'));
	free(text);
	text = linked("", "app.py", true);
	assert_null(strchr(text, '\033'));
	free(text);
	memset(longer, '/', sizeof(longer) - 1);
	text = linked("/", longer, true);
	assert_null(strchr(text, '\033'));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_reading_is_short),
		cmocka_unit_test(a_part_is_whole_where_it_is_asked_for),
		cmocka_unit_test(ten_findings_are_shown_and_the_rest_is_summed),
		cmocka_unit_test(bytes_are_exact_on_demand),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(what_was_not_seen_is_never_cut),
		cmocka_unit_test(a_frame_leads_to_its_file),
		cmocka_unit_test(only_files_of_this_machine_are_led_to),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
