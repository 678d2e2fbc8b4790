/*
 * The door from the command to the comparison of two runs.
 */
#include "config.h"

#include "reports/diff_report.h"

#include <errno.h>
#include <string.h>

#include "reports/formats/diff_writer.h"
#include "reports/names/symbolizer.h"
#include "reports/text/progress.h"
#include "reports/text/stream.h"

const char *vt__diff_formats(void)
{
	return "text, json, html";
}

typedef int write_function(const struct vt__diff *diff, bool colour, FILE *out);

static write_function *writer_of(const char *format)
{
	if (!strcmp(format, "html"))
		return vt__diff_html;
	return strcmp(format, "json") ? vt__diff_text : vt__diff_json;
}

int vt__diff_report(struct vt__diff *diff, const char *format, bool colour, FILE *out)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	int error = symbolizer ? vt__diff_make(diff, symbolizer) : -ENOMEM;

	vt__progress_end();
	if (!error)
		error = writer_of(format)(diff, colour, out);
	if (!error)
		error = vt__stream_error(out);
	vt__diff_release(diff);
	vt__symbolizer_free(symbolizer);
	return error;
}
