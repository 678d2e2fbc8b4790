/*
 * Call sites and findings of many recordings, those of the same identity as one.
 *
 * Two tables find a row: by the exact stack in module files, which is a number, and then by
 * identity, for which the frames are named.
 */
#include "config.h"

#include "reports/compare/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/hash.h"
#include "reports/names/site.h"

/* A name of an API, once for all rows. */
struct name {
	UT_hash_handle hh;
	char text[];
};

/* A row; `merged` is the first member, so that a pointer to it is one to the row. */
struct row {
	struct vt__merged merged;
	size_t part_room;
	UT_hash_handle hh;
};

/* All that makes the identity of a call site, without a look at any name or frame. */
struct key {
	const char *api; /* the merge's own: equal names are one pointer */
	uint32_t what;
	uint32_t kind;
	uint64_t stack; /* its number in all recordings */
};

struct exact {
	UT_hash_handle hh;
	struct row *row;
	struct key key;
	struct vt__place places[];
};

struct vt__merge {
	struct vt__symbolizer *symbolizer;
	struct name *names;
	struct exact *exact;
	struct row *by_identity;
	struct vt__merged **rows;
	size_t row_count, row_room;
	struct vt__allowance allowance;
};

/* One process that is being added. */
struct addition {
	struct vt__merge *merge;
	struct vt__process *process;
	struct vt__identities *identities; /* NULL until one is needed */
	uint32_t column;
};

#define IDENTITY_KEY_BYTES (offsetof(struct vt__merged, identity) + VT__IDENTITY_BYTES)

const char *vt__merged_name(uint32_t what)
{
	return what < VT__CLASS_COUNT ? vt__class_words[what].json : "peak";
}

const char *vt__merged_words(uint32_t what)
{
	return what < VT__CLASS_COUNT ? vt__class_words[what].one : "at the peak";
}

struct vt__merge *vt__merge_new(struct vt__symbolizer *symbolizer)
{
	struct vt__merge *merge = calloc(1, sizeof(*merge));

	if (!merge)
		return NULL;
	merge->symbolizer = symbolizer;
	merge->allowance = vt__allowance_of(0);
	return merge;
}

void vt__merge_free(struct vt__merge *merge)
{
	struct exact *exact, *next_exact;
	struct name *name, *next_name;

	if (!merge)
		return;
	HASH_CLEAR(hh, merge->by_identity);
	for (size_t i = 0; i < merge->row_count; i++) {
		free(merge->rows[i]->parts);
		free(merge->rows[i]);
	}
	HASH_ITER(hh, merge->exact, exact, next_exact) {
		HASH_DEL(merge->exact, exact);
		free(exact);
	}
	HASH_ITER(hh, merge->names, name, next_name) {
		HASH_DEL(merge->names, name);
		free(name);
	}
	free(merge->rows);
	free(merge);
}

/* ---- Keys -------------------------------------------------------------------- */

static const char *own_name(struct vt__merge *merge, struct vt__raw raw)
{
	const char *text = vt__raw_to_copy(raw);
	const size_t length = strlen(text);
	struct name *name;

	HASH_FIND(hh, merge->names, text, length, name);
	if (name)
		return name->text;
	name = malloc(sizeof(*name) + length + 1);
	if (!name)
		return NULL;
	memcpy(name->text, text, length + 1);
	HASH_ADD_KEYPTR(hh, merge->names, name->text, length, name);
	return name->text;
}

static int make_key(struct addition *addition, uint32_t what, const struct vt__finding_row *row,
		    struct key *out)
{
	uint32_t stack;
	const int error = vt__stack_number(addition->process->stacks, row->stack, &stack);

	*out = (struct key){
		.api = own_name(addition->merge, row->api),
		.what = what,
		.kind = row->kind,
		.stack = error ? 0 : stack,
	};
	return out->api ? error : -ENOMEM;
}

/* Its entry in the table, with its places; NULL if out of memory. */
static struct exact *make_exact(struct addition *addition, const struct key *key,
				const struct vt__finding_row *row, size_t *count_out)
{
	struct vt__stacks *stacks = addition->process->stacks;
	bool truncated;
	const uint64_t *raw = vt__stack_raw(stacks, row->stack, count_out, &truncated);
	struct exact *exact = calloc(1, sizeof(*exact) + *count_out * sizeof(*exact->places));

	if (!exact)
		return NULL;
	exact->key = *key;
	for (size_t i = 0; i < *count_out; i++)
		if (vt__stack_place(stacks, raw[i], &exact->places[i])) {
			free(exact);
			return NULL;
		}
	return exact;
}

/* ---- Rows -------------------------------------------------------------------- */

static int identify(struct addition *addition, const struct vt__finding_row *row,
		    uint8_t identity[VT__IDENTITY_BYTES])
{
	if (!addition->identities)
		addition->identities = vt__identities_new(addition->process, VT__IDENTITY_NOW);
	return addition->identities ? vt__identity_of(addition->identities, row, identity)
				    : -ENOMEM;
}

static struct row *add_row(struct vt__merge *merge, const struct vt__merged *merged)
{
	struct row *row;

	if (merge->row_count == merge->row_room) {
		const size_t room = merge->row_room ? merge->row_room * 2 : 256;
		struct vt__merged **grown = reallocarray(merge->rows, room, sizeof(*grown));

		if (!grown)
			return NULL;
		merge->rows = grown;
		merge->row_room = room;
	}
	row = calloc(1, sizeof(*row));
	if (!row)
		return NULL;
	row->merged = *merged;
	HASH_ADD_KEYPTR(hh, merge->by_identity, &row->merged.what, IDENTITY_KEY_BYTES, row);
	merge->rows[merge->row_count++] = &row->merged;
	return row;
}

