/*
 * Two runs beside one another, as a page.
 */
#include "config.h"

#include "reports/formats/diff_writer.h"
#include "reports/formats/page.h"

static int write_diff(const void *closure, const struct vt__json_form *form, FILE *out)
{
	fputs("\"diff\":", out);
	return vt__diff_json_formed(closure, form, out);
}

int vt__diff_html(const struct vt__diff *diff, bool colour, FILE *out)
{
	(void)colour;
	return vt__page_write(VT__SIDE_COUNT, write_diff, diff, out);
}
