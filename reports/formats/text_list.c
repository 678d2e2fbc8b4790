/*
 * Text report: the findings of all processes as one list, those that several have once.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "reports/compare/merge.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

struct entry {
	const struct vt__process *process;
	const struct vt__finding_row *row;
	size_t processes; /* that have it; 0: there is only one */
};

struct list {
	struct entry *entries;
	size_t count;
	size_t of_class[VT__CLASS_COUNT];
	size_t shown[VT__CLASS_COUNT];
};

/* By class, then largest first; else as they stand in the recordings. */
static int by_class_and_size(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->row->finding_class != b->row->finding_class)
		return (int)a->row->finding_class - (int)b->row->finding_class;
	if (a->row->sum.bytes != b->row->sum.bytes)
		return a->row->sum.bytes > b->row->sum.bytes ? -1 : 1;
	if (a->row->sum.count != b->row->sum.count)
		return a->row->sum.count > b->row->sum.count ? -1 : 1;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void add(struct list *list, const struct vt__process *process,
		const struct vt__finding_row *row, size_t processes)
{
	list->entries[list->count++] = (struct entry){process, row, processes};
	list->of_class[row->finding_class]++;
}

static int fill(struct list *list, const struct vt__text *text, const struct vt__analysis *analysis)
{
	const size_t alone = analysis->process_count > 1;
	size_t room = text->shared.count + 1;

	for (size_t i = 0; i < analysis->process_count; i++)
		room += analysis->processes[i].finding_count;
	list->entries = calloc(room, sizeof(*list->entries));
	if (!list->entries)
		return -ENOMEM;
	for (size_t i = 0; i < text->shared.count; i++)
		add(list, text->shared.rows[i].process, &text->shared.rows[i].row,
		    text->shared.rows[i].processes);
	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct vt__process *process = &analysis->processes[i];

		for (size_t k = 0; k < process->finding_count; k++)
			if (!process->findings[k].shared)
				add(list, process, &process->findings[k], alone);
	}
	qsort(list->entries, list->count, sizeof(*list->entries), by_class_and_size);
	return 0;
}

/* A first reading has one of these: the rest says nothing that its owner could act on. */
static bool one_is_enough(const struct vt__text *text, int what)
{
	return text->brief && (what == VT__CLASS_RETAINED || what == VT__CLASS_CACHED);
}

/* The first of each class, so that many leaks do not hide a double free; then in order. */
static size_t choose(const struct vt__text *text, struct list *list, size_t most)
{
	size_t shown = 0;

	for (int what = 0; what < VT__CLASS_COUNT; what++) {
		list->shown[what] = list->of_class[what] != 0;
		shown += list->shown[what];
	}
	for (int what = 0; what < VT__CLASS_COUNT; what++)
		while (!one_is_enough(text, what) && shown < most &&
		       list->shown[what] < list->of_class[what]) {
			list->shown[what]++;
			shown++;
		}
	return shown;
}

/* What follows the sum is of one process. */
static bool has_details(const struct vt__finding_row *row)
{
	return row->record || row->growth || row->parts || row->refused || row->references;
}

static int write_entry(struct vt__text *text, const struct entry *entry)
{
	int error;

	text->process = entry->process;
	text->processes = entry->processes;
	error = vt__text_finding(text, entry->row);
	if (!error && !text->brief && entry->processes > 1 && has_details(entry->row))
		fprintf(text->out,
			"  (but for the sum as in the first of them, process %" PRIu32 ")\n",
			vt__recording_header(entry->process->recording)->pid);
	return error;
}

/* A line: what is not shown, with its sums. */
static void write_rest(const struct vt__text *text, const struct list *list, size_t shown)
{
	const struct entry *entry = list->entries;
	const char *before = ": ";

	if (shown == list->count)
		return;
	fputs(text->brief ? "" : "\n", text->out);
	fprintf(text->out, "... %zu more", list->count - shown);
	for (int what = 0; what < VT__CLASS_COUNT; what++) {
		const size_t hidden = list->of_class[what] - list->shown[what];
		struct vt__sum sums[VT_BUCKET_COUNT] = {{0}};

		entry += list->shown[what];
		for (size_t i = 0; i < hidden; i++, entry++)
			vt__sum_add(&sums[vt__bucket_of(entry->row->kind)], entry->row->sum);
		if (!hidden)
			continue;
		fprintf(text->out, "%s%zu %s", before, hidden,
			hidden == 1 ? vt__class_words[what].one : vt__class_words[what].many);
		if (vt__class_words[what].of_sites)
			vt__text_sums(text->out, sums);
		before = "; ";
	}
	vt__text_keep(text);
	fputs(" (to see them: --all)\n", text->out);
}

static int write_list(struct vt__text *text, const struct list *list)
{
	const struct entry *entry = list->entries;
	int error = 0;

	for (int what = 0; what < VT__CLASS_COUNT; what++) {
		for (size_t i = 0; i < list->shown[what] && !error; i++)
			error = write_entry(text, &entry[i]);
		entry += list->of_class[what];
	}
	text->processes = 0;
	return error;
}

int vt__text_findings(struct vt__text *text, const struct vt__analysis *analysis)
{
	struct list list = {.count = 0};
	int error = fill(&list, text, analysis);
	size_t shown;

	if (error)
		return error;
	shown = choose(text, &list, vt__text_limit(text, VT__TEXT_FINDINGS));
	if (text->brief && shown)
		text->brief = shown < text->brief ? text->brief / shown : 1;
	error = write_list(text, &list);
	if (!error)
		write_rest(text, &list, shown);
	free(list.entries);
	return error;
}
