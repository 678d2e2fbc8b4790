/*
 * The stacks of a document, each once, as a tree from what starts threads to what allocates.
 */
#include "config.h"

#include "reports/formats/stack_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/json.h"
#include "reports/names/shown_name.h"
#include "reports/text/escape.h"
#include "reports/text/hash.h"
#include "reports/text/stream.h"

#define NAME_BYTES 1024                /* of a function: then its arguments are cut */
#define TABLE_BYTES ((size_t)48 << 20) /* of all texts and nodes: no stack is added beyond */
#define NODE_BYTES 14                  /* of one in the document, about */
#define FOLDERS_MOST 64u
#define NO_TEXT (-1)

struct text {
	UT_hash_handle hh;
	int64_t number;
	char bytes[];
};

/* What tells frames apart; texts by their numbers. */
struct frame_key {
	int64_t function, file, module;
	uint64_t offset; /* where there is no function */
	uint32_t line;
	uint8_t role, language, inlined, unused;
};

struct frame {
	UT_hash_handle hh;
	struct frame_key key;
	int64_t number;
};

struct node_key {
	int64_t parent, frame;
};

struct node {
	UT_hash_handle hh;
	struct node_key key;
	int64_t number;
};

/* Hashes of uthash keep the order in which rows were added: that of their numbers. */
struct vt__stack_table {
	struct text *texts;
	struct frame *frames;
	struct node *nodes;
	struct text *folders; /* in which processes ran: files below them are named from there */
	struct vt__source_lines *lines;
	size_t bytes;
	uint64_t cut; /* stacks for which there was no room */
};

struct vt__stack_table *vt__stack_table_new(void)
{
	struct vt__stack_table *table = calloc(1, sizeof(*table));

	if (table && vt__source_lines_new(&table->lines)) {
		free(table);
		return NULL;
	}
	return table;
}

#define FREE_ALL(type, head)                                                                       \
	do {                                                                                       \
		struct type *item, *next;                                                          \
                                                                                                   \
		HASH_ITER(hh, head, item, next) {                                                  \
			HASH_DEL(head, item);                                                      \
			free(item);                                                                \
		}                                                                                  \
	} while (0)

void vt__stack_table_free(struct vt__stack_table *table)
{
	if (!table)
		return;
	FREE_ALL(text, table->texts);
	FREE_ALL(frame, table->frames);
	FREE_ALL(node, table->nodes);
	FREE_ALL(text, table->folders);
	vt__source_lines_free(table->lines);
	free(table);
}

/* ---- Texts and frames ------------------------------------------------------------- */

/* The number of a text, which is freed; NULL is an error of who made it. */
static int take(struct text **texts, char *bytes, int64_t *number)
{
	const size_t length = bytes ? strlen(bytes) : 0;
	struct text *text;
	int error = bytes ? 0 : -ENOMEM;

	if (error)
		return error;
	HASH_FIND(hh, *texts, bytes, length, text);
	if (!text) {
		text = malloc(sizeof(*text) + length + 1);
		if (text) {
			memcpy(text->bytes, bytes, length + 1);
			text->number = HASH_COUNT(*texts);
			HASH_ADD_KEYPTR(hh, *texts, text->bytes, length, text);
		}
		if (!text || !text->hh.tbl) {
			free(text);
			error = -ENOMEM;
		}
	}
	if (!error)
		*number = text->number;
	free(bytes);
	return error;
}

static int take_text(struct vt__stack_table *table, char *bytes, int64_t *number)
{
	const unsigned before = HASH_COUNT(table->texts);
	const size_t length = bytes ? strlen(bytes) : 0;
	const int error = take(&table->texts, bytes, number);

	if (HASH_COUNT(table->texts) != before)
		table->bytes += length;
	return error;
}

static int enter_text(struct vt__stack_table *table, const char *bytes, int64_t *number)
{
	*number = NO_TEXT;
	return bytes ? take_text(table, vt__clean_copy(bytes, false), number) : 0;
}

static int enter_function(struct vt__stack_table *table, const char *function, int64_t *number)
{
	char *shown;
	int error;

	*number = NO_TEXT;
	if (!function)
		return 0;
	shown = vt__shown_name(function, NAME_BYTES);
	error = shown ? take_text(table, vt__clean_copy(shown, false), number) : -ENOMEM;
	free(shown);
	return error;
}

/* Lines of the program's own code alone are shown. */
static int enter_source(struct vt__stack_table *table, const struct vt__frame *frame,
			const struct vt__source_origin *origin, int64_t file)
{
	if (frame->role != VT__ROLE_USER || !frame->line || !frame->file)
		return 0;
	return vt__source_lines_want(table->lines, origin, frame->file, file, frame->line);
}

static int make_key(struct vt__stack_table *table, const struct vt__frame *frame,
		    struct frame_key *key)
{
	int error;

	memset(key, 0, sizeof(*key));
	error = enter_function(table, frame->function, &key->function);
	if (!error)
		error = enter_text(table, frame->file, &key->file);
	if (!error)
		error = enter_text(table, frame->module, &key->module);
	key->offset = frame->function ? 0 : frame->offset;
	key->line = frame->line;
	key->role = (uint8_t)frame->role;
	key->language = (uint8_t)frame->language;
	key->inlined = frame->inlined;
	return error;
}

