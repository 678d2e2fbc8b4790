/*
 * JSON report: how a value becomes bytes.
 */
#include "config.h"

#include <string.h>

#include "reports/formats/json.h"

/* In JSON a DEL can only be inside of a string. */
static int write_escaped(const char *bytes, size_t size, void *closure)
{
	FILE *out = closure;
	size_t run;

	while (size) {
		const char *at = memchr(bytes, 0x7f, size);

		run = at ? (size_t)(at - bytes) : size;
		fwrite(bytes, 1, run, out);
		if (at)
			fputs("\\u007f", out);
		run += at != NULL;
		bytes += run;
		size -= run;
	}
	return ferror(out) ? -1 : 0;
}

int vt__json_dump(const json_t *value, FILE *out, size_t flags)
{
	return json_dump_callback(value, write_escaped, out, VT__JSON_FLAGS | flags);
}
