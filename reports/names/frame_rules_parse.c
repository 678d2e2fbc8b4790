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

static int take_role(const struct parser *parser, const char **at)
{
	static const char *const names[] = {
#define VT__ROLE(id, name) name,
		VT__ROLES(VT__ROLE)
#undef VT__ROLE
	};
	const size_t bytes = strcspn(*at, ":" SPACE);
	const size_t role = find_word(names, VT__ROLE_COUNT, *at, bytes);

	if (role == VT__ROLE_COUNT || (*at)[bytes] != ':')
		return REFUSE(parser, *at,
			      "expected 'user:', 'call:', 'library:', 'runtime:' or 'cuda:', not "
			      "'%.*s'",
			      (int)(bytes < 40 ? bytes : 40), *at);
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

static int take_condition(const struct parser *parser, const char *word, size_t bytes)
{
	static const char language[] = "language:";
	struct vt__frame_rule *rule = parser->rule;

	if (bytes >= strlen(language) && !memcmp(word, language, strlen(language)))
		return take_language(parser, word + strlen(language), bytes - strlen(language));
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
	return error;
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
	if (!error)
		return 1;
	free(rule->text);
	rule->text = NULL;
	return error;
}
