/*
 * Sentences about a judgement that more than one format has.
 */
#include "config.h"

#include "reports/formats/gate_words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/findings/growth.h"
#include "reports/findings/faults.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define TITLE_BYTES 512

/* A string that is written as a stream is. */
struct sentence {
	FILE *out;
	char *text;
	size_t bytes;
};

static bool begin(struct sentence *sentence)
{
	*sentence = (struct sentence){0};
	sentence->out = open_memstream(&sentence->text, &sentence->bytes);
	return sentence->out;
}

static char *end(struct sentence *sentence, bool lines)
{
	char *clean = NULL;

	if (!fclose(sentence->out))
		clean = vt__clean_copy(sentence->text, lines);
	free(sentence->text);
	return clean;
}

const char *vt__gate_verdict_words(enum vt__verdict verdict)
{
	switch (verdict) {
	case VT__VERDICT_CLEAN:
		return "clean";
	case VT__VERDICT_FINDINGS:
		return "findings";
	case VT__VERDICT_UNCOVERED:
		return "not covered";
	case VT__VERDICT_UNREADABLE:
		return "unreadable input";
	}
	return "unknown";
}

bool vt__gate_saw_all(const struct vt__gate *gate)
{
	return !gate->incomplete &&
	       (gate->verdict == VT__VERDICT_CLEAN || gate->verdict == VT__VERDICT_FINDINGS);
}

char *vt__gate_reasons(const struct vt__gate *gate)
{
	struct sentence sentence;

	if (!begin(&sentence))
		return NULL;
	for (size_t i = 0; i < gate->reason_count; i++)
		fprintf(sentence.out, "%s%s", i ? "; " : "", gate->reasons[i]);
	return end(&sentence, false);
}

char *vt__gate_title(const struct vt__judged *judged)
{
	char title[TITLE_BYTES];

	title[0] = '\0';
	vt__judged_title(judged, title, sizeof(title));
	return vt__clean_copy(title, false);
}

/* ---- Sums and standing ------------------------------------------------------------ */

static void write_allocations(FILE *out, struct vt__sum sum)
{
	char bytes[VT__UNIT_BYTES];

	fprintf(out, "%s in %" PRIu64 " allocation%s", vt__bytes(sum.bytes, bytes), sum.count,
		vt__plural(sum.count));
}

/* `kind`: VT_FORMAT_NONE where it is not known. */
static void write_sum(FILE *out, enum vt__class what, uint32_t kind, struct vt__sum sum)
{
	/* a class newer than this is of sites */
	const bool of_sites = what == VT__CLASS_COUNT || vt__class_words[what].of_sites;
	char bytes[VT__UNIT_BYTES];

	if (what == VT__CLASS_UNATTRIBUTED_GROWTH)
		fputs(vt__bytes(sum.bytes, bytes), out);
	else if (of_sites && vt__bucket_of(kind) == VT_BUCKET_HELD)
		vt__text_object_count(out, sum, kind);
	else if (of_sites)
		write_allocations(out, sum);
	else
		fprintf(out, "%" PRIu64 " time%s", sum.count, vt__plural(sum.count));
}

char *vt__gate_sum(const struct vt__judged *judged)
{
	struct sentence sentence;

	if (!begin(&sentence))
		return NULL;
	write_sum(sentence.out, judged->row->finding_class, judged->row->kind, judged->sum);
	return end(&sentence, false);
}

static void write_standing(FILE *out, const struct vt__judged *judged)
{
	fputs(vt__standing_words(judged->standing), out);
	if (judged->standing == VT__STANDING_GROWN) {
		fputs(", then ", out);
		write_sum(out, judged->row->finding_class, judged->row->kind, judged->known);
	}
	if (judged->standing == VT__STANDING_SUPPRESSED && judged->suppressed_rule) {
		fputs(" by ", out);
		if (judged->suppressed_file)
			fprintf(out, "%s:%u: ", judged->suppressed_file, judged->suppressed_line);
		fputs(judged->suppressed_rule, out);
	}
}

char *vt__gate_standing(const struct vt__judged *judged)
{
	struct sentence sentence;

	if (!begin(&sentence))
		return NULL;
	write_standing(sentence.out, judged);
	return end(&sentence, false);
}

/* ---- One finding --------------------------------------------------------------------- */

