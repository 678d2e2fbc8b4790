/*
 * Fuzzes the formats of other programs: any bytes may be a recording, and each of them is what its
 * format says.
 *
 * Fuzzed with: -max_len=262144 -close_fd_mask=2 -runs=2500
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "reports/report.h"
#include "tests/fuzz/fuzz.h"

const unsigned long fuzz_rounds = 6000;

enum binary_form {
	PPROF,
	PICKLE,
	DATABASE
};

static const struct form {
	const char *format;
	bool is_binary;
	enum fuzz_form form;
	enum binary_form binary;
} forms[] = {
	{"pprof", true, FUZZ_TEXT, PPROF},       {"folded", false, FUZZ_TEXT, PPROF},
	{"speedscope", false, FUZZ_JSON, PPROF}, {"perfetto", false, FUZZ_JSON, PPROF},
	{"memory-viz", true, FUZZ_TEXT, PICKLE}, {"openmetrics", false, FUZZ_TEXT, PPROF},
	{"sqlite", true, FUZZ_TEXT, DATABASE},   {"csv", false, FUZZ_TEXT, PPROF},
	{"pprof", true, FUZZ_TEXT, PPROF},       {"memory-viz", true, FUZZ_TEXT, PICKLE},
};

/* Reads a number of a protobuf; the place behind it, NULL if there is none. */
static const unsigned char *number_at(const unsigned char *at, const unsigned char *end,
				      uint64_t *number)
{
	*number = 0;
	for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
		*number |= (uint64_t)(*at & 0x7f) << shift;
		if (!(*at++ & 0x80))
			return at;
	}
	return NULL;
}

/* A message of fields with numbers and bytes, of the numbers that a profile has. */
static void expect_profile(const unsigned char *at, size_t bytes)
{
	const unsigned char *end = at + bytes;
	uint64_t tag, value;

	while (at && at < end) {
		at = number_at(at, end, &tag);
		if (at)
			at = number_at(at, end, &value);
		if (!at || tag >> 3 < 1 || tag >> 3 > 14 || ((tag & 7) != 0 && (tag & 7) != 2) ||
		    ((tag & 7) == 2 && value > (size_t)(end - at)))
			fuzz_fail("no profile", "", 0);
		at += (tag & 7) == 2 ? value : 0;
	}
}

static void expect_gzip(const char *text, size_t bytes)
{
	static unsigned char profile[64 << 20];
	z_stream stream = {.next_in = (const unsigned char *)text,
			   .avail_in = (unsigned)bytes,
			   .next_out = profile,
			   .avail_out = sizeof(profile)};

	if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK)
		abort();
	if (inflate(&stream, Z_FINISH) != Z_STREAM_END || stream.avail_in)
		fuzz_fail("not compressed whole", text, 0);
	expect_profile(profile, stream.total_out);
	(void)inflateEnd(&stream);
}

static void expect_binary(const struct form *form, const char *text, size_t bytes)
{
	static const char database[] = "SQLite format 3";

	if (form->binary == PPROF)
		expect_gzip(text, bytes);
	else if (form->binary == PICKLE &&
		 (bytes < 3 || memcmp(text, "\x80\x04", 2) || text[bytes - 1] != '.'))
		fuzz_fail("no pickle", text, bytes);
	else if (form->binary == DATABASE &&
		 (bytes % 4096 || !bytes || memcmp(text, database, sizeof(database))))
		fuzz_fail("no database", "", 0);
}

/* Lines of RFC 4180 end with both; nothing else has the first of them. */
static void drop_returns(struct fuzz_document *document)
{
	char *to = document->text;

	for (size_t i = 0; i < document->bytes; i++)
		if (document->text[i] != '\r' || document->text[i + 1] != '\n')
			*to++ = document->text[i];
	*to = '\0';
	document->bytes = (size_t)(to - document->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const measures[] = {NULL, "live", "peak", "allocated"};
	static const char *const buckets[] = {NULL, "managed", "host", "held"};
	const uint32_t choice = fuzz_choice(data, size);
	const char *const path = fuzz_file(0, data, size), *const paths[] = {path, path};
	const struct form *form = &forms[choice % (sizeof(forms) / sizeof(*forms))];
	struct fuzz_document document;
	struct vt__report_outcome outcome;
	struct vt__report_request request = {
		.paths = paths,
		.path_count = 1 + (choice >> 4 & 1),
		.format = form->format,
		.measure = measures[choice >> 5 & 3],
		.bucket = buckets[choice >> 7 & 3],
	};
	int error;

	fuzz_document_begin(&document);
	request.out = document.out;
	error = vt__report(&request, &outcome);
	if (error && error != -ENOTSUP)
		fuzz_fail("no report", form->format, strlen(form->format));
	fuzz_document_close(&document);
	if (!strcmp(form->format, "csv"))
		drop_returns(&document);
	if (!form->is_binary)
		fuzz_document_end(&document, form->format, form->form);
	else if (!error)
		expect_binary(form, document.text, document.bytes);
	if (form->is_binary)
		free(document.text);
	return 0;
}
