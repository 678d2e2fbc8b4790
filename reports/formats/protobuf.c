/*
 * Messages of Protocol Buffers, as they are written.
 *
 * A field is a tag (its number and the form of its value) and the value: a number in groups of
 * seven bits, the lowest first, or a length and so many bytes.
 */
#include "config.h"

#include "reports/formats/protobuf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FORM_NUMBER 0u
#define FORM_BYTES 2u
#define NUMBER_BYTES 10u /* of 64 bits, at most */

static size_t encode(uint64_t number, unsigned char bytes[NUMBER_BYTES])
{
	size_t used = 0;

	for (; number >= 0x80; number >>= 7)
		bytes[used++] = (unsigned char)(number | 0x80);
	bytes[used++] = (unsigned char)number;
	return used;
}

static void append(struct vt__message *message, const void *bytes, size_t size)
{
	if (message->failed || !size)
		return;
	if (size > message->capacity - message->used) {
		const size_t wanted = (message->used + size) * 2 + 64;
		unsigned char *grown = realloc(message->bytes, wanted);

		if (!grown) {
			message->failed = true;
			return;
		}
		message->bytes = grown;
		message->capacity = wanted;
	}
	memcpy(message->bytes + message->used, bytes, size);
	message->used += size;
}

static void append_number(struct vt__message *message, uint64_t number)
{
	unsigned char bytes[NUMBER_BYTES];

	append(message, bytes, encode(number, bytes));
}

void vt__message_number(struct vt__message *message, unsigned field, uint64_t number)
{
	if (!number)
		return;
	append_number(message, field << 3 | FORM_NUMBER);
	append_number(message, number);
}

void vt__message_bytes(struct vt__message *message, unsigned field, const void *bytes, size_t size)
{
	append_number(message, field << 3 | FORM_BYTES);
	append_number(message, size);
	append(message, bytes, size);
}

void vt__message_numbers(struct vt__message *message, unsigned field, const uint64_t *numbers,
			 size_t count)
{
	unsigned char bytes[NUMBER_BYTES];
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += encode(numbers[i], bytes);
	if (!count)
		return;
	append_number(message, field << 3 | FORM_BYTES);
	append_number(message, size);
	for (size_t i = 0; i < count; i++)
		append_number(message, numbers[i]);
}

void vt__message_message(struct vt__message *message, unsigned field, struct vt__message *inner)
{
	message->failed |= inner->failed;
	vt__message_bytes(message, field, inner->bytes, inner->used);
	inner->used = 0;
}

int vt__message_write(struct vt__message *message, unsigned field, FILE *out)
{
	unsigned char bytes[NUMBER_BYTES];

	if (message->failed)
		return -ENOMEM;
	fwrite(bytes, 1, encode(field << 3 | FORM_BYTES, bytes), out);
	fwrite(bytes, 1, encode(message->used, bytes), out);
	if (message->used)
		fwrite(message->bytes, 1, message->used, out);
	message->used = 0;
	return 0;
}

void vt__message_release(struct vt__message *message)
{
	free(message->bytes);
	*message = (struct vt__message){.used = 0};
}
