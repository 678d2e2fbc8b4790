/*
 * Fuzzes the decision which call frame information libunwind is given: whatever the
 * bytes are, a reader that checks nothing reads nothing outside the object in what is
 * handed on, and comes to an end.
 * No libunwind takes part.
 *
 * Fuzzed with: -max_len=512 -runs=100000
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unwind/unwind_cfi.h"
#include "unwind/unwind_fde.h"
#include "unwind/unwind_rules.h"
#include "tests/fuzz/fuzz.h"
#include "tests/made_tables.h"

static unsigned long handed_on, refused;

/* ---- The reader that checks nothing: here its reads are looked at ------------- */

struct reader {
	uintptr_t low;
	uintptr_t high;
	uintptr_t at;
};

static uint8_t byte_at(const struct reader *reader, uintptr_t at)
{
	if (at < reader->low || at >= reader->high)
		abort();
	return *(const uint8_t *)at;
}

static uint64_t number(struct reader *reader, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)byte_at(reader, reader->at++) << (8 * i);
	return value;
}

static uint64_t leb(struct reader *reader)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = byte_at(reader, reader->at++);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

/* Follows an indirect pointer, as libunwind does. */
static void pointer(struct reader *reader, uint8_t encoding)
{
	static const uint8_t sizes[16] = {8, 0, 2, 4, 8, 0, 0, 0, 8, 0, 2, 4, 8};
	uintptr_t itself = reader->at, value;
	uint8_t form = encoding & VT__POINTER_FORM;

	if (encoding == VT__POINTER_OMITTED)
		return;
	value = sizes[form] ? number(reader, sizes[form]) : leb(reader);
	if (sizes[form] == 4 && form == VT__POINTER_S4)
		value = (uintptr_t)(intptr_t)(int32_t)value;
	if (sizes[form] == 2 && form == VT__POINTER_S2)
		value = (uintptr_t)(intptr_t)(int16_t)value;
	if ((encoding & VT__POINTER_RELATION) == VT__POINTER_TO_ITSELF)
		value += itself;
	for (unsigned i = 0; encoding & VT__POINTER_INDIRECT && form != VT__POINTER_ULEB &&
			     form != VT__POINTER_SLEB && i < 8;
	     i++)
		byte_at(reader, value + i);
}

/* Nothing that reads but at rsp or rbp first, divides, jumps or calls. */
static void expression(struct reader *reader, bool of_cfa)
{
	uint64_t length = leb(reader);
	uintptr_t start = reader->at, end = start + length;
	bool after_base = false;

	if (end < start)
		abort();
	while (reader->at < end) {
		const uintptr_t at = reader->at;
		const uint8_t code = (uint8_t)number(reader, 1);

		if (code == 0x06 && !(of_cfa && after_base))
			abort();
		if (code == 0x1b || code == 0x1d || code == 0x28 || code == 0x2f || code > 0x8f ||
		    code == 0x94 || code == 0x03 || code == 0x19)
			abort();
		after_base = at == start && (code == 0x76 || code == 0x77);
		if (code >= 0x08 && code <= 0x0f)
			number(reader, (size_t)1 << (code - 0x08) / 2);
		else if (code == 0x10 || code == 0x11 || code == 0x23 || code >= 0x70)
			leb(reader);
	}
	reader->at = end;
}

/* One instruction. The location that it leads to. */
static uintptr_t instruction(struct reader *reader, const struct vt__fde *fde, uintptr_t location)
{
	uint8_t code = (uint8_t)number(reader, 1);

	if (code >> 6) {
		if (code >> 6 == 2)
			leb(reader);
		return code >> 6 == 1 ? location + (code & 0x3f) * fde->code_align : location;
	}
	if (code == 0x01)
		return location + 1; /* the encoding is not modelled: see below */
	if (code >= 0x02 && code <= 0x04)
		return location + number(reader, (size_t)1 << (code - 2)) * fde->code_align;
	if (code == 0x0f) {
		expression(reader, true);
	} else if (code == 0x10 || code == 0x16) {
		leb(reader);
		expression(reader, false);
	} else if (code != 0x00 && code != 0x0a && code != 0x0b) {
		leb(reader);
		if (code == 0x05 || code == 0x09 || code == 0x0c || code == 0x11 || code == 0x12 ||
		    code == 0x14 || code == 0x15)
			leb(reader);
	}
	return location;
}

static void follow(const struct vt__object *object, struct vt__bytes program,
		   const struct vt__fde *fde, uintptr_t pc)
{
	struct reader reader = {object->segments[0].low, object->segments[0].high,
				(uintptr_t)program.at};
	uintptr_t location = fde->code;

	while (reader.at < (uintptr_t)program.end && location <= pc) {
		if (byte_at(&reader, reader.at) == 0x01)
			return;
		location = instruction(&reader, fde, location);
	}
}

