/*
 * Puts short texts together without stdio.
 */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "base/words.h"

void vt__text_add(struct vt__text *text, const char *more)
{
	size_t fits = text->room - 1 - text->length;
	size_t length = strlen(more);

	if (length > fits)
		length = fits;
	memcpy(text->bytes + text->length, more, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void vt__text_add_number(struct vt__text *text, uint64_t number)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	vt__text_add(text, digits + at);
}

const char *vt__text_of_error(int error)
{
	const char *words = strerrordesc_np(error);

	return words ? words : "unknown error";
}
