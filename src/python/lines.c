/*
 * Line tables of code objects, in the three forms that there were.
 */
#include "config.h"

#include "python/contents.h"

struct reading {
	const struct vt__part *table;
	size_t at;
};

static bool is_left(const struct reading *reading)
{
	return reading->at < reading->table->bytes;
}

/* 0 behind the end. */
static uint8_t next(struct reading *reading)
{
	return is_left(reading) ? vt__read_byte(reading->table->data + reading->at++) : 0;
}

/* 3.8, 3.9: how far to go on, and how many lines that is. */
static int64_t by_pairs(struct reading *reading, int64_t line, int64_t offset)
{
	int64_t at = 0;

	while (is_left(reading)) {
		at += next(reading);
		if (at > offset)
			break;
		line += (int8_t)next(reading);
	}
	return line;
}

/* 3.10: the same of ranges; -128 lines: this one has no line. */
static int64_t by_ranges(struct reading *reading, int64_t line, int64_t offset)
{
	int64_t end = 0;

	while (is_left(reading)) {
		uint8_t bytes = next(reading);
		int8_t lines = (int8_t)next(reading);

		if (lines != -128)
			line += lines;
		end += bytes;
		if (end > offset)
			return lines == -128 ? 0 : line;
	}
	return 0;
}

/* Six bits in a byte, the lowest first; the seventh says that more follow. */
static uint64_t read_number(struct reading *reading)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 60; shift += 6) {
		uint8_t byte = next(reading);

		number |= (uint64_t)(byte & 63) << shift;
		if (!(byte & 64))
			break;
	}
	return number;
}

/* With the sign in the lowest bit. */
static int64_t read_difference(struct reading *reading)
{
	uint64_t number = read_number(reading);

	return number & 1 ? -(int64_t)(number >> 1) : (int64_t)(number >> 1);
}

/* 3.11 on: each entry begins with a byte of its form and of how many units it is for. */
static int64_t by_codes(struct reading *reading, int64_t line, int64_t offset)
{
	enum {
		ONE_LINE_FIRST = 10,
		ONE_LINE_LAST = 12,
		NO_COLUMNS = 13,
		LONG = 14,
		NO_LINE = 15
	};
	int64_t end = 0;

	while (is_left(reading)) {
		uint8_t first = next(reading);
		unsigned form = first >> 3 & 15;

		end += (first & 7) + 1;
		if (form >= ONE_LINE_FIRST && form <= ONE_LINE_LAST)
			line += form - ONE_LINE_FIRST;
		else if (form == NO_COLUMNS || form == LONG)
			line += read_difference(reading);
		if (end > offset)
			return form == NO_LINE ? 0 : line;
		while (is_left(reading) &&
		       !(vt__read_byte(reading->table->data + reading->at) & 0x80))
			reading->at++;
	}
	return 0;
}

uint32_t vt__contents_line(const struct vt__python_layout *layout,
			   const struct vt__contents *contents, int64_t offset)
{
	struct reading reading = {&contents->parts[VT__PART_TABLE], 0};
	int64_t line = contents->first_line;

	if (offset == VT__NO_OFFSET)
		return 0;
	if (offset < 0)
		return line > 0 ? (uint32_t)line : 0;
	if (layout->lines == VT__LINES_PAIRS)
		line = by_pairs(&reading, line, offset);
	else if (layout->lines == VT__LINES_RANGES)
		line = by_ranges(&reading, line, offset);
	else
		line = by_codes(&reading, line, offset);
	return line > 0 && line <= INT32_MAX ? (uint32_t)line : 0;
}
