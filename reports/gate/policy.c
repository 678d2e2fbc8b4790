/*
 * Clauses of the policy: parsing them, and asking whether a finding is theirs.
 */
#include "config.h"

#include "reports/gate/policy.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/units.h"

#define TIMES "\xc3\x97" /* the multiplication sign */

void vt__policy_init(struct vt__policy *policy)
{
	*policy = (struct vt__policy){.clauses = NULL};
}

void vt__policy_release(struct vt__policy *policy)
{
	while (policy->clause_count)
		free(policy->clauses[--policy->clause_count].text);
	while (policy->suppressions_count)
		free(policy->suppressions[--policy->suppressions_count]);
	while (policy->release_count)
		free(policy->releases[--policy->release_count].file);
	free(policy->releases);
	free(policy->clauses);
	while (policy->allow_unseen_count)
		free(policy->allow_unseen[--policy->allow_unseen_count]);
	free(policy->suppressions);
	free(policy->allow_unseen);
	free(policy->baseline);
	vt__policy_init(policy);
}

int vt__policy_allow_unseen(struct vt__policy *policy, const char *names)
{
	while (*(names += strspn(names, ", \t"))) {
		const size_t bytes = strcspn(names, ", \t");
		char *name = strndup(names, bytes);
		char **grown = name ? reallocarray(policy->allow_unseen,
						   policy->allow_unseen_count + 1, sizeof(*grown))
				    : NULL;

		if (!grown) {
			free(name);
			return -ENOMEM;
		}
		policy->allow_unseen = grown;
		grown[policy->allow_unseen_count++] = name;
		names += bytes;
	}
	return 0;
}

/* ---- Parsing ------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static int refuse(char message[VT__MESSAGE_BYTES],
							const char *format, ...)
{
	va_list words;

	va_start(words, format);
	vsnprintf(message, VT__MESSAGE_BYTES, format, words);
	va_end(words);
	return -EINVAL;
}

static int take_class(struct vt__clause *clause, const char *name, size_t bytes,
		      char message[VT__MESSAGE_BYTES])
{
	const enum vt__class what = vt__class_named(name, bytes);
	char names[512] = "";

	if (bytes == 3 && !memcmp(name, "any", 3)) {
		clause->classes = UINT32_MAX;
		return 0;
	}
	if (what < VT__CLASS_COUNT) {
		clause->classes = 1u << what;
		return 0;
	}
	for (int known = 0; known < VT__CLASS_COUNT; known++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s, ",
			 vt__class_words[known].json);
	return refuse(message, "expected a class of findings (%sany, or none alone), not '%.*s'",
		      names, (int)bytes, name);
}

/* Behind a '>': "10x" and the like are occurrences, all else bytes. */
static bool take_bound(struct vt__clause *clause, const char *value, size_t bytes)
{
	const size_t digits = strspn(value, "0123456789"), rest = bytes - digits;

	if (digits < bytes && ((rest == 1 && value[digits] == 'x') ||
			       (rest == strlen(TIMES) && !memcmp(value + digits, TIMES, rest))))
		return vt__parse_count(value, digits, &clause->count);
	return vt__parse_bytes(value, bytes, &clause->bytes);
}

static bool take_kind(struct vt__clause *clause, const char *value, size_t bytes)
{
	clause->kind = vt__kind_named(value, bytes);
	return clause->kind < VT_KIND_COUNT;
}

static bool take_device(struct vt__clause *clause, const char *value, size_t bytes)
{
	uint64_t ordinal;

	if (!vt__parse_count(value, bytes, &ordinal) || ordinal > 63)
		return false;
	clause->devices |= 1ull << ordinal;
	return true;
}

static bool take_total(struct vt__clause *clause, const char *value, size_t bytes)
{
	return vt__parse_bytes(value, bytes, &clause->total);
}

/* A term without a value: whether what is found are objects (streams, executable graphs, ...). */
static bool take_sort(struct vt__clause *clause, const char *term, size_t bytes)
{
	static const char memory[] = "memory", objects[] = "objects";

	if (bytes == strlen(memory) && !memcmp(term, memory, bytes))
		clause->only_memory = true;
	else if (bytes == strlen(objects) && !memcmp(term, objects, bytes))
		clause->only_objects = true;
	else
		return false;
	return !(clause->only_memory && clause->only_objects);
}

