/*
 * Messages of Protocol Buffers, as they are written: a field after another.
 */
#ifndef VT_REPORTS_PROTOBUF_H
#define VT_REPORTS_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Start with zeros; free what is in it with vt__message_release(). */
struct vt__message {
	unsigned char *bytes;
	size_t used, capacity;
	bool failed; /* out of memory: what is in it is not whole */
};

/* A number; none for 0, which is what a field is that is not there. */
void vt__message_number(struct vt__message *message, unsigned field, uint64_t number);

/* Numbers, of which 0 is one. */
void vt__message_numbers(struct vt__message *message, unsigned field, const uint64_t *numbers,
			 size_t count);

/* A string or another message. */
void vt__message_bytes(struct vt__message *message, unsigned field, const void *bytes, size_t size);

/* Puts `inner` into `message`, and empties it. */
void vt__message_message(struct vt__message *message, unsigned field, struct vt__message *inner);

/* Writes it as a field of the message that `out` is, and empties it. 0 or -ENOMEM; whether it
 * was written is the stream's to tell. */
int vt__message_write(struct vt__message *message, unsigned field, FILE *out);

void vt__message_release(struct vt__message *message);

#endif
