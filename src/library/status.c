/* Names and words of statuses, from the table in the public header. */
#include "config.h"

#include <vramtrack/status.h>

static const struct row {
	const char *name;
	const char *words;
} rows[] = {
#define VT_STATUS(identifier, number, words) [number] = {"VT_" #identifier, words},
	VT_STATUSES(VT_STATUS)
#undef VT_STATUS
};

static const struct row *row_of(vt_status status)
{
	static const struct row unknown = {"VT_ERROR_?",
					   "a status that this library does not know"};
	unsigned number = (unsigned)status;

	return number < sizeof(rows) / sizeof(rows[0]) ? &rows[number] : &unknown;
}

const char *vt_status_name(vt_status status)
{
	return row_of(status)->name;
}

const char *vt_status_string(vt_status status)
{
	return row_of(status)->words;
}
