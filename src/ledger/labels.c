/*
 * Copies purposes and labels and interns them.
 */
#include "config.h"

#include "ledger/labels.h"

#include "base/table.h"

static bool continues_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Where to cut a text that goes on at `length`: before the UTF-8 character that
 * would be split. Text that is no UTF-8 is cut where it is. */
static uint32_t cut(const char *text, uint32_t length)
{
	uint32_t at = length;

	while (at && length - at < 3 && continues_character(text[at]))
		at--;
	return at && !continues_character(text[at]) ? at : length;
}

void vt__label_copy(const char *text, struct vt__label *out)
{
	uint32_t length = 0;

	/* Each byte is read once: it may change meanwhile, and ends where the copy ends. */
	do
		out->text[length] = __atomic_load_n(&text[length], __ATOMIC_RELAXED);
	while (out->text[length] && ++length < VT__LABEL_BYTES);
	if (length == VT__LABEL_BYTES)
		length = cut(out->text, VT__LABEL_BYTES - 1);
	out->text[length] = '\0';
	out->length = length;
	out->hash = vt__hash_bytes(out->text, length);
}

uint32_t vt__labels_enter(struct vt__labels *labels, struct vt__strings *strings,
			  struct vt__store *store, const struct vt__label *label)
{
	uint32_t number;

	number = vt__strings_find(strings, label->text, label->length, label->hash);
	if (number != VT_FORMAT_NONE)
		return number;
	if (labels->count == VT__LABELS_MOST) {
		vt__recording_lose(&store->recording, VT_LOSS_LABELS);
		return VT_FORMAT_NONE;
	}
	number = vt__strings_of_text(strings, store, label->text);
	labels->count += number != VT_FORMAT_NONE;
	return number;
}
