/*
 * Escapes text for JSON.
 */
#include "config.h"

#include "library/json_text.h"

#include <string.h>

#define ESCAPE_MOST 6 /* \u001f */

static const char hex[] = "0123456789abcdef";

/* Bytes of the well-formed UTF-8 character at `at`, 0 if there is none: neither
 * overlong forms nor surrogates nor numbers past U+10FFFF. */
static size_t character_bytes(const unsigned char *at)
{
	unsigned char least = 0x80, most = 0xbf;
	size_t more, i;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	more = at[0] < 0xe0 ? 1 : at[0] < 0xf0 ? 2 : 3;
	if (at[0] == 0xe0)
		least = 0xa0;
	if (at[0] == 0xed)
		most = 0x9f;
	if (at[0] == 0xf0)
		least = 0x90;
	if (at[0] == 0xf4)
		most = 0x8f;
	for (i = 1; i <= more; i++) {
		if (at[i] < least || at[i] > most)
			return 0;
		least = 0x80;
		most = 0xbf;
	}
	return more + 1;
}

/* Writes the ASCII character `c`; returns the length. */
static size_t escape_ascii(unsigned char c, char out[ESCAPE_MOST])
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *special = strchr(from, c);

	if (special) {
		out[0] = '\\';
		out[1] = to[special - from];
		return 2;
	}
	if (c >= 0x20 && c != 0x7f) {
		out[0] = (char)c;
		return 1;
	}
	memcpy(out, "\\u00", 4);
	out[4] = hex[c >> 4];
	out[5] = hex[c & 15];
	return 6;
}

size_t vt__json_escape(const char *text, char *out, size_t room)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = 0, written = 0;

	while (*at) {
		size_t bytes = character_bytes(at), piece_length;
		char piece[ESCAPE_MOST];

		if (bytes == 1) {
			piece_length = escape_ascii(*at, piece);
		} else if (bytes) {
			memcpy(piece, at, bytes);
			piece_length = bytes;
		} else {
			memcpy(piece, "\\ufffd", 6);
			piece_length = 6;
		}
		at += bytes ? bytes : 1;
		if (written == length && room - written > piece_length) {
			memcpy(out + written, piece, piece_length);
			written += piece_length;
		}
		length += piece_length;
	}
	out[written] = '\0';
	return length;
}
