/*
 * Gate report as a page: that of all recordings, and the judgement.
 */
#include "config.h"

#include "reports/formats/gate_writer.h"
#include "reports/formats/page.h"
#include "reports/formats/writer.h"

struct part {
	const struct vt__gate *gate;
	const struct vt__json_form *form;
};

static int write_more(const void *closure, FILE *out)
{
	const struct part *part = closure;
	const int error = vt__page_verdict(part->gate->analysis, out);

	return error ? error : vt__gate_json_part(part->gate, part->form, out);
}

static int write_report(const void *closure, const struct vt__json_form *form, FILE *out)
{
	const struct vt__gate *gate = closure;
	const struct part part = {gate, form};

	fputs("\"report\":", out);
	return vt__write_json_with(gate->analysis, form, write_more, &part, out);
}

int vt__gate_write_html(const struct vt__gate *gate, FILE *out)
{
	return vt__page_write(gate->analysis->process_count, write_report, gate, out);
}
