/*
 * Parses one line of a suppressions file.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gate/suppressions_private.h"
#include "reports/text/units.h"

/* What is parsed, and where to complain. */
struct parser {
	const struct vt__lines *lines;
	struct vt__rule *rule;
	char *message;
};

#define REFUSE(parser, at, ...)                                                                    \
	vt__lines_refuse((parser)->lines, at, (parser)->message, __VA_ARGS__)

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool is_word(const char *text, size_t bytes, const char *word)
{
	return strlen(word) == bytes && !memcmp(text, word, bytes);
}

/* ---- Conditions ---------------------------------------------------------------- */

/* A condition's value ends with the word. */
typedef int set_condition(const struct parser *parser, const char *value, size_t bytes,
			  bool excluded);

static int set_kind(const struct parser *parser, const char *value, size_t bytes, bool excluded)
{
	const uint32_t kind = vt__kind_named(value, bytes);

	(void)excluded;
	if (kind < VT_KIND_COUNT) {
		parser->rule->kind = kind;
		return 0;
	}
	return REFUSE(parser, value,
		      "expected a kind of memory, as linear or pinned_host, not '%.*s'", (int)bytes,
		      value);
}

static int set_device(const struct parser *parser, const char *value, size_t bytes, bool excluded)
{
	uint64_t ordinal;

	(void)excluded;
	if (!vt__parse_count(value, bytes, &ordinal) || ordinal > 63)
		return REFUSE(parser, value, "expected the number of a device, 0 to 63");
	parser->rule->devices |= 1ull << ordinal;
	return 0;
}

static int set_bytes(const struct parser *parser, const char *value, size_t bytes, bool excluded)
{
	if (!vt__parse_bytes(value, bytes, &parser->rule->bytes) ||
	    (excluded && !parser->rule->bytes))
		return REFUSE(parser, value, "expected a number of bytes, as 512, 64K or 8M");
	parser->rule->bytes -= excluded;
	return 0;
}

static int set_count(const struct parser *parser, const char *value, size_t bytes, bool excluded)
{
	if (!vt__parse_count(value, bytes, &parser->rule->count) ||
	    (excluded && !parser->rule->count))
		return REFUSE(parser, value, "expected a number");
	parser->rule->count -= excluded;
	return 0;
}

static int set_at(const struct parser *parser, const char *value, size_t bytes, bool excluded)
{
	(void)excluded;
	parser->rule->exact = is_word(value, bytes, "exact");
	if (!parser->rule->exact && !is_word(value, bytes, "innermost"))
		return REFUSE(parser, value, "expected at=innermost or at=exact");
	parser->rule->innermost = true;
	return 0;
}

static bool is_day(uint32_t year, uint32_t month, uint32_t day)
{
	static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || leap;
}

static int set_until(const struct parser *parser, const char *value, size_t bytes, bool excluded)
{
	uint32_t parts[3] = {0}, part = 0;
	size_t i;

	(void)excluded;
	for (i = 0; i < bytes; i++) {
		if (i == 4 || i == 7) {
			part += value[i] == '-';
			continue;
		}
		if (value[i] < '0' || value[i] > '9' || part > 2)
			break;
		parts[part] = parts[part] * 10 + (uint32_t)(value[i] - '0');
	}
	if (bytes != 10 || i < bytes || part != 2 || !is_day(parts[0], parts[1], parts[2]))
		return REFUSE(parser, value, "expected a day, as until=2026-12-31");
	parser->rule->until = parts[0] * 10000 + parts[1] * 100 + parts[2];
	return 0;
}

static const struct {
	const char *name;
	bool is_bound; /* written with <= or <, else with = */
	set_condition *set;
} conditions[] = {
	{"kind", false, set_kind},  {"device", false, set_device}, {"bytes", true, set_bytes},
	{"count", true, set_count}, {"at", false, set_at},         {"until", false, set_until},
};

/* Letters, then '=', '<=' or '<', then something: a function's name is not like that. */
static bool looks_like_condition(const char *word, size_t bytes)
{
	const size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz_");

	return letters && letters + 1 < bytes && strchr("=<", word[letters]) &&
	       (word[letters] == '=' || word[letters + 1] == '=' ||
		(word[letters + 1] >= '0' && word[letters + 1] <= '9')) &&
	       !is_word(word, letters, "operator");
}

static int take_condition(const struct parser *parser, const char *word, size_t bytes)
{
	const size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz_");
	const char *value = word + letters + 1;
	const bool below = word[letters] == '<', or_equal = below && *value == '=';

	value += or_equal;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
		if (!is_word(word, letters, conditions[i].name))
			continue;
		if (below != conditions[i].is_bound)
			return REFUSE(parser, word + letters, "expected '%s' behind '%s'",
				      conditions[i].is_bound ? "<=" : "=", conditions[i].name);
		return conditions[i].set(parser, value, bytes - (size_t)(value - word),
					 below && !or_equal);
	}
	return REFUSE(
		parser, word,
		"expected one of the conditions kind, device, bytes, count, at and until, not "
		"'%.*s'",
		(int)letters, word);
}

