/*
 * Judges what was to be given back between two marks.
 */
#include "config.h"

#include "reports/gate/must_release.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/text/units.h"

#define LEAST ">="

/* Without white space at its ends. */
static char *trimmed(const char *text, size_t length)
{
	while (length && strchr(" \t", *text)) {
		text++;
		length--;
	}
	while (length && strchr(" \t", text[length - 1]))
		length--;
	return strndup(text, length);
}

static bool take_amount(const char *text, struct vt__must_release *out)
{
	const size_t length = strlen(text);
	uint64_t percent;

	if (length && text[length - 1] == '%') {
		if (!vt__parse_count(text, length - 1, &percent) || !percent || percent > 100)
			return false;
		out->percent = (unsigned)percent;
		return true;
	}
	return vt__parse_bytes(text, length, &out->bytes) && out->bytes;
}

bool vt__must_release_parse(const char *text, struct vt__must_release *out)
{
	const char *least = strstr(text, LEAST);
	char *marks = least ? trimmed(text, (size_t)(least - text)) : NULL;
	char *amount = least ? trimmed(least + strlen(LEAST), strlen(least + strlen(LEAST))) : NULL;
	bool is_rule;

	*out = (struct vt__must_release){.bytes = 0};
	is_rule = marks && amount && vt__two_marks_parse(marks, "..", &out->marks) &&
		  take_amount(amount, out);
	free(marks);
	free(amount);
	return is_rule;
}

struct sums {
	uint64_t before, after;
	bool any;
};

static int add_up(const struct vt__process *process, const struct vt__must_release *rule,
		  struct sums *sums)
{
	int error = 0;

	*sums = (struct sums){.any = false};
	for (uint32_t i = 0; !error && i < process->device_count; i++) {
		struct vt__between between;

		error = vt__between_make(process, &rule->marks, i, &between);
		if (!error && between.from && between.to) {
			sums->before += between.before;
			sums->after += between.after;
			sums->any = true;
		}
		vt__between_release(&between);
	}
	return error;
}

static bool is_enough(const struct vt__must_release *rule, const struct sums *sums)
{
	const uint64_t released = sums->before > sums->after ? sums->before - sums->after : 0;

	return rule->bytes
		       ? released >= rule->bytes
		       : (long double)released * 100 >= (long double)sums->before * rule->percent;
}

static void write_rule(FILE *out, const struct vt__must_release *rule)
{
	char bytes[VT__UNIT_BYTES];

	vt__print_escaped(out, rule->file);
	fprintf(out, ":%u: must-release ", rule->line);
	vt__print_escaped(out, rule->marks.from);
	fputs("..", out);
	vt__print_escaped(out, rule->marks.to);
	if (rule->bytes)
		fprintf(out, " >= %s: ", vt__bytes(rule->bytes, bytes));
	else
		fprintf(out, " >= %u%%: ", rule->percent);
}

static void write_shortfall(FILE *out, const struct vt__must_release *rule,
			    const struct vt__process *process, const struct sums *sums)
{
	const uint64_t released = sums->before > sums->after ? sums->before - sums->after : 0;
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES], c[VT__UNIT_BYTES];

	write_rule(out, rule);
	fprintf(out,
		"process %" PRIu32 " released %s of %s, %s is still held (vramtrack report "
		"--between %s,%s says by whom)",
		vt__recording_header(process->recording)->pid, vt__bytes(released, a),
		vt__bytes(sums->before, b), vt__bytes(sums->after, c), rule->marks.from,
		rule->marks.to);
}

static int write_unseen(FILE *out, const struct vt__must_release *rule,
			const struct vt__analysis *analysis)
{
	bool any = false;

	write_rule(out, rule);
	fputs("no process has an account of both marks; there are: ", out);
	for (size_t i = 0; i < analysis->process_count; i++) {
		char *there = vt__marks_there(&analysis->processes[i]);

		if (!there)
			return -ENOMEM;
		if (*there) {
			fprintf(out, "%s%s", any ? "; " : "", there);
			any = true;
		}
		free(there);
	}
	fputs(any ? "" : "none", out);
	return 0;
}

/* What is known of a process that came to the first mark, and not from there to the second; what
 * says more comes later. */
enum half {
	NOT_HALF,
	NEVER,
	BEFORE_ONLY /* it came to the second before that, and not since */
};

/* The clock of accounts is a coarse one: what is at the same time is in the order that is asked
 * for. */
static enum half half_of(const struct vt__process *process, const struct vt__two_marks *marks)
{
	const struct vt__recording *recording = process->recording;
	uint64_t first_from = UINT64_MAX, last_to = 0;
	bool from = false, to = false;

	for (uint32_t i = 0; i < vt__recording_accounts(recording); i++) {
		const struct vt_format_account *account = vt__recording_account(recording, i);
		const char *name = vt__raw_to_compare(
			vt__recording_string(recording, account->label));

		if (account->moment != VT_MOMENT_MARK)
			continue;
		if (!strcmp(name, marks->from)) {
			from = true;
			first_from = account->time_ns < first_from ? account->time_ns : first_from;
		}
		if (!strcmp(name, marks->to)) {
			to = true;
			last_to = account->time_ns > last_to ? account->time_ns : last_to;
		}
	}
	return !from ? NOT_HALF : !to ? NEVER : last_to < first_from ? BEFORE_ONLY : NOT_HALF;
}

static void write_half(FILE *out, const struct vt__must_release *rule,
		       const struct vt__process *process, enum half half)
{
	write_rule(out, rule);
	fprintf(out,
		"process %" PRIu32 " has an account of the mark %s and none of %s%s: what it "
		"released is not known",
		vt__recording_header(process->recording)->pid, rule->marks.from, rule->marks.to,
		half == BEFORE_ONLY ? " after it" : "");
}

/* All of them, up to the first that released too little. */
struct judging {
	const struct vt__must_release *rule;
	FILE *text;
	enum vt__release result;
	size_t seen;
	enum half half;                    /* what says most */
	const struct vt__process *halfway; /* the first of it */
};

static int judge(struct judging *it, const struct vt__process *process)
{
	const enum half half = half_of(process, &it->rule->marks);
	struct sums sums;
	int error;

	if (half > it->half) {
		it->half = half;
		it->halfway = process;
	}
	if (half != NOT_HALF)
		return 0;
	error = add_up(process, it->rule, &sums);
	if (error || !sums.any)
		return error;
	it->seen++;
	if (!is_enough(it->rule, &sums)) {
		it->result = VT__RELEASED_TOO_LITTLE;
		write_shortfall(it->text, it->rule, process, &sums);
	}
	return 0;
}

int vt__must_release_judge(const struct vt__must_release *rule, const struct vt__analysis *analysis,
			   enum vt__release *out, char **words)
{
	struct judging it = {.rule = rule, .result = VT__RELEASED};
	size_t length;
	int error;

	it.text = open_memstream(words, &length);
	error = it.text ? 0 : -ENOMEM;
	for (size_t i = 0; !error && it.result == VT__RELEASED && i < analysis->process_count; i++)
		error = judge(&it, &analysis->processes[i]);
	*out = it.result;
	if (!error && *out == VT__RELEASED && (!it.seen || it.halfway)) {
		*out = VT__RELEASE_NOT_SEEN;
		if (it.seen || it.half == BEFORE_ONLY)
			write_half(it.text, rule, it.halfway, it.half);
		else
			error = write_unseen(it.text, rule, analysis);
	}
	if (it.text && fclose(it.text) && !error)
		error = -ENOMEM;
	return error;
}
