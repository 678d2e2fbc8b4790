/*
 * The patterns of LeakSanitizer's suppressions: piece after piece, each at the
 * first place where it stands. What lies before a later '*' is decided by then,
 * so nothing is ever tried twice.
 */
#include "config.h"

#include "reports/text/glob.h"

#include <string.h>

bool vt__glob_matches(const char *pattern, size_t bytes, const char *text)
{
	const char *end = text + strlen(text), *pattern_end = pattern + bytes;
	bool fixed = bytes && *pattern == '^';
	const bool to_end = bytes > 1 && pattern_end[-1] == '$';

	pattern += fixed;
	pattern_end -= to_end;
	for (;;) {
		const size_t rest = (size_t)(pattern_end - pattern);
		const char *star = memchr(pattern, '*', rest);
		const size_t piece = star ? (size_t)(star - pattern) : rest;
		const bool last = !star && to_end;

		if (piece > (size_t)(end - text))
			return false;
		if (fixed && last)
			return piece == (size_t)(end - text) && !memcmp(text, pattern, piece);
		if (last)
			return !memcmp(end - piece, pattern, piece);
		if (fixed ? memcmp(text, pattern, piece) != 0
			  : !(text = memmem(text, (size_t)(end - text), pattern, piece)))
			return false;
		if (!star)
			return true;
		text += piece;
		pattern = star + 1;
		fixed = false;
	}
}
