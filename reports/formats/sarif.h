/*
 * The parts of the SARIF log. Every function that makes a value returns NULL if
 * out of memory; json_pack() passes that on.
 */
#ifndef VT_REPORTS_SARIF_H
#define VT_REPORTS_SARIF_H

#include <jansson.h>

#include "reports/gate/gate_stack.h"

/* The base of paths that are relative to the root of the source. */
#define VT__SARIF_ROOT "%SRCROOT%"

struct vt__sarif_artifact; /* a file that a location names */

struct vt__sarif {
	const struct vt__gate *gate;
	FILE *out;
	struct vt__source_paths *paths;
	struct vt__gate_stack stack; /* of the result that is being written */
	struct vt__sarif_artifact *artifacts;
};

/* A clean string (see vt__clean_copy()). */
json_t *vt__sarif_string(const char *text);
json_t *vt__sarif_raw(struct vt__raw raw);

/* {"text"}: a message; `text` is freed. */
json_t *vt__sarif_message(char *text);

/* "file:///a/b" of an absolute path, "a/b" of a relative one; the caller frees it. */
char *vt__sarif_uri(const char *path, bool folder);

/* An artifactLocation; `source` says that a relative name is a source file's. */
json_t *vt__sarif_file(struct vt__sarif *sarif, const struct vt__recording *recording,
		       const char *file, bool source);

/* The same of a file of suppressions, as the command was given it. */
json_t *vt__sarif_rules_file(struct vt__sarif *sarif, const char *file);

/* Where the result is: always a file, or code scanning could not show it. */
json_t *vt__sarif_result_location(struct vt__sarif *sarif, const struct vt__judged *judged);

/* A stack with its title; leaves it in sarif->stack. */
json_t *vt__sarif_stack(struct vt__sarif *sarif, const struct vt__process *process, uint32_t number,
			const char *title);

/* The way from main() to the call, of the frames in sarif->stack that have a
 * source line; an empty list if none has. */
json_t *vt__sarif_code_flows(struct vt__sarif *sarif, const struct vt__process *process);

/* `"invocations":[...]`: the gate's, and one for each process. */
int vt__sarif_invocations(struct vt__sarif *sarif);

/* `,"artifacts":[...]`: after all locations. */
int vt__sarif_artifacts(struct vt__sarif *sarif);
void vt__sarif_forget_artifacts(struct vt__sarif *sarif);

/* Writes a whole value and releases it; NULL is -ENOMEM. */
int vt__sarif_write(FILE *out, json_t *value);

#endif
