/*
 * The gate's judgement as Markdown, for a comment on a pull request or for
 * $GITHUB_STEP_SUMMARY.
 *
 * GitHub refuses comments above 65536 characters: the page is made of pieces,
 * and a piece that does not fit is left out and counted.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/formats/gate_words.h"
#include "reports/formats/gate_writer.h"
#include "reports/text/markdown.h"
#include "reports/text/units.h"

/* In bytes, which are never fewer than characters: up to which each part may fill
 * the page. What follows a part always finds room for what it must say. */
#define UNTIL_REASONS 8000
#define UNTIL_TABLE 30000
#define UNTIL_STACKS 50000
#define UNTIL_LISTS 58000
#define LIST_ROWS 20

/* ---- Parts of the page -------------------------------------------------------------------- */

/* One item of a list; `name` is freed. As vt__page_keep(). */
static int put_item(struct vt__page *page, char *name, size_t until)
{
	int error = vt__page_begin(page), kept;

	if (error) {
		free(name);
		return error;
	}
	fputs("- ", page->piece);
	error = vt__put_name(page->piece, name);
	fputc('\n', page->piece);
	kept = vt__page_keep(page, until);
	return error ? error : kept;
}

static int write_verdict(struct vt__page *page, const struct vt__gate *gate)
{
	int error = 0;
	size_t i;

	vt__page_say(page, "### vramtrack gate: %s\n\n", vt__gate_verdict_words(gate->verdict));
	for (i = 0; !error && i < gate->reason_count; i++)
		error = put_item(page, vt__clean_copy(gate->reasons[i], false), UNTIL_REASONS);
	if (error == -ENOSPC)
		vt__page_say(page, "- and %zu more\n", gate->reason_count - i + 1);
	return error == -ENOSPC ? 0 : error;
}

static int put_row(struct vt__page *page, const struct vt__gate *gate,
		   const struct vt__judged *judged)
{
	FILE *out = page->piece;
	char bytes[VT__UNIT_BYTES];
	int error;

	(void)gate;
	fprintf(out, "| %s | ", vt__class_words[judged->row->finding_class].one);
	error = vt__put_name(out, vt__gate_title(judged));
	fprintf(out, " | %s | %" PRIu64 " | %zu | ", vt__bytes(judged->sum.bytes, bytes),
		judged->sum.count, judged->processes);
	if (!error)
		error = vt__put_name(out, vt__gate_standing(judged));
	fputs(" |\n", out);
	return error;
}

static int put_stack(struct vt__page *page, const struct vt__gate *gate,
		     const struct vt__judged *judged)
{
	FILE *out = page->piece;
	int error;

	fprintf(out, "<details><summary>%s ", vt__class_words[judged->row->finding_class].heading);
	error = vt__put_name(out, vt__gate_title(judged));
	fputs("</summary>\n\n<pre>\n", out);
	if (!error)
		error = vt__put_lines(out, vt__gate_lines(gate, judged));
	fputs("\n</pre>\n\n</details>\n\n", out);
	return error;
}

/* A piece for each failing finding, until one does not fit; `left_out` may be NULL. */
static int put_failures(struct vt__page *page, const struct vt__gate *gate, size_t until,
			int (*put)(struct vt__page *page, const struct vt__gate *gate,
				   const struct vt__judged *judged),
			size_t *left_out)
{
	int error = 0;
	size_t i;

	for (i = 0, *left_out = 0; !error && i < gate->judged_count; i++) {
		int kept;

		if (!gate->judged[i].fails)
			continue;
		if (*left_out) {
			++*left_out;
			continue;
		}
		error = vt__page_begin(page);
		if (error)
			return error;
		error = put(page, gate, &gate->judged[i]);
		kept = vt__page_keep(page, until);
		if (!error && kept == -ENOSPC)
			*left_out = 1;
		else if (!error)
			error = kept;
	}
	return error;
}

static int write_failures(struct vt__page *page, const struct vt__gate *gate)
{
	size_t count = 0, left_out;
	int error;

	for (size_t i = 0; i < gate->judged_count; i++)
		count += gate->judged[i].fails;
	if (!count)
		return 0;
	vt__page_say(page, "\n| Finding | Where | Bytes | Count | Processes | Standing |\n"
			   "|---|---|--:|--:|--:|---|\n");
	error = put_failures(page, gate, UNTIL_TABLE, put_row, &left_out);
	vt__page_say(page, "\n");
	if (!error && left_out)
		vt__page_say(page,
			     "%zu of %zu failing findings are not in this table: it would be too "
			     "long.\n\n",
			     left_out, count);
	if (!error)
		error = put_failures(page, gate, UNTIL_STACKS, put_stack, &left_out);
	if (!error && left_out)
		vt__page_say(
			page,
			"The stacks of %zu of %zu failing findings are left out: the page would "
			"be too long.\n",
			left_out, count);
	return error;
}

