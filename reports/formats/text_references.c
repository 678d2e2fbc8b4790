/*
 * Text report: what keeps physical memory that was not given back.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/formats/text.h"

/* "its handle was not released", "2 handles were not released", "2 references by
 * handles were not released; the last was had here:" */
static void write_handles(const struct vt__text *text, const struct vt__finding_row *row,
			  const struct vt__reference_row *reference)
{
	const bool several = reference->count > 1;

	if (reference->stack != VT_FORMAT_NONE)
		fprintf(text->out,
			"  %" PRIu64
			" reference%s by its handles %s not released; retained here:%s",
			reference->count, several ? "s" : "", several ? "were" : "was",
			text->brief ? " " : "\n");
	else if (row->sum.count == 1 && !several)
		fputs("  its handle was not released\n", text->out);
	else
		fprintf(text->out, "  %" PRIu64 " handle%s %s not released\n", reference->count,
			several ? "s" : "", several ? "were" : "was");
}

static bool is_released(const struct vt__finding_row *row)
{
	for (size_t i = 0; i < row->reference_count; i++)
		if (row->references[i].how == VT_REFERENCE_HANDLE && row->references[i].count)
			return false;
	return true;
}

static void write_held(const struct vt__text *text, const struct vt__finding_row *row,
		       const struct vt__reference_row *reference)
{
	fprintf(text->out, "  %sstill ", is_released(row) ? "released, " : "");
	if (reference->how == VT_REFERENCE_MAPPING)
		fprintf(text->out, "mapped at 0x%" PRIx64, reference->start);
	else
		fputs("bound to a multicast object", text->out);
	if (reference->count > 1)
		fprintf(text->out, " and %" PRIu64 " more", reference->count - 1);
	if (reference->stack == VT_FORMAT_NONE && text->brief)
		fputc('\n', text->out);
	else
		fprintf(text->out, "; %s here:%s",
			reference->how == VT_REFERENCE_MAPPING ? "mapped" : "bound",
			text->brief ? " " : "\n");
}

int vt__text_references(struct vt__text *text, const struct vt__finding_row *row)
{
	const size_t most = text->brief ? 1 : vt__text_limit(text, VT__TEXT_REFERENCES);
	size_t i, shown = 0;
	int error = 0;

	for (i = 0; !error && i < row->reference_count && shown < most; i++) {
		const struct vt__reference_row *reference = &row->references[i];

		if (!reference->count) /* all handles are released */
			continue;
		shown++;
		if (reference->how == VT_REFERENCE_HANDLE)
			write_handles(text, row, reference);
		else
			write_held(text, row, reference);
		if (reference->stack != VT_FORMAT_NONE)
			error = (text->brief ? vt__text_site_line
					     : vt__text_stack)(text, reference->stack);
	}
	if (!text->brief && i < row->reference_count)
		fprintf(text->out, "  ... %zu more places that keep it\n",
			row->reference_count - i);
	return error;
}
