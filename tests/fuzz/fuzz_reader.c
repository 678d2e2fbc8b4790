/*
 * Fuzzes the reader and the reports behind it: any bytes may be a recording. It is reported or
 * refused, and the report is what its format says.
 *
 * Fuzzed with: -max_len=262144 -close_fd_mask=2 -runs=5000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/report.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint32_t choice = fuzz_choice(data, size);
	const char *const paths[] = {fuzz_file(0, data, size)};
	const bool as_text = choice & 1, as_page = !as_text && choice & 16;
	struct fuzz_document document;
	struct vt__report_outcome outcome;
	struct vt__report_request request = {
		.paths = paths,
		.path_count = 1,
		.format = as_text   ? "text"
			  : as_page ? "html"
				    : "json",
		.view = {.colour = choice & 2,
			 .sections = choice >> 4 & VT__SECTIONS_ALL,
			 .all = choice >> 12 & 1,
			 .hyperlinks = (choice & 2) && (choice >> 13 & 1),
			 .full_stacks = choice >> 14 & 1,
			 .exact_bytes = choice >> 15 & 1,
			 .width = choice >> 16 & 127},
		.merge = (choice & 12) == 4,
		.verify = (choice & 12) == 8,
	};

	if (request.verify) {
		request.other_paths = paths;
		request.other_count = 1;
	}
	fuzz_document_begin(&document);
	request.out = document.out;
	if (vt__report(&request, &outcome))
		fuzz_fail("no report", "", 0);
	if (outcome.processes > 1 || outcome.processes + outcome.unreadable < 1)
		fuzz_fail("neither read nor refused", "", 0);
	fuzz_document_end(&document, "a report",
			  as_page               ? FUZZ_PAGE
			  : !as_text            ? FUZZ_JSON
			  : request.view.colour ? FUZZ_COLOUR
						: FUZZ_TEXT);
	return 0;
}
