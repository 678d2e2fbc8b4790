/*
 * Fuzzes the patterns of suppressions: the input is a pattern, a newline and a text. The answer
 * is that of a matcher that follows all ways at once.
 *
 * Fuzzed with: -max_len=48 -runs=1000000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/text/glob.h"
#include "tests/fuzz/fuzz.h"

/* Bit n: the text's byte n is this one. */
static uint64_t places_of(char byte, const char *text)
{
	uint64_t places = 0;

	for (unsigned at = 0; text[at]; at++)
		places |= (uint64_t)(text[at] == byte) << at;
	return places;
}

/* Bit n: what was matched so far may end before the text's byte n. */
static bool expected(const char *pattern, size_t bytes, const char *text)
{
	const uint64_t all = UINT64_MAX >> (63 - strlen(text));
	const bool from_start = bytes && pattern[0] == '^';
	const bool to_end = bytes > 1 && pattern[bytes - 1] == '$';
	uint64_t ends = from_start ? 1 : all;

	for (size_t i = from_start; i < bytes - to_end; i++)
		ends = pattern[i] == '*' ? ends ? all & ~((ends & -ends) - 1) : 0
					 : (ends & places_of(pattern[i], text)) << 1;
	return to_end ? ends >> strlen(text) : ends != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
	const size_t bytes = line ? (size_t)(line - data) : size;
	char *pattern, *text;

	if (size >= 64)
		return 0;
	pattern = malloc(bytes ? bytes : 1);
	text = line ? fuzz_text(line + 1, size - bytes - 1) : fuzz_text(data, 0);
	if (!pattern)
		abort();
	memcpy(pattern, data, bytes);
	if (vt__glob_matches(pattern, bytes, text) != expected(pattern, bytes, text))
		fuzz_fail("another answer than the other matcher's", (const char *)data, size);
	free(pattern);
	free(text);
	return 0;
}
