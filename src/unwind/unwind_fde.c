/*
 * Finds and decodes the frame description entry (FDE) for an address, by the
 * sorted table of .eh_frame_hdr, or entry by entry where there is none.
 */
#include "config.h"

#include <errno.h>

#include "unwind/arch/arch.h"
#include "unwind/unwind_fde.h"

#define LETTERS_MOST 4 /* of an augmentation: libunwind reads no more of them */

uintptr_t vt__bytes_pointer(struct vt__bytes *bytes, uint8_t encoding, uintptr_t data)
{
	uintptr_t itself = (uintptr_t)bytes->at;
	uintptr_t value = 0;

	switch (encoding & VT__POINTER_FORM) {
	case VT__POINTER_NATIVE:
	case VT__POINTER_U8:
	case VT__POINTER_S8:
		value = vt__bytes_number(bytes, 8);
		break;
	case VT__POINTER_U4:
		value = vt__bytes_number(bytes, 4);
		break;
	case VT__POINTER_S4:
		value = (uintptr_t)(intptr_t)(int32_t)vt__bytes_number(bytes, 4);
		break;
	case VT__POINTER_U2:
		value = vt__bytes_number(bytes, 2);
		break;
	case VT__POINTER_S2:
		value = (uintptr_t)(intptr_t)(int16_t)vt__bytes_number(bytes, 2);
		break;
	case VT__POINTER_ULEB:
		value = vt__bytes_uleb(bytes);
		break;
	case VT__POINTER_SLEB:
		value = (uintptr_t)vt__bytes_sleb(bytes);
		break;
	default:
		bytes->bad = true;
	}
	switch (encoding & (VT__POINTER_RELATION | VT__POINTER_INDIRECT)) {
	case 0:
		return value;
	case VT__POINTER_TO_ITSELF:
		return itself + value;
	case VT__POINTER_TO_DATA:
		return data + value;
	default:
		bytes->bad = true;
		return 0;
	}
}

static struct vt__bytes bytes_at(const struct vt__object *object, uintptr_t address)
{
	uintptr_t end = vt__object_end(object, address);

	return (struct vt__bytes){
		.at = (const uint8_t *)address,
		.end = (const uint8_t *)end,
		.bad = end == 0,
	};
}

/* The content of the entry (CIE or FDE) at `bytes`, which then is after
 * it. The 64-bit form (length 0xffffffff) appears in no .eh_frame. */
static struct vt__bytes entry_content(struct vt__bytes *bytes)
{
	uint64_t length = vt__bytes_number(bytes, 4);

	if (length == 0 || length == UINT32_MAX)
		bytes->bad = true;
	return vt__bytes_part(bytes, length);
}

/* Skips a pointer that nobody here needs. libunwind follows it if it is indirect:
 * then the word it leads to has to be the object's own. */
static void pass_pointer(const struct vt__object *object, struct vt__bytes *bytes, uint8_t encoding,
			 struct vt__fde *fde)
{
	struct vt__bytes copy = *bytes;
	uintptr_t target;

	if (encoding == VT__POINTER_OMITTED)
		return;
	target = vt__bytes_pointer(&copy, encoding & ~VT__POINTER_INDIRECT, 0);
	/* relative to what is not known here */
	if (copy.bad || (encoding & VT__POINTER_RELATION) == VT__POINTER_TO_DATA)
		fde->is_plain = false;
	if (encoding & VT__POINTER_INDIRECT) {
		copy = bytes_at(object, target);
		vt__bytes_number(&copy, sizeof(target));
		fde->is_plain &= !copy.bad;
	}
	vt__bytes_pointer(bytes, encoding & VT__POINTER_FORM, 0);
}

/* Augmentation data in the order of the letters after 'z'. */
static void read_augmentation(const struct vt__object *object, struct vt__bytes data,
			      const char *letters, struct vt__fde *fde)
{
	for (; *letters; letters++) {
		switch (*letters) {
		case 'R':
			fde->encoding = vt__bytes_u8(&data);
			break;
		case 'P':
			/* the personality routine */
			pass_pointer(object, &data, vt__bytes_u8(&data), fde);
			break;
		case 'L':
			fde->specific = vt__bytes_u8(&data);
			break;
		case 'S':
			fde->signal_frame = true;
			break;
		default:
			if (vt__arch_augments(*letters))
				break;
			/* what follows an unknown letter has no known size */
			fde->is_plain = false;
			return;
		}
	}
	fde->is_plain &= !data.bad;
}

