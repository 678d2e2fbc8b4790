/*
 * Writes suppressions for what was found.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/names/plain_names.h"
#include "reports/names/site.h"
#include "reports/text/stream.h"
#include "reports/gate/suppressions_others.h"
#include "reports/text/units.h"

/* What is written about one finding. */
struct printing {
	const struct vt__judged *judged;
	struct vt__others *others;
	struct vt__frames *frames; /* buffer */
	FILE *out;
};

/* A name as a pattern that is the whole of it. Bytes that mean something in a
 * rule, would break the line or change how it looks, become '*'. */
static void print_pattern(FILE *out, const char *key, const char *name, size_t bytes, bool whole)
{
	size_t length;

	fprintf(out, "%s^", key);
	for (size_t i = 0; i < bytes; i += length) {
		const char *at = name + i;
		unsigned code = 0;
		bool special;

		length = vt__utf8_character(at, &code);
		special = !length || i + length > bytes || vt__is_dangerous(code) || *at == ' ' ||
			  *at == '#' || (*at == '.' && i + 2 < bytes && at[1] == '.');
		if (!length || i + length > bytes)
			length = 1;
		if (special)
			fputc('*', out);
		else
			fwrite(at, 1, length, out);
	}
	/* What a compiler or a version adds may follow. */
	fputs(whole ? "$" : "*", out);
}

static void print_frame(FILE *out, const struct vt__frame *frame)
{
	const char *name = frame->function ? frame->function : frame->module;
	size_t bytes;

	if (frame->function)
		name = vt__plain_function(name, &bytes);
	else
		name = vt__plain_module(name, &bytes);
	print_pattern(out, frame->function ? "fun:" : "module:", name, bytes, !name[bytes]);
}

/* Frames of the runtime and of libvramtrack are on the way to every allocation. */
static bool is_told(const struct vt__frame *frame)
{
	return !frame->runtime && !frame->library && !vt__frame_is_start(frame) &&
	       (frame->function || frame->module);
}

/* Whether the stack goes out to the program itself, or to where it ends. */
static bool is_whole(const struct vt__judged *judged, const struct vt__frames *frames)
{
	const struct vt__recording *recording = judged->process->recording;
	const char *program = vt__raw_to_compare(
		vt__recording_string(recording, vt__recording_header(recording)->program));

	for (size_t i = 0; frames->truncated && i < frames->count; i++)
		if (frames->frames[i].module && !strcmp(frames->frames[i].module, program))
			return true;
	return !frames->truncated;
}

/* What a rule names. VT__TOLD_SHORT: of libraries, only the innermost frame and what
 * says what was called; the rest of them is another in their next version. */
enum vt__told {
	VT__TOLD_SHORT,
	VT__TOLD_ALL,
	VT__TOLD_COUNT
};

static bool is_in_rule(const struct vt__frame *frame, enum vt__told how, bool is_first)
{
	return is_told(frame) && (how == VT__TOLD_ALL || is_first || frame->role == VT__ROLE_USER ||
				  frame->role == VT__ROLE_CALL);
}

static void print_conditions(const struct printing *printing, bool with_kind, FILE *out)
{
	const struct vt__finding_row *row = printing->judged->row;

	fputs(" at=exact", out);
	if (with_kind && row->kind < VT_KIND_COUNT)
		fprintf(out, " kind=%s", vt__kind_words[row->kind].json);
	if (!row->record && !row->growth)
		fprintf(out, " count<=%" PRIu64, printing->judged->largest.count);
}

/*
 * The rule: the innermost function, and every one of the user's out to main(), and none
 * between them. A rule that ends inside of wrappers, or has room between them and main(),
 * would hide every later leak through them. For the same reason it holds for as many allocations as
 * there are: what comes from the same place, as all that an interpreter calls, is more. Names are
 * the modules' own, so that the rule holds on machines with other debug files. NULL: out of memory;
 * "": no frame can be told.
 */
static char *make_rule(const struct printing *printing, enum vt__told how, bool with_kind)
{
	const struct vt__finding_row *row = printing->judged->row;
	const struct vt__frames *frames = printing->frames;
	size_t bytes, told = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &bytes);

	for (size_t i = 0; out && i < frames->count; i++) {
		if (!is_in_rule(&frames->frames[i], how, !told))
			continue;
		if (told++)
			fputs("...", out);
		else
			fprintf(out, "%s:", vt__class_words[row->finding_class].json);
		print_frame(out, &frames->frames[i]);
	}
	if (out && told)
		print_conditions(printing, with_kind, out);
	if (out && !fclose(out))
		return text;
	free(text);
	return NULL;
}

/* 1: the rule is written; 0: it would suppress `other` too, or does not hold for
 * the finding itself (then other->row is NULL); -ENOMEM. */