static int refuse_kind(const char *term, size_t bytes, char message[VT__MESSAGE_BYTES])
{
	char names[VT__MESSAGE_BYTES] = "";

	for (int known = 0; known < VT_KIND_COUNT; known++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 known ? ", " : "", vt__kind_words[known].json);
	return refuse(message, "expected kind=NAME of %s, not '%.*s'", names, (int)bytes, term);
}

static int take_term(struct vt__clause *clause, const char *term, size_t bytes,
		     char message[VT__MESSAGE_BYTES])
{
	static const struct {
		const char *key;
		bool (*take)(struct vt__clause *clause, const char *value, size_t bytes);
	} terms[] = {
		{">", take_bound},
		{"total>", take_total},
		{"device=", take_device},
		{"kind=", take_kind},
	};
	size_t length;

	if (take_sort(clause, term, bytes))
		return 0;
	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
		length = strlen(terms[i].key);
		if (bytes > length && !memcmp(term, terms[i].key, length) &&
		    terms[i].take(clause, term + length, bytes - length))
			return 0;
	}
	if (bytes > 5 && !memcmp(term, "kind=", 5))
		return refuse_kind(term, bytes, message);
	return refuse(message,
		      "expected >BYTES (as >1M), >Nx (as >10x), total>BYTES, device=N, kind=NAME, "
		      "memory or objects, not '%.*s'",
		      (int)bytes, term);
}

static int parse(struct vt__clause *clause, const char *text, char message[VT__MESSAGE_BYTES])
{
	size_t bytes = strcspn(text, ":");
	int error = take_class(clause, text, bytes, message);

	while (!error && text[bytes] == ':') {
		text += bytes + 1;
		bytes = strcspn(text, ":");
		error = take_term(clause, text, bytes, message);
	}
	return error;
}

int vt__policy_add(struct vt__policy *policy, const char *text, char message[VT__MESSAGE_BYTES])
{
	struct vt__clause clause = {.kind = VT_FORMAT_NONE};
	struct vt__clause *grown;
	const bool is_none = !strcmp(text, "none");
	int error = is_none ? 0 : parse(&clause, text, message);

	if (error)
		return error;
	if (is_none ? policy->clause_count > 0 : policy->nothing_fails)
		return refuse(message, "expected 'none' alone, or no 'none': something fails, "
				       "or nothing");
	policy->nothing_fails = is_none;
	if (is_none)
		return 0;
	snprintf(message, VT__MESSAGE_BYTES, "out of memory");
	grown = reallocarray(policy->clauses, policy->clause_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	policy->clauses = grown;
	clause.text = strdup(text);
	if (!clause.text)
		return -ENOMEM;
	grown[policy->clause_count++] = clause;
	return 0;
}

int vt__policy_finish(struct vt__policy *policy)
{
	char message[VT__MESSAGE_BYTES];
	int error = 0;

	if (policy->clause_count || policy->nothing_fails)
		return 0;
	for (size_t what = 0; what < VT__CLASS_COUNT && !error; what++)
		if (vt__class_words[what].fails)
			error = vt__policy_add(policy, vt__class_words[what].json, message);
	return error;
}

/* ---- Asking ---------------------------------------------------------------------- */

static uint64_t above(uint64_t number, uint64_t known)
{
	return number > known ? number - known : 0;
}

struct vt__sum vt__judged_excess(const struct vt__judged *judged)
{
	struct vt__sum excess = judged->sum;

	/* Bytes of what happened are those of one time. */
	if (!judged->row->record)
		excess.bytes = above(excess.bytes, judged->known.bytes);
	excess.count = above(excess.count, judged->known.count);
	return excess;
}

bool vt__clause_applies(const struct vt__clause *clause, const struct vt__judged *judged)
{
	const struct vt__sum excess = vt__judged_excess(judged);

	if (judged->standing != VT__STANDING_NEW && judged->standing != VT__STANDING_GROWN)
		return false;
	if (!(clause->classes & 1u << judged->row->finding_class))
		return false;
	if (vt__bucket_of(judged->row->kind) == VT_BUCKET_HELD ? clause->only_memory
							       : clause->only_objects)
		return false;
	if (clause->kind != VT_FORMAT_NONE && clause->kind != judged->row->kind)
		return false;
	if (clause->devices && !(clause->devices & judged->devices))
		return false;
	return (!clause->bytes || excess.bytes > clause->bytes) &&
	       (!clause->count || excess.count > clause->count);
}
