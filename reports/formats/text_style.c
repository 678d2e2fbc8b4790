/*
 * Text report: what each of its parts writes with.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/formats/fit.h"
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

void vt__text_keep(const struct vt__text *text)
{
	if (text->width)
		fputc(VT__FIT_MARK, text->out);
}

size_t vt__text_limit(const struct vt__text *text, size_t most)
{
	return text->all ? SIZE_MAX : most;
}

void vt__text_more(const struct vt__text *text, enum vt__section section)
{
	static const char *const words[] = {
#define VT__SECTION(id, word, what) [VT__SECTION_##id] = word,
		VT__SECTIONS(VT__SECTION)
#undef VT__SECTION
	};

	vt__text_keep(text);
	vt__style(text, VT__DIM);
	fprintf(text->out, " (--show %s)", words[section]);
	vt__style(text, VT__PLAIN);
	fputc('\n', text->out);
}

void vt__text_times(const struct vt__text *text, uint64_t count)
{
	if (count > 1)
		fprintf(text->out, ", %" PRIu64 " times", count);
}