static int enter_frame(struct vt__stack_table *table, const struct vt__frame *from,
		       const struct vt__source_origin *origin, int64_t *number)
{
	struct frame *frame = calloc(1, sizeof(*frame)), *found;
	int error = frame ? make_key(table, from, &frame->key) : -ENOMEM;

	if (!error)
		error = enter_source(table, from, origin, frame->key.file);
	if (error) {
		free(frame);
		return error;
	}
	HASH_FIND(hh, table->frames, &frame->key, sizeof(frame->key), found);
	if (found) {
		free(frame);
		*number = found->number;
		return 0;
	}
	*number = frame->number = HASH_COUNT(table->frames);
	HASH_ADD(hh, table->frames, key, sizeof(frame->key), frame);
	if (!frame->hh.tbl) {
		free(frame);
		return -ENOMEM;
	}
	return 0;
}

/* ---- Nodes -------------------------------------------------------------------------- */

static int enter_node(struct vt__stack_table *table, int64_t frame, int64_t *at)
{
	const struct node_key key = {*at, frame};
	struct node *node;

	HASH_FIND(hh, table->nodes, &key, sizeof(key), node);
	if (!node) {
		node = calloc(1, sizeof(*node));
		if (!node)
			return -ENOMEM;
		node->key = key;
		node->number = HASH_COUNT(table->nodes);
		HASH_ADD(hh, table->nodes, key, sizeof(node->key), node);
		if (!node->hh.tbl) {
			free(node);
			return -ENOMEM;
		}
		table->bytes += NODE_BYTES;
	}
	*at = node->number;
	return 0;
}

int vt__stack_table_add(struct vt__stack_table *table, const struct vt__frames *frames,
			const struct vt__source_origin *origin, int64_t *node)
{
	size_t left = vt__frames_end(frames);
	int64_t at = VT__NO_STACK, frame;
	int error = 0;

	if (!left)
		left = frames->count;
	*node = VT__NO_STACK;
	if (*origin->folder && HASH_COUNT(table->folders) < FOLDERS_MOST)
		error = take(&table->folders, vt__clean_copy(origin->folder, false), &frame);
	if (left && table->bytes > TABLE_BYTES) {
		table->cut++;
		return 0;
	}
	while (left && !error) {
		error = enter_frame(table, &frames->frames[--left], origin, &frame);
		if (!error)
			error = enter_node(table, frame, &at);
	}
	*node = at;
	return error;
}

/* ---- The document --------------------------------------------------------------------- */

static int write_texts(const char *name, const struct text *texts, FILE *out)
{
	const struct text *text, *next;
	int error = 0;

	fprintf(out, "\"%s\":[", name);
	HASH_ITER(hh, texts, text, next) {
		json_t *value = error ? NULL : json_string(text->bytes);

		if (text->number)
			fputs(",\n", out);
		if (!error && (!value || vt__json_dump(value, out, JSON_ENCODE_ANY)))
			error = value ? vt__stream_failure(out) : -ENOMEM;
		json_decref(value);
	}
	fputc(']', out);
	return error;
}

/* [function, file, line, module, offset, role, language, inlined]: texts are numbers or -1. */
static void write_frames(const struct vt__stack_table *table, FILE *out)
{
	const struct frame *frame, *next;

	fputs(",\n\"frames\":[", out);
	HASH_ITER(hh, table->frames, frame, next) {
		const struct frame_key *key = &frame->key;

		fprintf(out,
			"%s[%" PRId64 ",%" PRId64 ",%" PRIu32 ",%" PRId64 ",%" PRIu64 ",%d,%d,%d]",
			frame->number ? ",\n" : "", key->function, key->file, key->line,
			key->module, key->offset, key->role, key->language, key->inlined);
	}
	fputc(']', out);
}

/* Pairs of parent and frame, without brackets around each. */
static void write_nodes(const struct vt__stack_table *table, FILE *out)
{
	const struct node *node, *next;

	fputs(",\n\"nodes\":[", out);
	HASH_ITER(hh, table->nodes, node, next) {
		fprintf(out, "%s%" PRId64 ",%" PRId64,
			node->number % 16 ? ","
			: node->number    ? ",\n"
					  : "",
			node->key.parent, node->key.frame);
	}
	fputc(']', out);
}

static void write_names(FILE *out)
{
#define VT__ROLE(id, name) ",\"" name "\""
#define VT__LANGUAGE(id, name) ",\"" name "\""
	static const char roles[] = VT__ROLES(VT__ROLE);
	static const char languages[] = VT__LANGUAGES(VT__LANGUAGE);
#undef VT__ROLE
#undef VT__LANGUAGE

	fprintf(out, ",\n\"roles\":[%s],\"languages\":[%s]", roles + 1, languages + 1);
}

int vt__stack_table_write(const struct vt__stack_table *table, FILE *out)
{
	int error;

	fputc('{', out);
	error = write_texts("strings", table->texts, out);
	fputs(",\n", out);
	if (!error)
		error = write_texts("folders", table->folders, out);
	write_frames(table, out);
	write_nodes(table, out);
	write_names(out);
	fprintf(out, ",\"cut\":%" PRIu64 ",\n\"sources\":", table->cut);
	if (!error)
		error = vt__source_lines_write(table->lines, out);
	fputc('}', out);
	return error;
}