/* ---- What does not fail ------------------------------------------------------------------ */

/* What a list is made of: the description of row `number`, NULL if out of memory;
 * `is` tells which rows of the judgement are its own. */
struct list {
	const char *title;
	size_t (*count)(const struct vt__gate *gate);
	bool (*is)(const struct vt__gate *gate, size_t number); /* NULL: all */
	char *(*describe)(const struct vt__gate *gate, size_t number);
};

static size_t count_judged(const struct vt__gate *gate)
{
	return gate->judged_count;
}

static size_t count_sure(const struct vt__gate *gate)
{
	return gate->gone_unsure ? 0 : gate->gone_count;
}

static size_t count_unsure(const struct vt__gate *gate)
{
	return gate->gone_unsure ? gate->gone_count : 0;
}

static size_t count_idle(const struct vt__gate *gate)
{
	return gate->idle_count;
}

static bool is_known(const struct vt__gate *gate, size_t number)
{
	return !gate->judged[number].fails && gate->judged[number].standing == VT__STANDING_KNOWN;
}

static bool is_suppressed(const struct vt__gate *gate, size_t number)
{
	return !gate->judged[number].fails &&
	       gate->judged[number].standing == VT__STANDING_SUPPRESSED;
}

static bool is_allowed(const struct vt__gate *gate, size_t number)
{
	return !gate->judged[number].fails && !is_known(gate, number) &&
	       !is_suppressed(gate, number);
}

static char *describe_judged(const struct vt__gate *gate, size_t number)
{
	const struct vt__judged *judged = &gate->judged[number];
	char *sum = vt__gate_sum(judged), *title = vt__gate_title(judged);
	char *standing = vt__gate_standing(judged), *text;

	if (!sum || !title || !standing ||
	    asprintf(&text, "%s: %s: %s; %s", vt__class_words[judged->row->finding_class].one, sum,
		     title, standing) < 0)
		text = NULL;
	free(sum);
	free(title);
	free(standing);
	return text;
}

static char *describe_gone(const struct vt__gate *gate, size_t number)
{
	return vt__gate_gone(gate, &gate->gone[number]);
}

static char *describe_idle(const struct vt__gate *gate, size_t number)
{
	return vt__gate_idle(gate, &gate->idle[number]);
}

static size_t count_rows(const struct vt__gate *gate, const struct list *list)
{
	size_t rows = 0;

	for (size_t i = 0; i < list->count(gate); i++)
		rows += !list->is || list->is(gate, i);
	return rows;
}

static int write_list(struct vt__page *page, const struct vt__gate *gate, const struct list *list)
{
	const size_t rows = count_rows(gate, list);
	size_t shown = 0;
	int error = 0;

	if (!rows)
		return 0;
	vt__page_say(page, "\n<details><summary>%s: %zu</summary>\n\n", list->title, rows);
	for (size_t i = 0; !error && shown < LIST_ROWS && i < list->count(gate); i++) {
		if (list->is && !list->is(gate, i))
			continue;
		error = put_item(page, list->describe(gate, i), UNTIL_LISTS);
		shown += !error;
	}
	if (error && error != -ENOSPC)
		return error;
	if (shown < rows)
		vt__page_say(page, "- and %zu more\n", rows - shown);
	vt__page_say(page, "\n</details>\n");
	return 0;
}

int vt__gate_write_markdown(const struct vt__gate *gate, FILE *out)
{
	static const struct list lists[] = {
		{"Allowed by the policy", count_judged, is_allowed, describe_judged},
		{"In the baseline", count_judged, is_known, describe_judged},
		{"Suppressed", count_judged, is_suppressed, describe_judged},
		{"Gone: in the baseline and not found any more", count_sure, NULL, describe_gone},
		{"In the baseline and not found this time", count_unsure, NULL, describe_gone},
		{"Suppressions that did nothing", count_idle, NULL, describe_idle},
	};
	struct vt__page page = {.out = out};
	int error = write_verdict(&page, gate);

	if (!error)
		error = write_failures(&page, gate);
	for (size_t i = 0; !error && i < sizeof(lists) / sizeof(*lists); i++)
		error = write_list(&page, gate, &lists[i]);
	return error;
}
