/*
 * JSON report: values, and the frames of stacks.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/text/hash.h"
#include "reports/formats/json.h"
#include "reports/formats/stack_table.h"
#include "reports/names/site.h"
#include "reports/text/stream.h"

#define KNOWN_MOST ((size_t)64 << 20) /* bytes of frames that are kept for the next stack */

/* What one frame becomes: many stacks share it, and many processes of one program. */
struct vt__json_frame {
	UT_hash_handle hh;
	struct vt__place place;
	size_t bytes;
	char *text;
};

json_t *vt__json_string(const char *text)
{
	char *copy;
	json_t *value;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	copy = vt__utf8_copy(text);
	value = copy ? json_string(copy) : NULL;
	free(copy);
	return value;
}

json_t *vt__json_raw(struct vt__raw raw)
{
	return vt__json_string(vt__raw_to_escape(raw));
}

json_t *vt__json_take(char *text)
{
	json_t *value = text ? json_string(text) : NULL;

	free(text);
	return value;
}

json_t *vt__json_number(uint64_t number)
{
	return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

int vt__json_open(FILE *out, json_t *object)
{
	int error = 0;

	if (!object)
		return -ENOMEM;
	fputc('{', out);
	if (vt__json_dump(object, out, JSON_EMBED))
		error = vt__stream_failure(out);
	json_decref(object);
	return error;
}

/* ---- Stacks ----------------------------------------------------------------- */

int vt__json_frame(FILE *out, const struct vt__frame *frame)
{
	const int error = vt__json_open(
		out,
		json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:b}", "language",
			  vt__language_name(frame->language), "function",
			  vt__json_string(frame->function), "file", vt__json_string(frame->file),
			  "line", frame->line ? vt__json_number(frame->line) : json_null(),
			  "module", vt__json_string(frame->module), "offset",
			  vt__json_number(frame->offset), "inlined", (int)frame->inlined));

	fputc('}', out);
	return error;
}

/* "{...},\n{...}": the frames that one raw frame stands for. */
static int make_text(struct vt__json *json, uint64_t raw, struct vt__json_frame *made)
{
	FILE *out;
	int error;

	json->frames.count = 0;
	error = vt__stack_expand(json->process->stacks, raw, VT__NAMES_ALL, &json->frames);
	if (error)
		return error;
	out = open_memstream(&made->text, &made->bytes);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; !error && i < json->frames.count; i++) {
		if (i)
			fputs(",\n     ", out);
		error = vt__json_frame(out, &json->frames.frames[i]);
	}
	return fclose(out) ? -ENOMEM : error;
}

static const struct vt__json_frame *find_frame(struct vt__json *json, uint64_t raw)
{
	struct vt__json_frame *frame;
	struct vt__place place;

	if (vt__stack_place(json->process->stacks, raw, &place))
		return NULL;
	HASH_FIND(hh, json->known, &place, sizeof(place), frame);
	if (frame)
		return frame;
	frame = calloc(1, sizeof(*frame));
	if (!frame || make_text(json, raw, frame)) {
		free(frame ? frame->text : NULL);
		free(frame);
		return NULL;
	}
	frame->place = place;
	HASH_ADD(hh, json->known, place, sizeof(frame->place), frame);
	json->known_bytes += frame->bytes;
	return frame;
}

void vt__json_forget_frames(struct vt__json *json)
{
	struct vt__json_frame *frame, *next;

	HASH_ITER(hh, json->known, frame, next) {
		HASH_DEL(json->known, frame);
		free(frame->text);
		free(frame);
	}
	json->known_bytes = 0;
}

/* `,"site":N`: the frame by which people know the stack. */
static int write_site(struct vt__json *json, uint32_t stack)
{
	const int error = vt__stack_frames(json->process->stacks, stack, &json->frames);

	if (!error)
		vt__json_site(json->out, &json->frames);
	return error;
}

void vt__json_site(FILE *out, const struct vt__frames *frames)
{
	const size_t site = vt__site_of(frames);

	if (site == VT__NO_SITE)
		fputs(",\"site\":null", out);
	else
		fprintf(out, ",\"site\":%zu", site);
}

size_t vt__json_rows(const struct vt__json_form *form, size_t count)
{
	return form && count > form->rows ? form->rows : count;
}

/* `,"stack":N`: the number of a stack in the document's table. */
static int write_number(struct vt__json *json, const char *name, uint32_t stack)
{
	struct vt__frames *frames = &json->frames;
	int error = vt__stack_frames(json->process->stacks, stack, frames);
	const struct vt__recording *recording = json->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	const struct vt__source_origin origin = {
		vt__raw_to_open(vt__recording_string(recording, header->working_directory)),
		header->start_realtime_ns,
	};
	int64_t number;

	if (!error)
		error = vt__stack_table_add(json->form->stacks, frames, &origin, &number);
	if (error)
		return error;
	fprintf(json->out, ",\"%s_truncated\":%s,\"%s_unfinished\":%s,\"%s\":%" PRId64, name,
		frames->truncated ? "true" : "false", name, frames->is_lost ? "true" : "false",
		name, number);
	if (!strcmp(name, "stack"))
		vt__json_site(json->out, frames);
	return 0;
}

int vt__json_stack(struct vt__json *json, const char *name, uint32_t stack)
{
	struct vt__allowance *allowance = vt__stacks_allowance(json->process->stacks);
	size_t count;
	bool truncated;
	const uint64_t *raw;

	if (json->form)
		return write_number(json, name, stack);
	raw = vt__stack_raw(json->process->stacks, stack, &count, &truncated);
	if (count && !vt__allowance_has(allowance)) {
		count = 0;
		truncated = true;
	}
	if (json->known_bytes > KNOWN_MOST)
		vt__json_forget_frames(json);

	fprintf(json->out, ",\"%s_truncated\":%s,\"%s_unfinished\":%s,\"%s\":[", name,
		truncated ? "true" : "false", name,
		vt__stack_is_lost(json->process->stacks, stack) ? "true" : "false", name);
	for (size_t i = 0; i < count; i++) {
		const struct vt__json_frame *frame = find_frame(json, raw[i]);

		if (!frame)
			return -ENOMEM;
		fputs(i ? ",\n     " : "\n     ", json->out);
		fwrite(frame->text, 1, frame->bytes, json->out);
		vt__allowance_take(allowance, frame->bytes);
	}
	fputc(']', json->out);
	if (strcmp(name, "stack"))
		return 0;
	if (count)
		return write_site(json, stack);
	fputs(",\"site\":null", json->out);
	return 0;
}

int vt__json_optional_stack(struct vt__json *json, const char *name, uint32_t stack)
{
	if (stack != VT_FORMAT_NONE)
		return vt__json_stack(json, name, stack);
	fprintf(json->out, ",\"%s_truncated\":false,\"%s_unfinished\":false,\"%s\":null", name,
		name, name);
	return 0;
}
