/*
 * Reading call frame information from memory: a cursor with an end that no
 * read passes. After a read that would pass it the cursor is bad, and every
 * later read gives 0.
 */
#ifndef VT_LEDGER_UNWIND_BYTES_H
#define VT_LEDGER_UNWIND_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct vt__bytes {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

/* Pointer encodings of .eh_frame (LSB, "DWARF Exception Header Encoding"):
 * the low four bits are the form, the next three what it is relative to. */
enum vt__pointer_encoding {
	VT__POINTER_NATIVE = 0x00,
	VT__POINTER_ULEB = 0x01,
	VT__POINTER_U2 = 0x02,
	VT__POINTER_U4 = 0x03,
	VT__POINTER_U8 = 0x04,
	VT__POINTER_SLEB = 0x09,
	VT__POINTER_S2 = 0x0a,
	VT__POINTER_S4 = 0x0b,
	VT__POINTER_S8 = 0x0c,
	VT__POINTER_FORM = 0x0f,
	VT__POINTER_TO_ITSELF = 0x10,
	VT__POINTER_TO_DATA = 0x30,
	VT__POINTER_RELATION = 0x70,
	VT__POINTER_INDIRECT = 0x80,
	VT__POINTER_OMITTED = 0xff,
};

static inline size_t vt__bytes_left(const struct vt__bytes *bytes)
{
	return bytes->bad ? 0 : (size_t)(bytes->end - bytes->at);
}

static inline void vt__bytes_skip(struct vt__bytes *bytes, uint64_t count)
{
	if (count > vt__bytes_left(bytes))
		bytes->bad = true;
	else
		bytes->at += count;
}

/* The next `size` bytes (at most 8) as a little-endian number. */
static inline uint64_t vt__bytes_number(struct vt__bytes *bytes, size_t size)
{
	uint64_t value = 0;

	if (vt__bytes_left(bytes) < size) {
		bytes->bad = true;
		return 0;
	}
	memcpy(&value, bytes->at, size);
	bytes->at += size;
	return value;
}

static inline uint8_t vt__bytes_u8(struct vt__bytes *bytes)
{
	return (uint8_t)vt__bytes_number(bytes, 1);
}

static inline uint64_t vt__bytes_leb(struct vt__bytes *bytes, bool is_signed)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = vt__bytes_u8(bytes);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) && !bytes->bad);
	if (is_signed && shift < 64 && (byte & 0x40))
		value |= UINT64_MAX << shift;
	return value;
}

static inline uint64_t vt__bytes_uleb(struct vt__bytes *bytes)
{
	return vt__bytes_leb(bytes, false);
}

static inline int64_t vt__bytes_sleb(struct vt__bytes *bytes)
{
	return (int64_t)vt__bytes_leb(bytes, true);
}

/* The next `length` bytes as a cursor of their own; skips them. */
static inline struct vt__bytes vt__bytes_part(struct vt__bytes *bytes, uint64_t length)
{
	struct vt__bytes part = {.at = bytes->at, .end = bytes->at};

	vt__bytes_skip(bytes, length);
	if (bytes->bad)
		part.bad = true;
	else
		part.end = bytes->at;
	return part;
}

/* A pointer in `encoding`; `data` is what VT__POINTER_TO_DATA is relative to.
 * An indirect pointer is bad here: nothing this reads needs one. */
uintptr_t vt__bytes_pointer(struct vt__bytes *bytes, uint8_t encoding, uintptr_t data);

#endif
