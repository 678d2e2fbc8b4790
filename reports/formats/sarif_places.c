/*
 * SARIF log: files, locations, stacks and code flows.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/text/hash.h"
#include "reports/formats/json.h"
#include "reports/formats/sarif.h"
#include "reports/text/stream.h"

struct vt__sarif_artifact {
	UT_hash_handle hh; /* keeps the order in which they were added */
	size_t index;
	bool based; /* relative to the root of the source */
	bool source;
	char uri[];
};

json_t *vt__sarif_string(const char *text)
{
	return vt__json_take(vt__clean_copy(text, false));
}

json_t *vt__sarif_raw(struct vt__raw raw)
{
	return vt__sarif_string(vt__raw_to_escape(raw));
}

json_t *vt__sarif_message(char *text)
{
	return json_pack("{s:o}", "text", vt__json_take(text));
}

int vt__sarif_write(FILE *out, json_t *value)
{
	int error = 0;

	if (!value)
		return -ENOMEM;
	if (vt__json_dump(value, out, JSON_ENCODE_ANY))
		error = vt__stream_failure(out);
	json_decref(value);
	return error;
}

/* ---- Files ---------------------------------------------------------------------- */

char *vt__sarif_uri(const char *path, bool folder)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	static const char scheme[] = "file://", digits[] = "0123456789ABCDEF";
	char *uri = malloc(strlen(path) * 3 + sizeof(scheme) + 1), *at = uri;

	if (!uri)
		return NULL;
	if (*path == '/')
		at = mempcpy(at, scheme, strlen(scheme));
	for (; *path; path++) {
		const unsigned char byte = (unsigned char)*path;

		if (strchr(plain, *path)) {
			*at++ = *path;
			continue;
		}
		*at++ = '%';
		*at++ = digits[byte >> 4];
		*at++ = digits[byte & 15];
	}
	if (folder && at[-1] != '/')
		*at++ = '/';
	*at = '\0';
	return uri;
}

static struct vt__sarif_artifact *find_artifact(struct vt__sarif *sarif, const char *uri)
{
	struct vt__sarif_artifact *artifact;

	HASH_FIND_STR(sarif->artifacts, uri, artifact);
	if (artifact)
		return artifact;
	artifact = calloc(1, sizeof(*artifact) + strlen(uri) + 1);
	if (!artifact)
		return NULL;
	strcpy(artifact->uri, uri);
	artifact->index = HASH_COUNT(sarif->artifacts);
	HASH_ADD_STR(sarif->artifacts, uri, artifact);
	if (artifact->hh.tbl)
		return artifact;
	free(artifact);
	return NULL;
}

static json_t *make_place(const char *uri, bool based)
{
	return based ? json_pack("{s:s,s:s}", "uri", uri, "uriBaseId", VT__SARIF_ROOT)
		     : json_pack("{s:s}", "uri", uri);
}

/* `based`: a relative path is from the root of the source. */
static json_t *make_file(struct vt__sarif *sarif, const char *path, bool based, bool source)
{
	char *uri = path ? vt__sarif_uri(path, false) : NULL;
	struct vt__sarif_artifact *artifact = uri ? find_artifact(sarif, uri) : NULL;
	json_t *place;

	free(uri);
	if (!artifact)
		return NULL;
	artifact->source |= source;
	artifact->based |= based && *path != '/' && strncmp(path, "..", 2);
	place = make_place(artifact->uri, artifact->based);
	if (!place || json_object_set_new(place, "index", vt__json_number(artifact->index))) {
		json_decref(place);
		return NULL;
	}
	return place;
}

json_t *vt__sarif_file(struct vt__sarif *sarif, const struct vt__recording *recording,
		       const char *file, bool source)
{
	return make_file(sarif, vt__source_path(sarif->paths, recording, file),
			 source || *file == '/', source);
}

json_t *vt__sarif_rules_file(struct vt__sarif *sarif, const char *file)
{
	return make_file(sarif, vt__source_path_here(sarif->paths, file), true, true);
}

int vt__sarif_artifacts(struct vt__sarif *sarif)
{
	struct vt__sarif_artifact *artifact, *next;
	int error = 0;

	fputs(",\n\"artifacts\":[", sarif->out);
	HASH_ITER(hh, sarif->artifacts, artifact, next) {
		if (error)
			break;
		fputs(artifact->index ? ",\n" : "\n", sarif->out);
		error = vt__sarif_write(
			sarif->out, json_pack("{s:o,s:[s]}", "location",
					      make_place(artifact->uri, artifact->based), "roles",
					      artifact->source ? "tracedFile" : "analysisTarget"));
	}
	fputc(']', sarif->out);
	return error;
}

void vt__sarif_forget_artifacts(struct vt__sarif *sarif)
{
	struct vt__sarif_artifact *artifact, *next;

	HASH_ITER(hh, sarif->artifacts, artifact, next) {
		HASH_DEL(sarif->artifacts, artifact);
		free(artifact);
	}
}

