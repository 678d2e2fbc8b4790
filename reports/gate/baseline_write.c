/*
 * Writes baselines.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/atomic_file.h"
#include "reports/gate/baseline.h"

#define TITLE_BYTES 256

/* A line to be. */
struct row {
	const struct vt__judged *judged;
	char title[TITLE_BYTES];
};

static const char *class_of(const struct vt__judged *judged)
{
	return vt__class_words[judged->row->finding_class].json;
}

static int by_class_and_title(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = strcmp(class_of(a->judged), class_of(b->judged));

	if (!order)
		order = strcmp(a->title, b->title);
	return order ? order : strcmp(a->judged->identity, b->judged->identity);
}

/* What is only worth a look is no finding to be known, unless the policy names it. */
static bool belongs(const struct vt__judged *judged)
{
	if (judged->standing == VT__STANDING_SUPPRESSED)
		return false;
	return vt__class_words[judged->row->finding_class].is_finding || judged->clause ||
	       judged->standing != VT__STANDING_NEW;
}

static void write_row(FILE *out, const struct row *row, const struct vt__known *known,
		      struct vt__tolerance tolerance)
{
	const struct vt__judged *judged = row->judged;
	const uint32_t kind = judged->row->kind;

	if (known)
		tolerance = known->tolerance;
	fprintf(out, "%s%s %s %s %" PRIu64 " %" PRIu64 " %" PRIu64 "%s %s\n",
		known ? known->comment : "", judged->identity, class_of(judged),
		kind < VT_KIND_COUNT ? vt__kind_words[kind].json : "-", judged->sum.bytes,
		judged->sum.count, tolerance.amount, tolerance.is_share ? "%" : "", row->title);
}

static struct row *make_rows(const struct vt__gate *gate, size_t *count)
{
	struct row *rows = calloc(gate->judged_count + 1, sizeof(*rows));

	*count = 0;
	for (size_t i = 0; rows && i < gate->judged_count; i++) {
		if (!belongs(&gate->judged[i]))
			continue;
		rows[*count].judged = &gate->judged[i];
		vt__judged_place(&gate->judged[i], rows[*count].title, TITLE_BYTES);
		(*count)++;
	}
	if (rows)
		qsort(rows, *count, sizeof(*rows), by_class_and_title);
	return rows;
}

int vt__baseline_write(const char *path, const struct vt__gate *gate,
		       const struct vt__baseline *old, struct vt__tolerance tolerance,
		       size_t *count)
{
	struct vt__atomic_file file;
	struct vt__known known;
	size_t rows_count;
	struct row *rows = make_rows(gate, &rows_count);
	int error = rows ? vt__atomic_open(&file, path) : -ENOMEM;

	if (error) {
		free(rows);
		return error;
	}
	fputs(VT__BASELINE_FORMAT "\n"
				  "# Known findings, by vramtrack gate --update-baseline. A line:\n"
				  "# identity class kind bytes count tolerance title\n\n",
	      file.out);
	for (size_t i = 0; i < rows_count; i++) {
		const bool is_known = old && vt__baseline_knows(old, rows[i].judged, &known);

		write_row(file.out, &rows[i], is_known ? &known : NULL, tolerance);
	}
	free(rows);
	error = vt__atomic_commit(&file);
	if (!error)
		*count = rows_count;
	return error;
}
