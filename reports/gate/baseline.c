/*
 * Reads baselines, and compares findings with what they say.
 */
#include "config.h"

#include "reports/gate/baseline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/hash.h"
#include "reports/findings/identity.h"
#include "reports/text/lines.h"
#include "reports/compare/merge.h"
#include "reports/text/units.h"

struct entry {
	UT_hash_handle hh;
	struct vt__known known;
	char *text; /* the line; class, kind and title point into it */
	char *comment;
};

struct vt__baseline {
	struct entry **entries; /* in the order of the file */
	size_t count, capacity;
	bool former; /* its identities are of a former scheme */
	struct entry *by_identity;
};

/* Comments since the last entry; an empty line ends them. */
struct comment {
	char *text;
	size_t bytes;
};

static void free_entry(struct entry *entry)
{
	free(entry->comment);
	free(entry->text);
	free(entry);
}

void vt__baseline_free(struct vt__baseline *baseline)
{
	if (!baseline)
		return;
	HASH_CLEAR(hh, baseline->by_identity);
	while (baseline->count)
		free_entry(baseline->entries[--baseline->count]);
	free(baseline->entries);
	free(baseline);
}

/* ---- One line --------------------------------------------------------------------- */

bool vt__tolerance_parse(const char *text, size_t length, struct vt__tolerance *out)
{
	struct vt__tolerance tolerance = {.is_share = length && text[length - 1] == '%'};

	if (tolerance.is_share ? !vt__parse_count(text, length - 1, &tolerance.amount) ||
					 tolerance.amount > 1000000
			       : !vt__parse_bytes(text, length, &tolerance.amount))
		return false;
	*out = tolerance;
	return true;
}

/* Takes the next word of a line, which a space ends; NULL if there is none. */
static char *take_word(char **rest, size_t *length)
{
	char *word = *rest;

	*length = strcspn(word, " ");
	if (!*length || !word[*length])
		return NULL;
	word[*length] = '\0';
	*rest = word + *length + 1;
	return word;
}

static bool take_identity(const char *word, size_t length, char out[33])
{
	if (length != VT__IDENTITY_DIGITS || strspn(word, "0123456789abcdef") != length)
		return false;
	memcpy(out, word, length + 1);
	return true;
}

/* Sets one field from its word; false: it is not what was expected. */
static bool set_field(struct vt__known *known, int field, const char *word, size_t length)
{
	switch (field) {
	case 0:
		return take_identity(word, length, known->identity);
	case 1:
		known->class_name = word;
		return true;
	case 2:
		known->kind = word;
		return true;
	case 3:
		return vt__parse_count(word, length, &known->sum.bytes);
	case 4:
		return vt__parse_count(word, length, &known->sum.count);
	default:
		return vt__tolerance_parse(word, length, &known->tolerance);
	}
}

static int parse_entry(const struct vt__lines *lines, struct entry *entry,
		       char message[VT__MESSAGE_BYTES])
{
	static const char *const expected[] = {
		"an identity of 32 digits 0-9a-f",
		"a class of findings",
		"a kind of memory",
		"a number of bytes",
		"a number of allocations",
		"a tolerance, as 0, 64K or 10%",
	};
	char *rest = entry->text;
	size_t length;

	for (size_t field = 0; field < sizeof(expected) / sizeof(*expected); field++) {
		const char *at = lines->line + (rest - entry->text);
		const char *word = take_word(&rest, &length);

		if (!word || !set_field(&entry->known, (int)field, word, length))
			return vt__lines_refuse(lines, at, message, "expected %s", expected[field]);
	}
	if (!*rest)
		return vt__lines_refuse(lines, lines->line + lines->length, message,
					"expected a title");
	entry->known.title = rest;
	return 0;
}

/* ---- The file ---------------------------------------------------------------------- */