/* Takes conditions from the end of a rule; sets where what is before them ends. */
static int take_conditions(const struct parser *parser, const char *start, const char **end)
{
	for (;;) {
		const char *word;
		int error;

		while (*end > start && is_space((*end)[-1]))
			(*end)--;
		for (word = *end; word > start && !is_space(word[-1]); word--)
			;
		if (word == start || !looks_like_condition(word, (size_t)(*end - word)))
			return 0;
		error = take_condition(parser, word, (size_t)(*end - word));
		if (error)
			return error;
		*end = word;
	}
}

/* ---- Classes and frames ------------------------------------------------------------ */

static int take_class(const struct parser *parser, const char *name, size_t bytes)
{
	const enum vt__class what = vt__class_named(name, bytes);

	if (is_word(name, bytes, "any")) {
		parser->rule->classes = UINT32_MAX;
		return 0;
	}
	if (what < VT__CLASS_COUNT) {
		parser->rule->classes |= 1u << what;
		return 0;
	}
	return REFUSE(parser, name,
		      "expected 'leak:' or another class of findings, or 'any:', not '%.*s'",
		      (int)(bytes < 40 ? bytes : 40), name);
}

static int take_classes(const struct parser *parser, const char **at, const char *end)
{
	const char *colon = memchr(*at, ':', (size_t)(end - *at));

	if (!colon)
		return REFUSE(parser, *at, "expected CLASS:PATTERN, as leak:libfoo.so");
	while (*at <= colon) {
		const size_t bytes = strcspn(*at, ",:");
		const int error = take_class(parser, *at, bytes);

		if (error)
			return error;
		*at += bytes + 1;
	}
	return 0;
}

/* "..." between patterns; as the last parameter of a function it is part of a name. */
static const char *find_dots(const char *at, const char *end)
{
	while ((at = memmem(at, (size_t)(end - at), "...", 3))) {
		if (at + 3 == end || !strchr(")>,", at[3]))
			return at;
		at += 3;
	}
	return NULL;
}

static int take_frame(const struct parser *parser, const char *at, const char *end)
{
	struct vt__rule *rule = parser->rule;
	struct vt__frame_pattern *frame;

	while (at < end && is_space(*at))
		at++;
	while (end > at && is_space(end[-1]))
		end--;
	if (rule->frame_count == VT__RULE_FRAMES)
		return REFUSE(parser, at, "expected at most %d patterns", VT__RULE_FRAMES);
	frame = reallocarray(rule->frames, rule->frame_count + 1, sizeof(*frame));
	if (!frame)
		return -ENOMEM;
	rule->frames = frame;
	frame += rule->frame_count;
	if (!vt__frame_pattern_parse(at, (size_t)(end - at), frame))
		return REFUSE(parser, frame->pattern, "expected a pattern");
	frame->pattern = rule->text + (frame->pattern - parser->lines->line);
	rule->frame_count++;
	return 0;
}

static int take_frames(const struct parser *parser, const char *at, const char *end)
{
	for (;;) {
		const char *dots = find_dots(at, end);
		const int error = take_frame(parser, at, dots ? dots : end);

		if (error || !dots)
			return error;
		at = dots + 3;
	}
}

/* ---- A line -------------------------------------------------------------------------- */

/* Where a rule ends: before white space and a '#'. */
static const char *find_comment(const char *at)
{
	const char *hash = at;

	while ((hash = strchr(hash, '#'))) {
		if (hash == at || is_space(hash[-1]))
			return hash;
		hash++;
	}
	return at + strlen(at);
}

int vt__rule_parse(const struct vt__lines *lines, struct vt__rule *rule,
		   char message[VT__MESSAGE_BYTES])
{
	const struct parser parser = {lines, rule, message};
	const char *at = lines->line, *end;
	int error;

	while (is_space(*at))
		at++;
	end = find_comment(at);
	if (end == at)
		return 0;
	*rule = (struct vt__rule){.line = lines->number,
				  .kind = VT_FORMAT_NONE,
				  .bytes = UINT64_MAX,
				  .count = UINT64_MAX};
	while (end > at && is_space(end[-1]))
		end--;
	rule->text = strndup(lines->line, (size_t)(end - lines->line));
	if (!rule->text)
		return -ENOMEM;
	error = take_classes(&parser, &at, end);
	if (!error)
		error = take_conditions(&parser, at, &end);
	if (!error)
		error = take_frames(&parser, at, end);
	if (!error)
		return 1;
	vt__rule_release(rule);
	return error;
}

void vt__rule_release(struct vt__rule *rule)
{
	free(rule->frames);
	free(rule->text);
	rule->frames = NULL;
	rule->text = NULL;
}