static const char *folder_of(struct addition *addition)
{
	const struct vt__recording *recording = addition->process->recording;

	return own_name(addition->merge,
			vt__recording_string(recording,
					     vt__recording_header(recording)->working_directory));
}

/* The row of a key that is new: the key is kept if it is to be found again, or if the row is
 * the first to need its frames. */
static struct row *find_by_identity(struct addition *addition, const struct key *key,
				    const struct vt__finding_row *row)
{
	struct vt__merge *merge = addition->merge;
	struct vt__merged merged = {.what = key->what,
				    .kind = key->kind,
				    .api.bytes = key->api,
				    .folder = folder_of(addition)};
	struct exact *exact;
	struct row *found;

	if (!merged.folder || identify(addition, row, merged.identity))
		return NULL;
	HASH_FIND(hh, merge->by_identity, &merged.what, IDENTITY_KEY_BYTES, found);
	if (found && row->record)
		return found;
	exact = make_exact(addition, key, row, &merged.place_count);
	if (!exact)
		return NULL;
	merged.places = exact->places;
	exact->row = found ? found : add_row(merge, &merged);
	if (!exact->row) {
		free(exact);
		return NULL;
	}
	HASH_ADD(hh, merge->exact, key, sizeof(exact->key), exact);
	return exact->row;
}

static int add_part(struct row *row, uint32_t column, struct vt__sum sum)
{
	struct vt__merged *merged = &row->merged;

	if (!merged->part_count || merged->parts[merged->part_count - 1].column != column) {
		if (merged->part_count == row->part_room) {
			const size_t room = row->part_room ? row->part_room * 2 : 2;
			struct vt__merged_part *grown = reallocarray(merged->parts, room,
								     sizeof(*grown));

			if (!grown)
				return -ENOMEM;
			merged->parts = grown;
			row->part_room = room;
		}
		merged->parts[merged->part_count++] = (struct vt__merged_part){.column = column};
	}
	vt__sum_add(&merged->parts[merged->part_count - 1].sum, sum);
	return 0;
}

/* What happened is known by more than its stack: it is identified each time. */
static int add(struct addition *addition, uint32_t what, const struct vt__finding_row *row)
{
	struct exact *exact = NULL;
	struct row *found;
	struct key key;

	if (make_key(addition, what, row, &key))
		return -ENOMEM;
	if (!row->record)
		HASH_FIND(hh, addition->merge->exact, &key, sizeof(key), exact);
	found = exact ? exact->row : find_by_identity(addition, &key, row);
	return found ? add_part(found, addition->column, row->sum) : -ENOMEM;
}

/* ---- Processes ----------------------------------------------------------------- */

static int add_findings(struct addition *addition)
{
	int error = 0;

	for (size_t i = 0; !error && i < addition->process->finding_count; i++) {
		struct vt__finding_row row = addition->process->findings[i];

		if (row.finding_class == VT__CLASS_LIVE)
			row.finding_class = VT__CLASS_LEAK;
		error = add(addition, row.finding_class, &row);
	}
	return error;
}

static int add_peaks(struct addition *addition)
{
	const struct vt__recording *recording = addition->process->recording;
	int error = 0;

	for (size_t i = 0; i < addition->process->peak_count; i++) {
		const struct vt__peak_row *peak = &addition->process->peaks[i];

		for (size_t share = 0; !error && share < peak->share_count; share++) {
			const struct vt_format_site *site = peak->shares[share].site;
			const struct vt__finding_row row = {
				.finding_class = VT__CLASS_LEAK,
				.sum = peak->shares[share].sum,
				.kind = site->kind,
				.device = site->device,
				.stack = site->stack,
				.api = vt__recording_string(recording, site->api),
			};

			error = add(addition, VT__MERGED_PEAK, &row);
		}
	}
	return error;
}

int vt__merge_add(struct vt__merge *merge, struct vt__process *process, uint32_t column)
{
	struct addition addition = {.merge = merge, .process = process, .column = column};
	int error = add_findings(&addition);

	merge->allowance.bytes += VT__ALLOWED_FOR_BYTE * vt__recording_bytes(process->recording);

	if (!error)
		error = add_peaks(&addition);
	vt__identities_free(addition.identities);
	return error;
}

/* ---- Access -------------------------------------------------------------------- */

const struct vt__merged *const *vt__merged_rows(const struct vt__merge *merge, size_t *count)
{
	*count = merge->row_count;
	return (const struct vt__merged *const *)merge->rows;
}

struct vt__allowance *vt__merge_allowance(struct vt__merge *merge)
{
	return &merge->allowance;
}

int vt__merged_frames(const struct vt__merge *merge, const struct vt__merged *row,
		      struct vt__frames *frames)
{
	int error = 0;

	frames->count = 0;
	for (size_t i = 0; i < row->place_count && !error; i++)
		error = vt__place_expand(merge->symbolizer, row->places[i], frames);
	if (!error)
		vt__frames_settle(frames);
	return error;
}

int vt__merged_frame(const struct vt__merge *merge, const struct vt__merged *row,
		     struct vt__frames *frames, const struct vt__frame **out)
{
	const int error = vt__merged_frames(merge, row, frames);
	size_t site;

	if (error)
		return error;
	site = vt__site_of(frames);
	*out = site == VT__NO_SITE ? NULL : &frames->frames[site];
	return 0;
}
