/*
 * Numbers as people read them: bytes, durations, percentages.
 */
#include "config.h"

#include "reports/text/units.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/option_values.h"

#define KIB 1024ull
#define EXACT_BELOW (10 * KIB)

static bool exact;

void vt__bytes_exactly(bool is_wanted)
{
	exact = is_wanted;
}

const char *vt__bytes(uint64_t bytes, char text[VT__UNIT_BYTES])
{
	static const char *const names[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	const size_t last = sizeof(names) / sizeof(*names) - 1;
	double value = (double)bytes / KIB;
	size_t unit = 0;

	if (exact || bytes < KIB || (bytes < EXACT_BELOW && bytes % KIB)) {
		snprintf(text, VT__UNIT_BYTES, "%" PRIu64 " B", bytes);
		return text;
	}
	/* 1023.95 would be printed as 1024.0 of the smaller unit. */
	while (value >= 1023.95 && unit < last) {
		value /= KIB;
		unit++;
	}
	snprintf(text, VT__UNIT_BYTES, "%.1f %s", value, names[unit]);
	return text;
}

const char *vt__duration(uint64_t ns, char text[VT__UNIT_BYTES])
{
	const uint64_t seconds = ns / 1000000000;

	if (ns < 1000000)
		snprintf(text, VT__UNIT_BYTES, "%" PRIu64 " us", ns / 1000);
	else if (!seconds)
		snprintf(text, VT__UNIT_BYTES, "%.1f ms", (double)ns / 1e6);
	else if (seconds < 60)
		snprintf(text, VT__UNIT_BYTES, "%.1f s", (double)ns / 1e9);
	else if (seconds < 3600)
		snprintf(text, VT__UNIT_BYTES, "%" PRIu64 " min %02" PRIu64 " s", seconds / 60,
			 seconds % 60);
	else
		snprintf(text, VT__UNIT_BYTES, "%" PRIu64 " h %02" PRIu64 " min", seconds / 3600,
			 seconds % 3600 / 60);
	return text;
}

const char *vt__percent(uint64_t part, uint64_t whole, char text[VT__UNIT_BYTES])
{
	const double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	if (!whole)
		snprintf(text, VT__UNIT_BYTES, "-");
	else if (part && percent < 1)
		snprintf(text, VT__UNIT_BYTES, "<1 %%");
	else
		snprintf(text, VT__UNIT_BYTES, "%.0f %%", percent);
	return text;
}

/* False if it is longer than any number. */
static bool copy_number(const char *text, size_t length, char copy[VT__UNIT_BYTES])
{
	if (length >= VT__UNIT_BYTES)
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return strlen(copy) == length;
}

bool vt__parse_bytes(const char *text, size_t length, uint64_t *out)
{
	char copy[VT__UNIT_BYTES];

	return copy_number(text, length, copy) && vt__value_bytes(copy, out);
}

bool vt__parse_count(const char *text, size_t length, uint64_t *out)
{
	char copy[VT__UNIT_BYTES];
	const char *end;
	uint64_t number;

	if (!copy_number(text, length, copy) || !vt__value_number(copy, &end, &number) || *end)
		return false;
	*out = number;
	return true;
}

const char *vt__growth_rate(double bytes, char text[VT__UNIT_BYTES])
{
	if (bytes >= 10)
		return vt__bytes((uint64_t)(bytes + 0.5), text);
	snprintf(text, VT__UNIT_BYTES, "%.1f B", bytes);
	return text;
}

const char *vt__plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

const char *vt__plural_es(uint64_t count)
{
	return count == 1 ? "" : "es";
}

const char *vt__words_for(uint64_t count, const char *words, char text[VT__WORDS_BYTES])
{
	const char *mark = strstr(words, "(s)");

	if (mark)
		snprintf(text, VT__WORDS_BYTES, "%.*s%s%s", (int)(mark - words), words,
			 vt__plural(count), mark + strlen("(s)"));
	else
		snprintf(text, VT__WORDS_BYTES, "%s", words);
	return text;
}