/* ---- Locations -------------------------------------------------------------------- */

/* Where no source line is known: the instruction in its module, or in memory. */
static json_t *make_code(struct vt__sarif *sarif, const struct vt__recording *recording,
			 const struct vt__frame *frame)
{
	if (!frame->module)
		return json_pack("{s:{s:o,s:s}}", "address", "absoluteAddress",
				 vt__json_number(frame->offset), "kind", "instruction");
	return json_pack("{s:o,s:{s:o,s:s}}", "artifactLocation",
			 vt__sarif_file(sarif, recording, frame->module, false), "address",
			 "relativeAddress", vt__json_number(frame->offset), "kind", "instruction");
}

static json_t *make_physical(struct vt__sarif *sarif, const struct vt__recording *recording,
			     const struct vt__frame *frame)
{
	if (!frame->file || !*frame->file)
		return make_code(sarif, recording, frame);
	if (!frame->line)
		return json_pack("{s:o}", "artifactLocation",
				 vt__sarif_file(sarif, recording, frame->file, true));
	return json_pack("{s:o,s:{s:o}}", "artifactLocation",
			 vt__sarif_file(sarif, recording, frame->file, true), "region", "startLine",
			 vt__json_number(frame->line));
}

static json_t *make_location(struct vt__sarif *sarif, const struct vt__recording *recording,
			     const struct vt__frame *frame)
{
	if (!frame->function)
		return json_pack("{s:o}", "physicalLocation",
				 make_physical(sarif, recording, frame));
	return json_pack("{s:o,s:[{s:o,s:s}]}", "physicalLocation",
			 make_physical(sarif, recording, frame), "logicalLocations",
			 "fullyQualifiedName", vt__sarif_string(frame->function), "kind",
			 "function");
}

json_t *vt__sarif_result_location(struct vt__sarif *sarif, const struct vt__judged *judged)
{
	const struct vt__recording *recording = judged->process->recording;
	const struct vt__frame *frame = sarif->stack.line;

	if (!frame)
		frame = sarif->stack.own && sarif->stack.own->module ? sarif->stack.own : NULL;
	if (frame)
		return make_location(sarif, recording, frame);
	return json_pack(
		"{s:{s:o}}", "physicalLocation", "artifactLocation",
		vt__sarif_file(sarif, recording, vt__gate_module(&sarif->stack, judged), false));
}

/* ---- Stacks ------------------------------------------------------------------------- */

/* Adds the base name of the frame's module to an object. */
static json_t *with_module(json_t *object, const struct vt__frame *frame)
{
	if (object && frame->module &&
	    json_object_set_new(object, "module", vt__sarif_string(basename(frame->module)))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static bool append(json_t *list, json_t *value)
{
	return !json_array_append_new(list, value);
}

json_t *vt__sarif_stack(struct vt__sarif *sarif, const struct vt__process *process, uint32_t number,
			const char *title)
{
	json_t *frames;

	if (vt__gate_stack_read(&sarif->stack, sarif->paths, process, number))
		return NULL;
	frames = json_array();
	for (size_t i = 0; frames && i < sarif->stack.end; i++) {
		const struct vt__frame *frame = &sarif->stack.frames.frames[i];
		json_t *made = json_pack("{s:o}", "location",
					 make_location(sarif, process->recording, frame));

		if (!append(frames, with_module(made, frame))) {
			json_decref(frames);
			return NULL;
		}
	}
	return json_pack("{s:{s:s},s:o}", "message", "text", title, "frames", frames);
}

static json_t *make_step(struct vt__sarif *sarif, const struct vt__process *process, size_t number,
			 size_t depth)
{
	const struct vt__frame *frame = &sarif->stack.frames.frames[number];
	const char *importance = frame == sarif->stack.line ? "essential"
				 : frame->runtime           ? "unimportant"
							    : "important";

	return with_module(json_pack("{s:o,s:I,s:s}", "location",
				     make_location(sarif, process->recording, frame),
				     "nestingLevel", (json_int_t)depth, "importance", importance),
			   frame);
}

json_t *vt__sarif_code_flows(struct vt__sarif *sarif, const struct vt__process *process)
{
	json_t *steps = json_array();
	size_t depth = 0;

	for (size_t i = sarif->stack.end; steps && i-- > 0;) {
		const struct vt__frame *frame = &sarif->stack.frames.frames[i];

		if (!frame->file || !*frame->file || !frame->line)
			continue;
		if (!append(steps, make_step(sarif, process, i, depth++))) {
			json_decref(steps);
			return NULL;
		}
	}
	if (!json_array_size(steps))
		return steps;
	return json_pack("[{s:[{s:o}]}]", "threadFlows", "locations", steps);
}
