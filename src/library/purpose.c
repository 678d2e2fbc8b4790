/* Names and words of purposes, from the table in the public header. */
#include "config.h"

#include <vramtrack/purpose.h>

static const struct row {
	const char *name;
	const char *words;
} rows[VT_PURPOSE_COUNT] = {
#define VT_PURPOSE(identifier, number, name, words) [number] = {name, words},
	VT_PURPOSES(VT_PURPOSE)
#undef VT_PURPOSE
};

static const struct row *row_of(vt_purpose purpose)
{
	unsigned number = (unsigned)purpose;

	return &rows[number < VT_PURPOSE_COUNT ? number : (unsigned)VT_PURPOSE_UNKNOWN];
}

const char *vt_purpose_name(vt_purpose purpose)
{
	return row_of(purpose)->name;
}

const char *vt_purpose_words(vt_purpose purpose)
{
	return row_of(purpose)->words;
}