static void write_event(const struct vt__text *text, const struct vt__judged *judged)
{
	const struct vt__finding_row *row = judged->row;

	if (row->finding_class == VT__CLASS_OUT_OF_MEMORY) {
		char bytes[VT__UNIT_BYTES];

		fputs(vt__bytes(row->sum.bytes, bytes), text->out);
		vt__text_place(text, row->kind, row->device);
		fputs(" refused", text->out);
	} else if (row->finding_class == VT__CLASS_FAULT) {
		fputs(vt__fault_words(row->record->result), text->out);
	} else if (row->record && row->record->finding_class == VT_FINDING_STALE_GRAPH) {
		vt__text_stale_reason(text, row);
	} else if (row->record) {
		vt__text_free_reason(text, row);
	}
	vt__text_times(text, judged->sum.count);
}

static void write_message(const struct vt__text *text, const struct vt__judged *judged,
			  const char *title)
{
	const struct vt__finding_row *row = judged->row;
	const struct vt__class_words *words = &vt__class_words[row->finding_class];

	fprintf(text->out, "%s: ", words->one);
	if (row->growth) {
		vt__text_growth_rate(text->out, row);
		fputs(row->stack == VT_FORMAT_NONE ? ", in all " : ", now ", text->out);
	}
	if (words->of_sites) {
		write_sum(text->out, row->finding_class, row->kind, judged->sum);
		if (vt__bucket_of(row->kind) != VT_BUCKET_HELD)
			vt__text_place(text, row->kind, row->device);
	} else {
		write_event(text, judged);
	}
	if (row->finding_class == VT__CLASS_UNATTRIBUTED_GROWTH) {
		fputs(", by no call that is seen; ", text->out);
	} else {
		fputs(", by ", text->out);
		vt__text_api(text, row->api);
		fprintf(text->out, ": %s; ", title);
	}
	write_standing(text->out, judged);
	if (judged->processes > 1)
		fprintf(text->out, "; in %zu processes", judged->processes);
	if (judged->fails && judged->clause)
		fprintf(text->out, "; fails by %s", judged->clause);
}

char *vt__gate_message(const struct vt__judged *judged, const struct vt__gate_stack *stack)
{
	char *title = vt__gate_title(judged);
	struct sentence sentence;

	if (!title || !begin(&sentence)) {
		free(title);
		return NULL;
	}
	write_message(&(struct vt__text){.out = sentence.out,
					 .process = judged->process,
					 .frames = stack->frames},
		      judged, title);
	free(title);
	return end(&sentence, false);
}

char *vt__gate_lines(const struct vt__gate *gate, const struct vt__judged *judged)
{
	struct sentence sentence;
	struct vt__text text = {.process = judged->process,
				.full_stacks = gate->analysis->full_stacks};
	char *lines, *first;
	int error;

	if (!begin(&sentence))
		return NULL;
	text.out = sentence.out;
	error = vt__text_finding(&text, judged->row);
	vt__frames_release(&text.frames);
	lines = end(&sentence, true);
	if (error || !lines) {
		free(lines);
		return NULL;
	}
	first = lines + strspn(lines, "\n");
	memmove(lines, first, strlen(first) + 1);
	return lines;
}

/* ---- What is not found ----------------------------------------------------------------- */

static const char *failed_words(const struct vt__gate *gate)
{
	return gate->program_status < 0 ? "a process failed" : "the program failed";
}

char *vt__gate_gone(const struct vt__gate *gate, const struct vt__gone *gone)
{
	struct sentence sentence;

	if (!begin(&sentence))
		return NULL;
	fprintf(sentence.out, "%s: ", gone->class_name);
	write_sum(sentence.out, vt__class_named(gone->class_name, strlen(gone->class_name)),
		  vt__kind_named(gone->kind, strlen(gone->kind)), gone->known);
	fprintf(sentence.out, ": %s", gone->title);
	if (gate->gone_unsure)
		fprintf(sentence.out, "; not sure: %s",
			gate->incomplete ? "not everything was seen" : failed_words(gate));
	return end(&sentence, false);
}

const char *vt__gate_idle_words(const struct vt__gate *gate, const struct vt__idle_rule *rule)
{
	if (rule->expired)
		return "expired";
	if (gate->incomplete)
		return "matched nothing of what was seen, which is not all";
	if (!gate->gone_unsure)
		return "matched nothing";
	return gate->program_status < 0 ? "matched nothing, and a process failed"
					: "matched nothing, and the program failed";
}

char *vt__gate_idle(const struct vt__gate *gate, const struct vt__idle_rule *rule)
{
	struct sentence sentence;

	if (!begin(&sentence))
		return NULL;
	fprintf(sentence.out, "%s:%u: %s: %s", rule->file, rule->line, rule->text,
		vt__gate_idle_words(gate, rule));
	return end(&sentence, false);
}
