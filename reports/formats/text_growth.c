/*
 * Text report: call sites that grow from mark to mark.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/text/escape.h"
#include "reports/findings/growth.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

void vt__text_mark_name(const struct vt__text *text, const struct vt_format_mark *mark)
{
	fputc('"', text->out);
	vt__print_raw(text->out, vt__recording_string(text->process->recording, mark->name));
	fputc('"', text->out);
}

void vt__text_growth_rate(FILE *out, const struct vt__finding_row *row)
{
	const struct vt__growth *growth = row->growth;
	char bytes[VT__UNIT_BYTES];

	if (!growth->is_counted) {
		fprintf(out, "%s a mark", vt__growth_rate(growth->bytes_per_mark, bytes));
		return;
	}
	fprintf(out, "%.1f ", growth->per_mark);
	vt__text_objects(out, 2, row->kind);
	fputs(" a mark", out);
	if (growth->bytes_per_mark > 0)
		fprintf(out, " (%s)", vt__growth_rate(growth->bytes_per_mark, bytes));
}

/* "32.0 MiB in 32", and of objects "32". */
static void write_level(const struct vt__text *text, const struct vt__growth *growth,
			uint64_t bytes, uint32_t count)
{
	char words[VT__UNIT_BYTES];

	if (bytes || !growth->is_counted)
		fprintf(text->out, "%s in ", vt__bytes(bytes, words));
	fprintf(text->out, "%" PRIu32, count);
}

int vt__text_growing(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt__growth *growth = row->growth;
	const uint32_t marks = growth->last_mark - growth->first_mark + 1;

	vt__text_growth_rate(text->out, row);
	if (!growth->is_counted)
		vt__text_place(text, row->kind, row->device);
	fputs(", by ", text->out);
	vt__text_api(text, row->api);
	fputs("\n  from ", text->out);
	write_level(text, growth, growth->first_bytes, growth->first_count);
	fputs(" to ", text->out);
	write_level(text, growth, growth->last_bytes, growth->last_count);
	fprintf(text->out, " over %" PRIu32 " marks ", marks);
	vt__text_mark_name(text, growth->mark);
	fprintf(text->out, " after warm-up (%" PRIu32 " to %" PRIu32 ")\n", growth->first_mark,
		growth->last_mark);
	if (text->brief)
		return vt__text_stack(text, row->stack);
	fprintf(text->out,
		"  in all it rose at %" PRIu32 " mark%s and fell at %" PRIu32
		"; straight line r2 %.2f, trend %.2f\n",
		growth->rises, vt__plural(growth->rises), growth->falls, growth->r_squared,
		growth->trend);
	return vt__text_stack(text, row->stack);
}

bool vt__text_growth_untold(const struct vt__process *process)
{
	const struct vt_format_mark *followed = vt__followed_marks(process->recording);

	return followed && vt__growth_obstacle(followed);
}

/* What was looked at, where marks were asked for or seen. */
void vt__text_marks(const struct vt__text *text)
{
	const struct vt_format_mark *followed = vt__followed_marks(text->process->recording);
	const char *obstacle = followed ? vt__growth_obstacle(followed) : NULL;
	const struct vt__class_words *words = &vt__class_words[VT__CLASS_GROWTH];
	size_t found = 0;

	if (!followed)
		return;
	for (size_t i = 0; i < text->process->finding_count; i++)
		found += text->process->findings[i].finding_class == VT__CLASS_GROWTH;
	fputs("growth: ", text->out);
	if (obstacle)
		fprintf(text->out, "%s", obstacle);
	else if (found)
		fprintf(text->out, "%zu %s", found, found == 1 ? words->one : words->many);
	else
		fputs("none found", text->out);
	fprintf(text->out, "; %" PRIu64 " mark%s ", followed->count, vt__plural(followed->count));
	vt__text_mark_name(text, followed);
	fprintf(text->out, ", %s", vt__marker_words(followed->marker));
	if (followed->count && followed->count < VT__GROWTH_MARKS_LEAST)
		fprintf(text->out, " (%u are needed)", VT__GROWTH_MARKS_LEAST);
	fputc('\n', text->out);
}
