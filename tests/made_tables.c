/* Makes call frame information for tests. */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "unwind/unwind_bytes.h"
#include "tests/made_tables.h"

/* The header, its one row, the CIE and the FDE; behind them the function. */
enum {
	HEADER_BYTES = 20,
	POINTER_HERE = VT__POINTER_TO_ITSELF | VT__POINTER_S4,
};

static void put(struct made_tables *tables, uint64_t value, size_t bytes)
{
	assert(tables->size + bytes <= MADE_MOST);
	memcpy(tables->bytes + tables->size, &value, bytes);
	tables->size += bytes;
}

static void put_at(struct made_tables *tables, size_t at, uint64_t value)
{
	const uint32_t word = (uint32_t)value;

	memcpy(tables->bytes + at, &word, sizeof(word));
}

/* Ends the entry that began at `start`, as long as a multiple of 4 bytes. */
static void end_entry(struct made_tables *tables, size_t start)
{
	while ((tables->size - start) % 4)
		put(tables, 0, 1);
	put_at(tables, start, tables->size - start - 4);
}

static void put_common(struct made_tables *tables, const struct made_entry *entry)
{
	const size_t start = tables->size;
	size_t length;

	put(tables, 0, 4); /* the length */
	put(tables, 0, 4);
	put(tables, 1, 1);
	put(tables, 'z', 1);
	for (const char *letter = entry->letters; *letter; letter++)
		put(tables, (uint8_t)*letter, 1);
	put(tables, 0, 1);
	put(tables, 1, 1);    /* alignment of code */
	put(tables, 0x78, 1); /* of data: -8 */
	put(tables, 16, 1);
	length = tables->size;
	put(tables, 0, 1);
	for (const char *letter = entry->letters; *letter; letter++) {
		if (*letter == 'P') {
			put(tables, entry->personality, 1);
			tables->personality = tables->size;
			put(tables, 0, 4);
		} else if (*letter != 'S') {
			put(tables, *letter == 'R' ? POINTER_HERE : entry->specific, 1);
		}
	}
	tables->bytes[length] = (uint8_t)(tables->size - length - 1);
	if (!entry->without_cfa)
		put(tables, 0x08070c, 3); /* the CFA is rsp + 8 */
	put(tables, 0x0190, 2);           /* the return address is at CFA - 8 */
	end_entry(tables, start);
}

void made_tables(struct made_tables *out, const struct made_entry *entry)
{
	size_t common = HEADER_BYTES, start, code;

	memset(out, 0, sizeof(*out));
	put(out, 0x3b031b01, 4); /* the version; encodings of .eh_frame, count, rows */
	put(out, HEADER_BYTES - 4, 4);
	put(out, 1, 4);
	put(out, 0, 8); /* the row */
	put_common(out, entry);
	start = out->size;
	put(out, 0, 4);
	put(out, out->size - common, 4);
	code = out->size;
	put(out, 0, 4);
	put(out, MADE_CODE_BYTES, 4);
	if (strchr(entry->letters, 'L')) {
		put(out, 4, 1);
		put(out, 0, 4);
	} else {
		put(out, 0, 1);
	}
	assert(out->size + entry->program_bytes <= MADE_MOST);
	memcpy(out->bytes + out->size, entry->program, entry->program_bytes);
	out->size += entry->program_bytes;
	end_entry(out, start);
	put(out, 0, 4); /* the end of .eh_frame */
	out->code = out->size;
	out->size += MADE_CODE_BYTES;
	assert(out->size <= MADE_MOST);
	put_at(out, code, out->code - code);
	put_at(out, 12, out->code);
	put_at(out, 16, start);
}

struct vt__object made_tables_object(const uint8_t *bytes, size_t size)
{
	return (struct vt__object){
		.frame_header = (uintptr_t)bytes,
		.segment_count = 1,
		.segments = {{(uintptr_t)bytes, (uintptr_t)bytes + size}},
	};
}