/* The pointers of the CIE that begins at `at`. */
static uint8_t follow_common(struct reader reader)
{
	uint8_t specific = VT__POINTER_OMITTED;
	uintptr_t letters;
	uint8_t version;

	reader.at += 8;
	version = (uint8_t)number(&reader, 1);
	letters = reader.at;
	while (number(&reader, 1)) {
	}
	leb(&reader);
	leb(&reader);
	if (version == 1)
		number(&reader, 1);
	else
		leb(&reader);
	if (byte_at(&reader, letters) != 'z')
		return specific;
	leb(&reader);
	for (letters++; byte_at(&reader, letters); letters++) {
		uint8_t letter = byte_at(&reader, letters);

		if (letter == 'P')
			pointer(&reader, (uint8_t)number(&reader, 1));
		else if (letter == 'L')
			specific = (uint8_t)number(&reader, 1);
		else if (letter == 'R')
			number(&reader, 1);
	}
	return specific;
}

/* What libunwind reads of the entry that the one row of the table leads to. */
static void follow_entry(const struct vt__object *object, const struct vt__fde *fde)
{
	struct reader reader = {object->segments[0].low, object->segments[0].high,
				object->frame_header + 16};
	struct reader common = reader;
	uint8_t specific;

	reader.at = object->frame_header + (uintptr_t)(intptr_t)(int32_t)number(&reader, 4) + 4;
	common.at = reader.at - number(&reader, 4);
	specific = follow_common(common);
	pointer(&reader, fde->encoding);
	pointer(&reader, fde->encoding & VT__POINTER_FORM);
	if (fde->augmented)
		leb(&reader);
	pointer(&reader, specific);
}

/* ---- The target ---------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1); /* as long as it is: for sanitizers */
	struct vt__object object;
	struct vt__fde fde;

	if (!copy)
		abort();
	memcpy(copy, data, size);
	object = made_tables_object(copy, size);
	for (size_t i = 1; i < MADE_CODE_BYTES; i += 6) {
		uintptr_t pc = (uintptr_t)copy + size - i;
		uint64_t rule;

		if (vt__fde_find(&object, pc, &fde))
			continue;
		rule = vt__cfi_rule(&fde, pc, pc + 1);
		if ((rule & VT__RULE_KIND) == VT__RULE_COMPLEX && !(rule & VT__RULE_PLAIN))
			abort();
		refused += !(rule & VT__RULE_PLAIN);
		if (!(rule & VT__RULE_PLAIN))
			continue;
		handed_on++;
		if (size > 20 && copy[8] == 1)
			follow_entry(&object, &fde);
		follow(&object, fde.initial, &fde, UINTPTR_MAX);
		follow(&object, fde.program, &fde, pc);
	}
	free(copy);
	return 0;
}

/* ---- What it starts from --------------------------------------------------------- */

/* Instructions and operations of every sort, to be damaged and put together. */
static const uint8_t parts[] = {
	0x0d, 3,    0x0e, 16,   0x86, 2,    0x43, 0x0a, 0x0b, 0x0c, 6,    16,   0x0f, 3,
	0x77, 8,    6,    0x0f, 4,    0x73, 8,    0x23, 8,    0x10, 3,    2,    0x76, 8,
	0x10, 6,    2,    0x76, 0,    0x16, 12,   3,    0x31, 0x2f, 0xfd, 0x02, 1,    0x2e,
	0,    0x0f, 11,   0x77, 8,    0x80, 0,    0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22,
};

static size_t make_one(uint8_t *data, size_t most)
{
	static const char *const letters[] = {"R", "PR", "PLR", "RS", "LR", ""};
	static const uint8_t encodings[] = {0x1b, 0x9b, 0x3b, 0x00, 0xff, 0x50};
	const size_t first = fuzz_random() % sizeof(parts);
	const struct made_entry entry = {
		.letters = letters[fuzz_random() % 6],
		.personality = encodings[fuzz_random() % 6],
		.specific = encodings[fuzz_random() % 6],
		.without_cfa = fuzz_random() % 16 == 0,
		.program = parts + first,
		.program_bytes = fuzz_random() % (sizeof(parts) - first + 1),
	};
	struct made_tables tables;

	made_tables(&tables, &entry);
	if (tables.size < most)
		most = tables.size;
	memcpy(data, tables.bytes, most);
	return most;
}

/* Makes tables, or damages those that are there. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	fuzz_random_seed(seed);
	if (size < 20 || fuzz_random() % 4 == 0)
		size = make_one(data, most);
	else if (fuzz_random() % 4 == 0)
		return LLVMFuzzerMutate(data, size, most);
	for (unsigned damage = fuzz_random() % 4; damage; damage--)
		data[fuzz_random() % size] = fuzz_random() % 2
						     ? (uint8_t)fuzz_random()
						     : parts[fuzz_random() % sizeof(parts)];
	return size;
}

const unsigned long fuzz_rounds = 300000;

bool fuzz_reached(unsigned long rounds)
{
	printf("# %lu handed on, %lu not\n", handed_on, refused);
	return handed_on > rounds / 4 && refused > rounds / 4;
}
