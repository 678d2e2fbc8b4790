/*
 * Fuzzes the comparison of two runs: one is composed, any bytes may be the other, before or
 * after it.
 *
 * Fuzzed with: -max_len=262144 -close_fd_mask=2 -runs=3000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/compare/diff.h"
#include "reports/report.h"
#include "reports/names/symbolizer.h"
#include "reports/formats/diff_writer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_recording.h"

static const char *composed(void)
{
	static const char *path;

	if (!path) {
		size_t size;
		uint8_t *bytes = fuzz_recording(1, &size);

		path = fuzz_file(1, bytes, size);
		free(bytes);
	}
	return path;
}

static void compare(const char *const paths[2], uint32_t choice)
{
	struct vt__diff diff = {
		.sides = {{.paths = &paths[0], .path_count = 1, .name = "one"},
			  {.paths = &paths[1], .path_count = 1, .name = "two\n\xff"}},
		.limits = {.least_bytes = choice & 16 ? 100 : 0, .percent = choice & 32 ? 10 : 0},
	};
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct fuzz_document document;
	const bool colour = choice & 64, as_page = !(choice & 8) && choice & 128;

	if (!symbolizer || vt__diff_make(&diff, symbolizer))
		fuzz_fail("no comparison", "", 0);
	fuzz_document_begin(&document);
	if (choice & 8 ? vt__diff_text(&diff, colour, document.out)
	    : as_page  ? vt__diff_html(&diff, colour, document.out)
		       : vt__diff_json(&diff, colour, document.out))
		fuzz_fail("no report", "", 0);
	fuzz_document_end(&document, "a comparison",
			  as_page         ? FUZZ_PAGE
			  : !(choice & 8) ? FUZZ_JSON
			  : colour        ? FUZZ_COLOUR
					  : FUZZ_TEXT);
	vt__diff_release(&diff);
	vt__symbolizer_free(symbolizer);
}

/* Both in one report. */
static void report(const char *const paths[2], uint32_t choice)
{
	struct vt__report_request request = {.paths = paths,
					     .path_count = 2,
					     .format = choice & 8 ? "text" : "json",
					     .merge = choice & 16,
					     .verify = choice & 32};
	struct vt__report_outcome outcome;
	struct fuzz_document document;

	if (request.verify) {
		request.path_count = request.other_count = 1;
		request.other_paths = &paths[1];
		request.merge = false;
	}
	fuzz_document_begin(&document);
	request.out = document.out;
	if (vt__report(&request, &outcome))
		fuzz_fail("no report", "", 0);
	fuzz_document_end(&document, "a report of two", choice & 8 ? FUZZ_TEXT : FUZZ_JSON);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint32_t choice = fuzz_choice(data, size);
	const char *const given = fuzz_file(0, data, size);
	const char *const paths[] = {choice & 4 ? given : composed(),
				     choice & 4 ? composed() : given};

	if (choice & 3)
		compare(paths, choice);
	else
		report(paths, choice);
	return 0;
}
