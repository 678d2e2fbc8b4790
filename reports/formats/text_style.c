/*
 * Text report: what each of its parts writes with.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/formats/text.h"

void vt__style(const struct vt__text *text, enum vt__style style)
{
	static const char *const codes[] = {
		[VT__PLAIN] = "0",  [VT__BOLD] = "1",    [VT__DIM] = "2",
		[VT__RED] = "1;31", [VT__YELLOW] = "33", [VT__GREEN] = "32",
	};

	if (text->colour)
		fprintf(text->out, "\033[%sm", codes[style]);
}

void vt__text_times(const struct vt__text *text, uint64_t count)
{
	if (count > 1)
		fprintf(text->out, ", %" PRIu64 " times", count);
}
