/*
 * Python's pickle, protocol 4, as it is written. Numbers are little-endian.
 */
#include "config.h"

#include "reports/formats/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"

#define PROTOCOL 4
#define ITEMS_AT_ONCE 1000u

/* The codes that are used, by their names in Python's pickle.py. */
enum code {
	MARK = '(',
	STOP = '.',
	BININT1 = 'K',
	BININT2 = 'M',
	BINGET = 'h',
	LONG_BINGET = 'j',
	BINUNICODE = 'X',
	SHORT_BINUNICODE = 0x8c,
	NONE = 'N',
	EMPTY_LIST = ']',
	APPENDS = 'e',
	EMPTY_DICT = '}',
	SETITEMS = 'u',
	PROTO = 0x80,
	TUPLE2 = 0x86,
	NEWTRUE = 0x88,
	NEWFALSE = 0x89,
	LONG1 = 0x8a,
	MEMOIZE = 0x94,
};

static void put(struct vt__pickle *pickle, enum code code)
{
	fputc((int)code, pickle->out);
}

static void put_bytes(struct vt__pickle *pickle, uint64_t number, unsigned bytes)
{
	for (; bytes; bytes--, number >>= 8)
		fputc((int)(number & 0xff), pickle->out);
}

void vt__pickle_begin(struct vt__pickle *pickle, FILE *out)
{
	*pickle = (struct vt__pickle){.out = out};
	put(pickle, PROTO);
	put_bytes(pickle, PROTOCOL, 1);
}

void vt__pickle_end(struct vt__pickle *pickle)
{
	put(pickle, STOP);
}

/* LONG1 has a sign: one byte more where the highest bit is set. */
void vt__pickle_number(struct vt__pickle *pickle, uint64_t number)
{
	unsigned bytes = 1;

	if (number > INT64_MAX)
		number = INT64_MAX;
	if (number <= 0xffff) {
		put(pickle, number <= 0xff ? BININT1 : BININT2);
		put_bytes(pickle, number, number <= 0xff ? 1 : 2);
		return;
	}
	while (bytes < 8 && number >> (8 * bytes - 1))
		bytes++;
	put(pickle, LONG1);
	put_bytes(pickle, bytes, 1);
	put_bytes(pickle, number, bytes);
}

void vt__pickle_truth(struct vt__pickle *pickle, bool truth)
{
	put(pickle, truth ? NEWTRUE : NEWFALSE);
}

void vt__pickle_text(struct vt__pickle *pickle, const char *text)
{
	char *clean = text ? vt__clean_copy(text, false) : NULL;
	const size_t length = clean ? strlen(clean) : 0;

	pickle->failed |= text && !clean;
	if (!clean || length > INT32_MAX) {
		put(pickle, NONE);
	} else {
		put(pickle, length <= 0xff ? SHORT_BINUNICODE : BINUNICODE);
		put_bytes(pickle, length, length <= 0xff ? 1 : 4);
		fwrite(clean, 1, length, pickle->out);
	}
	free(clean);
}

void vt__pickle_pair(struct vt__pickle *pickle, uint64_t first, uint64_t second)
{
	vt__pickle_number(pickle, first);
	vt__pickle_number(pickle, second);
	put(pickle, TUPLE2);
}

void vt__pickle_dict(struct vt__pickle *pickle)
{
	put(pickle, EMPTY_DICT);
	put(pickle, MARK);
}

void vt__pickle_key(struct vt__pickle *pickle, const char *key)
{
	for (uint32_t i = 0; i < pickle->key_count; i++)
		if (!strcmp(pickle->keys[i], key)) {
			vt__pickle_again(pickle, pickle->key_memo[i]);
			return;
		}
	vt__pickle_text(pickle, key);
	if (pickle->key_count == VT__PICKLE_KEYS)
		return;
	pickle->keys[pickle->key_count] = key;
	pickle->key_memo[pickle->key_count++] = vt__pickle_remember(pickle);
}

void vt__pickle_key_number(struct vt__pickle *pickle, const char *key, uint64_t number)
{
	vt__pickle_key(pickle, key);
	vt__pickle_number(pickle, number);
}

void vt__pickle_key_text(struct vt__pickle *pickle, const char *key, const char *text)
{
	vt__pickle_key(pickle, key);
	vt__pickle_text(pickle, text);
}

void vt__pickle_dict_end(struct vt__pickle *pickle)
{
	put(pickle, SETITEMS);
}

void vt__pickle_list(struct vt__pickle *pickle, struct vt__pickle_list *list)
{
	list->count = 0;
	put(pickle, EMPTY_LIST);
	put(pickle, MARK);
}

void vt__pickle_item(struct vt__pickle *pickle, struct vt__pickle_list *list)
{
	if (++list->count % ITEMS_AT_ONCE)
		return;
	put(pickle, APPENDS);
	put(pickle, MARK);
}

void vt__pickle_list_end(struct vt__pickle *pickle)
{
	put(pickle, APPENDS);
}

uint32_t vt__pickle_remember(struct vt__pickle *pickle)
{
	put(pickle, MEMOIZE);
	return pickle->memo++;
}

void vt__pickle_again(struct vt__pickle *pickle, uint32_t number)
{
	put(pickle, number <= 0xff ? BINGET : LONG_BINGET);
	put_bytes(pickle, number, number <= 0xff ? 1 : 4);
}
