/*
 * Parses one line of a file of rules about frames.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/names/frame_rules_private.h"

#define SPACE " \t"

/* What is parsed, and where to complain. */
struct parser {
	const struct vt__lines *lines;
	struct vt__frame_rule *rule;
	char *message;
};

#define REFUSE(parser, at, ...)                                                                    \
	vt__lines_refuse((parser)->lines, (parser)->lines->line + ((at) - (parser)->rule->text),   \
			 (parser)->message, __VA_ARGS__)

/* The row of a word in a table of names; `count` if it is not there. */
static size_t find_word(const char *const *names, size_t count, const char *word, size_t bytes)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(names[i]) == bytes && !memcmp(names[i], word, bytes))
			break;
	return i;
}

/* By enum vt__keep. */
static const char *const keeps[] = {"leak", "retained", "cached"};
#define KEEPS (sizeof(keeps) / sizeof(*keeps))

static int take_role(const struct parser *parser, const char **at)
{
	static const char *const names[] = {
#define VT__ROLE(id, name) name,
		VT__ROLES(VT__ROLE)
#undef VT__ROLE
	};
	const size_t bytes = strcspn(*at, ":" SPACE);
	const size_t role = find_word(names, VT__ROLE_COUNT, *at, bytes);
	const size_t keep = find_word(keeps, KEEPS, *at, bytes);

	if ((role == VT__ROLE_COUNT && keep == KEEPS) || (*at)[bytes] != ':')
		return REFUSE(parser, *at,
			      "expected 'user:', 'call:', 'library:', 'runtime:' or 'cuda:', or "
			      "'retained:', 'cached:' or 'leak:', not '%.*s'",
			      (int)(bytes < 40 ? bytes : 40), *at);
	parser->rule->is_of_memory = role == VT__ROLE_COUNT;
	if (parser->rule->is_of_memory)
		parser->rule->keep = (enum vt__keep)keep;
	else
		parser->rule->role = (enum vt__role)role;
	*at += bytes + 1;
	return 0;
}

static int take_language(const struct parser *parser, const char *word, size_t bytes)
{
	static const char *const names[] = {
#define VT__LANGUAGE(id, name) name,
		VT__LANGUAGES(VT__LANGUAGE)
#undef VT__LANGUAGE
	};
	const size_t language = find_word(names, VT__LANGUAGE_COUNT, word, bytes);

	if (language == VT__LANGUAGE_COUNT)
		return REFUSE(parser, word, "expected language:python or language:native");
	parser->rule->language = (enum vt__language)language;
	return 0;
}

/* ---- What only rules about memory have ------------------------------------------- */

static const char *const kinds[] = {
#define VT_KIND(id, json, words, bucket, with_context) json,
	VT_KINDS(VT_KIND)
#undef VT_KIND
};

static int take_kinds(const struct parser *parser, const char *word, size_t bytes)
{
	const char *end = word + bytes;

	while (word <= end) {
		const size_t letters = strcspn(word, "," SPACE);
		const size_t kind = find_word(kinds, VT_KIND_COUNT, word, letters);

		if (kind == VT_KIND_COUNT)
			return REFUSE(parser, word,
				      "expected a kind of memory, as linear or pinned_host, not "
				      "'%.*s'",
				      (int)(letters < 40 ? letters : 40), word);
		parser->rule->kinds |= 1ull << kind;
		word += letters + 1;
	}
	return 0;
}

static int take_by(const struct parser *parser, const char *word, size_t bytes)
{
	free(parser->rule->by);
	parser->rule->by = strndup(word, bytes);
	return parser->rule->by ? 0 : -ENOMEM;
}

static int take_unless(const struct parser *parser, const char *word, size_t bytes)
{
	parser->rule->unless = (struct vt__words){word, bytes};
	return 0;
}

static int take_at(const struct parser *parser, const char *word, size_t bytes)
{
	if (bytes != strlen("any") || memcmp(word, "any", bytes))
		return REFUSE(parser, word, "expected at:any");
	parser->rule->anywhere = true;
	return 0;
}

static const struct key {
	const char *text;
	bool is_of_memory; /* only rules about it have that */
	int (*take)(const struct parser *parser, const char *word, size_t bytes);
} keys[] = {
	{"language:", false, take_language}, {"by:", true, take_by}, {"kind:", true, take_kinds},
	{"unless:", true, take_unless},      {"at:", true, take_at},
};

static const struct key *find_key(const struct vt__frame_rule *rule, const char *word, size_t bytes)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const size_t length = strlen(keys[i].text);

		if (bytes > length && !memcmp(word, keys[i].text, length) &&
		    (rule->is_of_memory || !keys[i].is_of_memory))
			return &keys[i];
	}
	return NULL;
}

static int take_condition(const struct parser *parser, const char *word, size_t bytes)
{
	struct vt__frame_rule *rule = parser->rule;
	const struct key *key = find_key(rule, word, bytes);

	if (key)
		return key->take(parser, word + strlen(key->text), bytes - strlen(key->text));
	if (rule->count == VT__FRAME_CONDITIONS)
		return REFUSE(parser, word, "expected at most %d patterns", VT__FRAME_CONDITIONS);
	if (!vt__frame_pattern_parse(word, bytes, &rule->patterns[rule->count]))
		return REFUSE(parser, word, "expected a pattern");
	rule->count++;
	return 0;
}

static int take_conditions(const struct parser *parser, const char *at)
{
	int error = 0;

	for (at += strspn(at, SPACE); *at && *at != '#' && !error; at += strspn(at, SPACE)) {
		const size_t bytes = strcspn(at, SPACE);

		error = take_condition(parser, at, bytes);
		at += bytes;
	}
	if (!error && !parser->rule->count)
		return REFUSE(parser, at, "expected a pattern, as fun:^name or module:^libname.so");
	if (!error && parser->rule->keep && !parser->rule->by)
		return REFUSE(parser, at, "expected who keeps it, as by:cuBLAS");
	return error;
}

void vt__frame_rule_release(struct vt__frame_rule *rule)
{
	free(rule->text);
	free(rule->by);
	free(rule->file);
	*rule = (struct vt__frame_rule){.text = NULL};
}

int vt__frame_rule_parse(const struct vt__lines *lines, struct vt__frame_rule *rule,
			 char message[VT__MESSAGE_BYTES])
{
	const struct parser parser = {lines, rule, message};
	const size_t indent = strspn(lines->line, SPACE);
	const char *at;
	int error;

	if (!lines->line[indent] || lines->line[indent] == '#')
		return 0;
	*rule = (struct vt__frame_rule){.text = strdup(lines->line)};
	if (!rule->text)
		return -ENOMEM;
	at = rule->text + indent;
	error = take_role(&parser, &at);
	if (!error)
		error = take_conditions(&parser, at);
	if (!error && rule->is_of_memory) {
		rule->line = lines->number;
		rule->file = strdup(lines->path);
		error = rule->file ? 0 : -ENOMEM;
	}
	if (!error)
		return 1;
	vt__frame_rule_release(rule);
	return error;
}