static bool read_cie(const struct vt__object *object, uintptr_t address, struct vt__fde *fde)
{
	struct vt__bytes bytes = bytes_at(object, address);
	struct vt__bytes content = entry_content(&bytes);
	const char *letters;
	uint8_t version;

	if (vt__bytes_number(&content, 4) != 0)
		return false;
	version = vt__bytes_u8(&content);
	letters = (const char *)content.at;
	while (vt__bytes_u8(&content)) {
	}
	if (content.bad || (version != 1 && version != 3))
		return false;
	fde->code_align = vt__bytes_uleb(&content);
	fde->data_align = vt__bytes_sleb(&content);
	fde->return_register = version == 1 ? vt__bytes_u8(&content) : vt__bytes_uleb(&content);
	fde->encoding = VT__POINTER_NATIVE;
	fde->specific = VT__POINTER_OMITTED;
	fde->is_plain = strlen(letters) <= LETTERS_MOST;
	if (letters[0] == 'z')
		read_augmentation(object, vt__bytes_part(&content, vt__bytes_uleb(&content)),
				  letters + 1, fde);
	else if (letters[0])
		return false;
	fde->initial = content;
	fde->augmented = letters[0] == 'z';
	return !content.bad;
}

/* Decodes the FDE whose content is given. False for a CIE as well. */
static bool read_fde(const struct vt__object *object, struct vt__bytes content, struct vt__fde *out)
{
	struct vt__fde fde = {0};
	uintptr_t position = (uintptr_t)content.at;
	uint64_t back = vt__bytes_number(&content, 4);

	if (content.bad || back == 0 || !read_cie(object, position - back, &fde))
		return false;
	fde.code = vt__bytes_pointer(&content, fde.encoding, 0);
	fde.code_length = vt__bytes_pointer(&content, fde.encoding & VT__POINTER_FORM, 0);
	if (fde.augmented) {
		struct vt__bytes data = vt__bytes_part(&content, vt__bytes_uleb(&content));

		pass_pointer(object, &data, fde.specific, &fde);
		fde.is_plain &= !data.bad;
	}
	if (content.bad)
		return false;
	fde.program = content;
	*out = fde;
	return true;
}

static bool covers(const struct vt__fde *fde, uintptr_t pc)
{
	return pc - fde->code < fde->code_length;
}

/* Entry by entry: for objects whose header has no sorted table. What ends it is the end
 * of the table. libunwind would read on, so that nothing of it is plain. */
static int scan(const struct vt__object *object, uintptr_t frames, uintptr_t pc,
		struct vt__fde *out)
{
	struct vt__bytes bytes = bytes_at(object, frames);
	struct vt__fde fde;

	while (!bytes.bad) {
		if (read_fde(object, entry_content(&bytes), &fde) && covers(&fde, pc)) {
			fde.is_plain = false;
			*out = fde;
			return 0;
		}
	}
	return -ENOENT;
}

/* The address of the FDE in the last row of the sorted table that begins at or
 * before `pc`. A row is two signed numbers of `size` bytes, the code and the
 * FDE, both relative to the header. 0 if there is none. */
static uintptr_t search(const struct vt__bytes *table, uint64_t count, size_t size,
			uintptr_t header, uintptr_t pc)
{
	uint8_t encoding = VT__POINTER_TO_DATA | (size == 4 ? VT__POINTER_S4 : VT__POINTER_S8);
	struct vt__bytes row = *table;
	uint64_t low = 0;
	uint64_t high = count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		row.at = table->at + middle * 2 * size;
		if (vt__bytes_pointer(&row, encoding, header) <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	row.at = table->at + (low - 1) * 2 * size + size;
	return vt__bytes_pointer(&row, encoding, header);
}

int vt__fde_find(const struct vt__object *object, uintptr_t pc, struct vt__fde *out)
{
	uintptr_t header = object->frame_header;
	struct vt__bytes bytes = bytes_at(object, header);
	uint8_t version = vt__bytes_u8(&bytes);
	uint8_t frames_encoding = vt__bytes_u8(&bytes);
	uint8_t count_encoding = vt__bytes_u8(&bytes);
	uint8_t table_encoding = vt__bytes_u8(&bytes);
	size_t size = (table_encoding & VT__POINTER_FORM) == VT__POINTER_S4 ? 4 : 8;
	uintptr_t frames, at;
	uint64_t count;
	struct vt__bytes entry;
	struct vt__fde fde;

	if (!header)
		return -ENOENT;
	if (bytes.bad || version != 1)
		return -EBADMSG;
	if (frames_encoding == VT__POINTER_OMITTED)
		return -ENOENT;
	frames = vt__bytes_pointer(&bytes, frames_encoding, header);
	if (bytes.bad)
		return -EBADMSG;
	if (count_encoding == VT__POINTER_OMITTED ||
	    (table_encoding != (VT__POINTER_TO_DATA | VT__POINTER_S4) &&
	     table_encoding != (VT__POINTER_TO_DATA | VT__POINTER_S8)))
		return scan(object, frames, pc, out);
	count = vt__bytes_pointer(&bytes, count_encoding, header);
	if (bytes.bad || count > vt__bytes_left(&bytes) / (2 * size))
		return -EBADMSG;
	at = search(&bytes, count, size, header, pc);
	if (!at)
		return -ENOENT;
	entry = bytes_at(object, at);
	if (!read_fde(object, entry_content(&entry), &fde))
		return -EBADMSG;
	if (!covers(&fde, pc))
		return -ENOENT;
	fde.is_plain &= size == 4; /* libunwind knows no other */
	*out = fde;
	return 0;
}