static int try_rule(const struct printing *printing, char *text, struct vt__judged *other)
{
	struct vt__lines lines = {.path = "", .number = 1, .line = text, .length = strlen(text)};
	const struct vt__judged *judged = printing->judged;
	char message[VT__MESSAGE_BYTES];
	struct vt__rule rule;
	int status = lines.length < VT__LINE_BYTES ? vt__rule_parse(&lines, &rule, message) : 0;

	*other = (struct vt__judged){.row = NULL};
	if (status != 1)
		return status == -ENOMEM ? status : 0;
	status = vt__rule_is_for(&rule, judged, printing->frames);
	if (status > 0) {
		status = vt__others_match(printing->others, &rule, judged, printing->frames, other);
		if (!status)
			fprintf(printing->out, "%s\n", text);
		status = status < 0 ? status : !status;
	}
	vt__rule_release(&rule);
	return status;
}

static void say_why_not(const struct printing *printing, const struct vt__judged *other)
{
	char title[256];

	if (!other->row) {
		fputs("# (no rule: its names cannot be written as one; a baseline can keep it)\n",
		      printing->out);
		return;
	}
	vt__judged_title(other, title, sizeof(title));
	fputs("# (no rule: it would suppress another place too: ", printing->out);
	vt__print_escaped(printing->out, title);
	fputs("; a baseline can tell them apart)\n", printing->out);
}

/* One form of the rule, if it does; *is_empty: no frame can be told. As try_rule(). */
static int print_form(const struct printing *printing, enum vt__told how, bool with_kind,
		      struct vt__judged *other, bool *is_empty)
{
	const struct vt__judged *judged = printing->judged;
	int status = vt__stack_own_frames(judged->process->stacks, judged->row->stack,
					  printing->frames);
	char *text;

	if (status)
		return status;
	/* Nothing but libraries: what they are called by is not known. */
	if (how == VT__TOLD_SHORT && vt__first_of_user(printing->frames) == VT__NO_SITE)
		return 0;
	text = make_rule(printing, how, with_kind);
	if (!text)
		return -ENOMEM;
	*is_empty = !*text;
	if (*text)
		status = try_rule(printing, text, other);
	free(text);
	return status;
}

static int print_rule(const struct printing *printing)
{
	const struct vt__judged *judged = printing->judged;
	struct vt__judged other = {.row = NULL};
	int status = vt__stack_own_frames(judged->process->stacks, judged->row->stack,
					  printing->frames);
	bool is_empty = false;

	if (status)
		return status;
	if (!is_whole(judged, printing->frames)) {
		fputs("# (no rule: its stack was cut before the program; option depth)\n",
		      printing->out);
		return 0;
	}
	for (int form = 0; form < 2 * VT__TOLD_COUNT && !status; form++)
		status = print_form(printing, (enum vt__told)(form / 2), form % 2, &other,
				    &is_empty);
	if (is_empty && !status)
		fputs("# (it has no stack: no rule can be written)\n", printing->out);
	else if (!status)
		say_why_not(printing, &other);
	return status < 0 ? status : 0;
}

static void print_title(const struct printing *printing)
{
	const struct vt__judged *judged = printing->judged;
	char title[256], bytes[VT__UNIT_BYTES];

	vt__judged_title(judged, title, sizeof(title));
	fprintf(printing->out, "# %s, ", vt__class_words[judged->row->finding_class].one);
	if (vt__bucket_of(judged->row->kind) == VT_BUCKET_HELD)
		fprintf(printing->out, "%" PRIu64 " times %s: ", judged->sum.count,
			vt__kind_words[judged->row->kind].text);
	else
		fprintf(printing->out, "%s: ", vt__bytes(judged->sum.bytes, bytes));
	vt__print_escaped(printing->out, title);
	fputc('\n', printing->out);
}

static bool is_open(const struct vt__judged *judged)
{
	return (judged->standing == VT__STANDING_NEW || judged->standing == VT__STANDING_GROWN) &&
	       (judged->fails || vt__class_words[judged->row->finding_class].is_finding);
}

int vt__suppressions_print(const struct vt__gate *gate, FILE *out)
{
	struct vt__frames frames = {.frames = NULL};
	struct printing printing = {.frames = &frames, .out = out};
	int error = vt__others_new(gate, &printing.others);

	for (size_t i = 0; i < gate->judged_count && !error; i++) {
		printing.judged = &gate->judged[i];
		if (!is_open(printing.judged))
			continue;
		print_title(&printing);
		error = print_rule(&printing);
	}
	vt__others_free(printing.others);
	vt__frames_release(&frames);
	return error ? error : vt__stream_error(out);
}
