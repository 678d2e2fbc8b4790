/*
 * Names of Python frames as text.
 */
#include "config.h"

#include "python/contents.h"

#define BYTE_FIRST 0xdc80u /* a byte of a file name that Python could not decode, and the last */
#define BYTE_LAST 0xdcffu
#define UNKNOWN 0xfffdu

struct text {
	char *bytes;
	size_t room;
	size_t length;
};

static uint32_t character(const struct vt__part *part, size_t number)
{
	uintptr_t at = part->data + number * part->width;

	if (part->width == 4)
		return vt__read_half(at);
	if (part->width == 2)
		return vt__read_byte(at) | (uint32_t)vt__read_byte(at + 1) << 8;
	return vt__read_byte(at);
}

/* False, and nothing of it, when it does not fit. */
static bool add(struct text *text, uint32_t character)
{
	static const unsigned leads[] = {0, 0xc0, 0xe0, 0xf0};
	unsigned more, lead;

	if (character == 0 || character > 0x10ffff)
		character = UNKNOWN;
	more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
	if (character >= BYTE_FIRST && character <= BYTE_LAST) {
		character -= 0xdc00;
		more = 0;
	}
	if (text->length + more + 2 > text->room)
		return false;
	lead = leads[more];
	for (unsigned left = more + 1; left--;) {
		unsigned bits = character >> 6 * left & (left == more ? 0xff : 0x3f);

		text->bytes[text->length++] = (char)(left == more ? lead | bits : 0x80 | bits);
	}
	return true;
}

static void write(const struct vt__part *part, char *bytes, size_t room)
{
	struct text text = {.bytes = bytes, .room = room};

	for (size_t i = 0; i < part->bytes / part->width; i++)
		if (!add(&text, character(part, i)))
			break;
	bytes[text.length] = '\0';
}

void vt__python_name(const struct vt__python_frame *frame, struct vt__python_names *out)
{
	const struct vt__python *python = atomic_load_explicit(&vt__python_found,
							       memory_order_acquire);
	struct vt__pages pages = {0};
	struct vt__contents contents;

	out->function[0] = out->file[0] = '\0';
	out->line = out->first_line = 0;
	if (!python || !vt__contents_read(python->layout, &pages, frame->code, &contents))
		return;
	write(&contents.parts[VT__PART_NAME], out->function, sizeof(out->function));
	write(&contents.parts[VT__PART_FILE], out->file, sizeof(out->file));
	out->first_line = contents.first_line > 0 ? (uint32_t)contents.first_line : 0;
	out->line = frame->line ? frame->line
				: vt__contents_line(python->layout, &contents, frame->offset);
}
