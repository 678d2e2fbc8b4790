/*
 * Gate report in text: what fails with its stack, the rest in a line each, and
 * the verdict last.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/text/escape.h"
#include "reports/formats/gate_words.h"
#include "reports/formats/gate_writer.h"
#include "reports/formats/text.h"
#include "reports/text/stream.h"
#include "reports/text/units.h"

/* Lines of a kind that a terminal can bear; the other formats have all. */
#define FAILING 20
#define LISTED 20

/* Writes a text of its own and frees it. 0 or -ENOMEM. */
static int put(FILE *out, const char *before, char *text, const char *behind)
{
	if (!text)
		return -ENOMEM;
	fprintf(out, "%s%s%s", before, text, behind);
	free(text);
	return 0;
}

static int write_failing(const struct vt__gate *gate, const struct vt__judged *judged, FILE *out)
{
	int error = put(out, "\n", vt__gate_standing(judged), "");

	if (!error) {
		fprintf(out, ", beyond the policy \"%s\"", judged->clause);
		if (judged->processes > 1)
			fprintf(out, "; in %zu processes, of which this is one", judged->processes);
		error = put(out, "; in all ", vt__gate_sum(judged), "\n");
	}
	return error ? error : put(out, "", vt__gate_lines(gate, judged), "");
}

static int write_listed(const struct vt__judged *judged, FILE *out)
{
	int error = put(out, "  ", vt__gate_sum(judged), "");

	fprintf(out, ", %s", vt__class_words[judged->row->finding_class].one);
	if (judged->row->keeper.name) {
		fputs(" (", out);
		vt__print_escaped(out, judged->row->keeper.name);
		fputc(')', out);
	}
	fputs(": ", out);
	if (!error)
		error = put(out, "", vt__gate_title(judged), "");
	return error ? error : put(out, "; ", vt__gate_standing(judged), "\n");
}

static void write_rest(size_t count, size_t limit, FILE *out)
{
	if (count > limit)
		fprintf(out, "  ... and %zu more (--report json=FILE has all)\n", count - limit);
}

static int write_all_failing(const struct vt__gate *gate, FILE *out)
{
	size_t i;
	int error = 0;

	for (i = 0; i < gate->judged_count && gate->judged[i].fails && !error; i++)
		if (i < FAILING)
			error = write_failing(gate, &gate->judged[i], out);
	write_rest(i, FAILING, out);
	return error;
}

static int write_all_listed(const struct vt__gate *gate, FILE *out)
{
	size_t count = 0;
	int error = 0;

	for (size_t i = 0; i < gate->judged_count && !error; i++) {
		if (gate->judged[i].fails)
			continue;
		if (!count)
			fputs("\nwithin the policy:\n", out);
		if (count++ < LISTED)
			error = write_listed(&gate->judged[i], out);
	}
	write_rest(count, LISTED, out);
	return error;
}

/* Objects that no clause asks for: how many of each kind. */
static void write_objects(const struct vt__gate *gate, FILE *out)
{
	for (size_t i = 0; i < gate->judged_count; i++)
		if (gate->judged[i].row->finding_class == VT__CLASS_HELD_OBJECT)
			return;
	if (!gate->analysis->summary.occurrences[VT__CLASS_HELD_OBJECT])
		return;
	fputs("\nnever destroyed, which this policy does not ask for (--fail-on held_object):\n  ",
	      out);
	vt__text_kinds(out, gate->analysis->summary.objects);
	fputc('\n', out);
}

static int write_gone(const struct vt__gate *gate, FILE *out)
{
	int error = 0;

	if (gate->gone_count)
		fputs(gate->gone_unsure
			      ? "\nin the baseline, and not found this time:\n"
			      : "\nin the baseline, and not found any more (--update-baseline takes "
				"it out):\n",
		      out);
	for (size_t i = 0; i < gate->gone_count && i < LISTED && !error; i++)
		error = put(out, "  ", vt__gate_gone(gate, &gate->gone[i]), "\n");
	write_rest(gate->gone_count, LISTED, out);
	return error;
}

static int write_idle(const struct vt__gate *gate, FILE *out)
{
	int error = 0;

	if (gate->idle_count)
		fputs("\nsuppressions without effect:\n", out);
	for (size_t i = 0; i < gate->idle_count && i < LISTED && !error; i++)
		error = put(out, "  ", vt__gate_idle(gate, &gate->idle[i]), "\n");
	write_rest(gate->idle_count, LISTED, out);
	return error;
}

int vt__gate_write_verdict(const struct vt__gate *gate, FILE *out)
{
	int error;

	if (gate->baseline_path) {
		fputs("vramtrack gate: baseline written: ", out);
		vt__print_escaped(out, gate->baseline_path);
		fprintf(out, " has %zu finding%s now\n", gate->baseline_count,
			vt__plural(gate->baseline_count));
		return vt__stream_error(out);
	}
	fprintf(out, "vramtrack gate: %s: ", vt__gate_verdict_words(gate->verdict));
	error = put(out, "", vt__gate_reasons(gate), "\n");
	return error ? error : vt__stream_error(out);
}

int vt__gate_write_text(const struct vt__gate *gate, FILE *out)
{
	int error = write_all_failing(gate, out);

	if (!error)
		error = write_all_listed(gate, out);
	write_objects(gate, out);
	if (!error)
		error = write_gone(gate, out);
	if (!error)
		error = write_idle(gate, out);
	if (error)
		return error;
	if (gate->judged_count || gate->gone_count || gate->idle_count ||
	    gate->analysis->summary.occurrences[VT__CLASS_HELD_OBJECT])
		fputc('\n', out);
	return vt__gate_write_verdict(gate, out);
}
