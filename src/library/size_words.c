/*
 * Writes sizes as decimal fractions by integers: printf's would follow LC_NUMERIC.
 */
#include "config.h"

#include "library/size_words.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#define MIB_SHIFT 20
#define GIB_SHIFT 30

/* bytes * scale / 2^shift, rounded to the nearest, halves to even. */
static uint64_t scaled(uint64_t bytes, unsigned scale, unsigned shift)
{
	unsigned __int128 product = (unsigned __int128)bytes * scale;
	uint64_t whole = (uint64_t)(product >> shift);
	uint64_t rest = (uint64_t)product & ((UINT64_C(1) << shift) - 1);
	uint64_t half = UINT64_C(1) << (shift - 1);

	return whole + (rest > half || (rest == half && (whole & 1)));
}

static bool is_tenth_of(uint64_t bytes, unsigned shift)
{
	return bytes >= ((UINT64_C(1) << shift) + 9) / 10;
}

const char *vt__mib_words(uint64_t bytes, char out[VT__SIZE_WORDS_BYTES])
{
	uint64_t hundredths = scaled(bytes, 100, MIB_SHIFT);

	snprintf(out, VT__SIZE_WORDS_BYTES, "%" PRIu64 ".%02u", hundredths / 100,
		 (unsigned)(hundredths % 100));
	return out;
}

const char *vt__size_words(uint64_t bytes, char out[VT__SIZE_WORDS_BYTES])
{
	unsigned shift = is_tenth_of(bytes, GIB_SHIFT) ? GIB_SHIFT : MIB_SHIFT;
	uint64_t tenths = scaled(bytes, 10, shift);

	if (is_tenth_of(bytes, shift))
		snprintf(out, VT__SIZE_WORDS_BYTES, "%" PRIu64 ".%u %s", tenths / 10,
			 (unsigned)(tenths % 10), shift == GIB_SHIFT ? "GB" : "MB");
	else
		snprintf(out, VT__SIZE_WORDS_BYTES, "%" PRIu64 " B", bytes);
	return out;
}
