/*
 * How the values of options are read, by the shim and by the command that
 * checks them before a program starts.
 */
#ifndef VT_OPTION_VALUES_H
#define VT_OPTION_VALUES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VT_BYTES_FORM "a number of bytes, as 512M or 8G"
#define VT_FAIL_FORM "nth:N, every:N or site:PATTERN"
#define VT_GROWTH_FORM "mark:NAME, nvtx:NAME, call:FUNCTION or every:SECONDS"

/* Whether the bare ':' at `at` ends the entry, "key=value", that begins at
 * `entry`. Some values have colons of their own: theirs end where a key begins. */
static inline bool vt__entry_ends(const char *entry, const char *at)
{
	const bool has_colons = strncmp(entry, "fail=", 5) == 0 ||
				strncmp(entry, "growth=", 7) == 0;
	const size_t key = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");

	return !has_colons || !at[1] || (key && at[1 + key] == '=');
}

/* A number without sign; sets `end` after it. */
static inline bool vt__value_number(const char *text, const char **end, uint64_t *out)
{
	uint64_t number = 0;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (unsigned)(*text - '0'), &number))
			return false;
	*end = text;
	*out = number;
	return true;
}

/* A number with K, M, G or T after it (powers of 1024) or nothing. */
static inline bool vt__value_bytes(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	uint64_t number;

	if (!vt__value_number(text, &end, &number))
		return false;
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		if (__builtin_mul_overflow(number, 1ull << 10 * (unit - units + 1), &number))
			return false;
		end++;
	}
	if (*end || number > INT64_MAX)
		return false;
	*out = number;
	return true;
}

/* The place of `text` among the words of a CHOICE, which have '|' between them. */
static inline bool vt__value_choice(const char *words, const char *text, long *out)
{
	size_t length = strlen(text), word;

	for (long place = 0;; place++, words += word + 1) {
		word = strcspn(words, "|");
		if (word == length && strncmp(words, text, length) == 0) {
			*out = place;
			return true;
		}
		if (!words[word])
			return false;
	}
}

/* Which allocations are to fail. */
enum vt__fail {
	VT__FAIL_NONE,
	VT__FAIL_NTH,
	VT__FAIL_EVERY,
	VT__FAIL_SITE
};

struct vt__fail_value {
	enum vt__fail which;
	uint64_t number;     /* NTH, EVERY: from 1 */
	const char *pattern; /* SITE: points into the text */
};

static inline bool vt__value_fail(const char *text, struct vt__fail_value *out)
{
	struct vt__fail_value value = {VT__FAIL_NONE, 0, NULL};
	const char *end;

	if (strncmp(text, "site:", 5) == 0 && text[5]) {
		value.which = VT__FAIL_SITE;
		value.pattern = text + 5;
	} else if (strncmp(text, "nth:", 4) == 0) {
		value.which = VT__FAIL_NTH;
		text += 4;
	} else if (strncmp(text, "every:", 6) == 0) {
		value.which = VT__FAIL_EVERY;
		text += 6;
	} else if (*text) {
		return false;
	}
	if ((value.which == VT__FAIL_NTH || value.which == VT__FAIL_EVERY) &&
	    (!vt__value_number(text, &end, &value.number) || *end || !value.number))
		return false;
	*out = value;
	return true;
}

/* Which marks growth is told by. */
enum vt__growth_by {
	VT__GROWTH_BY_ANY, /* those that the program names first */
	VT__GROWTH_BY_MARK,
	VT__GROWTH_BY_NVTX,
	VT__GROWTH_BY_TIME,
	VT__GROWTH_BY_CALL
};

struct vt__growth_value {
	enum vt__growth_by by;
	const char *name;   /* MARK, NVTX, CALL: points into the text; TIME: all of it */
	uint64_t period_ns; /* TIME */
};

/* Seconds with up to 9 decimals, more than 0, as nanoseconds. */
static inline bool vt__value_seconds(const char *text, uint64_t *out_ns)
{
	uint64_t seconds, ns, digit = 100000000;
	const char *end;

	if (!vt__value_number(text, &end, &seconds) || seconds > 1000000000)
		return false;
	ns = seconds * 1000000000;
	if (*end == '.' && end[1])
		for (end++; *end >= '0' && *end <= '9' && digit; end++, digit /= 10)
			ns += digit * (uint64_t)(*end - '0');
	if (*end || !ns)
		return false;
	*out_ns = ns;
	return true;
}

static inline bool vt__value_growth(const char *text, struct vt__growth_value *out)
{
	struct vt__growth_value value = {VT__GROWTH_BY_ANY, text, 0};

	if (strncmp(text, "mark:", 5) == 0 && text[5]) {
		value.by = VT__GROWTH_BY_MARK;
		value.name = text + 5;
	} else if (strncmp(text, "nvtx:", 5) == 0 && text[5]) {
		value.by = VT__GROWTH_BY_NVTX;
		value.name = text + 5;
	} else if (strncmp(text, "call:", 5) == 0 && text[5]) {
		value.by = VT__GROWTH_BY_CALL;
		value.name = text + 5;
	} else if (strncmp(text, "every:", 6) == 0) {
		value.by = VT__GROWTH_BY_TIME;
		if (!vt__value_seconds(text + 6, &value.period_ns))
			return false;
	} else if (*text) {
		return false;
	}
	*out = value;
	return true;
}

#endif