static int keep(struct vt__baseline *baseline, struct entry *entry)
{
	if (baseline->count == baseline->capacity) {
		const size_t more = baseline->capacity ? baseline->capacity * 2 : 64;
		struct entry **grown = reallocarray(baseline->entries, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		baseline->entries = grown;
		baseline->capacity = more;
	}
	HASH_ADD(hh, baseline->by_identity, known.identity, VT__IDENTITY_DIGITS, entry);
	if (!entry->hh.tbl)
		return -ENOMEM;
	baseline->entries[baseline->count++] = entry;
	return 0;
}

static int read_entry(struct vt__baseline *baseline, const struct vt__lines *lines,
		      struct comment *comment, char message[VT__MESSAGE_BYTES])
{
	struct entry *entry = calloc(1, sizeof(*entry));
	int error = -ENOMEM;

	if (entry)
		entry->text = strdup(lines->line);
	if (entry && entry->text)
		error = parse_entry(lines, entry, message);
	if (!error && vt__baseline_find(baseline, entry->known.identity))
		error = vt__lines_refuse(lines, lines->line, message,
					 "expected each identity once; this one was there before");
	if (!error) {
		entry->comment = comment->text;
		entry->known.comment = comment->text ? comment->text : "";
		*comment = (struct comment){.text = NULL};
		error = keep(baseline, entry);
	}
	if (error && entry)
		free_entry(entry);
	return error;
}

static int add_comment(struct comment *comment, const char *line, size_t length)
{
	char *longer = realloc(comment->text, comment->bytes + length + 2);

	if (!longer)
		return -ENOMEM;
	memcpy(longer + comment->bytes, line, length);
	comment->bytes += length + 1;
	longer[comment->bytes - 1] = '\n';
	longer[comment->bytes] = '\0';
	comment->text = longer;
	return 0;
}

static int read_format(struct vt__lines *lines, bool *former, char message[VT__MESSAGE_BYTES])
{
	const int status = vt__lines_next(lines, message);

	if (status < 0)
		return status;
	*former = status && !strcmp(lines->line, VT__BASELINE_FORMER);
	if (*former || (status && !strcmp(lines->line, VT__BASELINE_FORMAT)))
		return 0;
	if (status && !strncmp(lines->line, "vramtrack-baseline ", 19))
		return vt__lines_refuse(
			lines, lines->line + 19, message,
			"expected format 1 or 2; this baseline is of another version of "
			"vramtrack: make it anew with --update-baseline");
	lines->line[0] = '\0';
	return vt__lines_refuse(lines, NULL, message, "expected \"" VT__BASELINE_FORMAT "\"");
}

static int read_lines(struct vt__baseline *baseline, struct vt__lines *lines,
		      struct comment *comment, char message[VT__MESSAGE_BYTES])
{
	int status = read_format(lines, &baseline->former, message);

	while (!status && (status = vt__lines_next(lines, message)) == 1) {
		if (lines->line[0] == '#') {
			status = add_comment(comment, lines->line, lines->length);
		} else if (lines->length) {
			status = read_entry(baseline, lines, comment, message);
		} else {
			free(comment->text);
			*comment = (struct comment){.text = NULL};
			status = 0;
		}
	}
	return status;
}

int vt__baseline_read(const char *path, struct vt__baseline **out, char message[VT__MESSAGE_BYTES])
{
	struct vt__baseline *baseline = calloc(1, sizeof(*baseline));
	struct comment comment = {.text = NULL};
	struct vt__lines lines;
	int error = -ENOMEM;

	snprintf(message, VT__MESSAGE_BYTES, "out of memory");
	if (baseline)
		error = vt__lines_open(&lines, path, message);
	if (error) {
		free(baseline);
		return error;
	}
	error = read_lines(baseline, &lines, &comment, message);
	vt__lines_close(&lines);
	free(comment.text);
	if (error)
		vt__baseline_free(baseline);
	else
		*out = baseline;
	return error;
}

/* ---- Asking ----------------------------------------------------------------------- */

const struct vt__known *vt__baseline_find(const struct vt__baseline *baseline, const char *identity)
{
	struct entry *entry;

	HASH_FIND(hh, baseline->by_identity, identity, VT__IDENTITY_DIGITS, entry);
	return entry ? &entry->known : NULL;
}

bool vt__baseline_is_former(const struct vt__baseline *baseline)
{
	return baseline->former;
}

bool vt__baseline_knows(const struct vt__baseline *baseline, const struct vt__judged *judged,
			struct vt__known *out)
{
	const struct vt__known *known = vt__baseline_find(baseline, judged->identity);
	bool found = known;

	if (known)
		*out = *known;
	for (size_t i = 0; !known && i < judged->former_count; i++) {
		const struct vt__known *part = vt__baseline_find(baseline, judged->former[i]);

		if (part && !found)
			*out = *part;
		else if (part)
			vt__sum_add(&out->sum, part->sum);
		found |= part != NULL;
	}
	return found;
}

const struct vt__known *vt__baseline_at(const struct vt__baseline *baseline, size_t number)
{
	return number < baseline->count ? &baseline->entries[number]->known : NULL;
}

/* No sum of a recording is above what does not fit. */
static uint64_t allowed(uint64_t amount, struct vt__tolerance tolerance)
{
	const unsigned __int128 more = tolerance.is_share
					       ? (unsigned __int128)amount * tolerance.amount / 100
					       : tolerance.amount;

	return amount + more > UINT64_MAX ? UINT64_MAX : (uint64_t)(amount + more);
}

bool vt__baseline_has_grown(const struct vt__known *known, const struct vt__judged *judged)
{
	if (judged->row->record || vt__bucket_of(judged->row->kind) == VT_BUCKET_HELD)
		return judged->sum.count > allowed(known->sum.count, known->tolerance);
	return judged->sum.bytes > allowed(known->sum.bytes, known->tolerance);
}
