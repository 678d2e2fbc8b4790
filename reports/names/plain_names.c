/*
 * Names of functions and modules without what is not theirs to keep: the work of
 * compilers, linkers and package versions.
 */
#include "config.h"

#include "reports/names/plain_names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/path.h"

static bool is_hexadecimal(const char *text, size_t count)
{
	return strspn(text, "0123456789abcdef") >= count;
}

const char *vt__plain_function(const char *function, size_t *bytes)
{
	static const char *const additions[] = {
		" [clone ",  ".constprop.", ".isra.",  ".part.",   ".cold",
		".lto_priv", ".llvm.",      ".clone.", ".__uniq.", ".localalias",
	};
	const char *end = function + strlen(function), *found;

	for (size_t i = 0; i < sizeof(additions) / sizeof(*additions); i++) {
		found = strstr(function, additions[i]);
		if (found && found > function && found < end)
			end = found;
	}
	/* Rust: "worker::load::h0123456789abcdef" */
	found = end - function > 19 ? end - 19 : NULL;
	if (found && !memcmp(found, "::h", 3) && is_hexadecimal(found + 3, 16))
		end = found;
	*bytes = (size_t)(end - function);
	return function;
}

/* "-0123456789abcdef" by cargo, "-01234567" by wheels, before the end or a point. */
static const char *build_hash(const char *name, const char *end)
{
	const char *dash = memrchr(name, '-', (size_t)(end - name));
	const size_t digits = dash ? strspn(dash + 1, "0123456789abcdef") : 0;
	const char *behind = dash ? dash + 1 + digits : NULL;

	if (dash == name || (digits != 8 && digits != 16))
		return NULL;
	return behind == end || *behind == '.' ? dash : NULL;
}

const char *vt__plain_module(const char *path, size_t *bytes)
{
	const char *name = vt__last_part(path);
	const char *version = strstr(name, ".so."), *hash;
	const char *end = version ? version + strlen(".so") : name + strlen(name);

	hash = build_hash(name, end);
	if (hash)
		end = hash;
	*bytes = (size_t)(end - name);
	return name;
}

/* ---- Functions as they count --------------------------------------------------- */

/* A name that is being copied. */
struct copying {
	const char *at, *end;
	char *out;
	size_t count;
	int angles, braces; /* open ones */
	bool in_operator;
};

static bool starts(const struct copying *copying, const char *text)
{
	const size_t bytes = strlen(text);

	return (size_t)(copying->end - copying->at) >= bytes && !memcmp(copying->at, text, bytes);
}

static void copy(struct copying *copying, size_t bytes)
{
	memcpy(copying->out + copying->count, copying->at, bytes);
	copying->count += bytes;
	copying->at += bytes;
}

static bool is_word_byte(char byte)
{
	return byte == '_' || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z');
}

/* "operator<", "operator()", "operator new": its brackets and spaces are a name. */
static bool take_operator(struct copying *copying)
{
	static const char word[] = "operator";

	if (copying->angles || copying->braces || !starts(copying, word) ||
	    (copying->count && is_word_byte(copying->out[copying->count - 1])) ||
	    (copying->at + strlen(word) < copying->end && is_word_byte(copying->at[strlen(word)])))
		return false;
	copy(copying, strlen(word));
	if (starts(copying, "()"))
		copy(copying, 2);
	while (copying->at < copying->end && strchr("<>=!+-*/%^&|~,[]", *copying->at))
		copy(copying, 1);
	copying->in_operator = true;
	return true;
}

/* Behind parameters, "::" goes on: a function's local class or lambda. Passes what
 * qualifies the function; false: the name ends here. */
static bool pass_parameters(struct copying *copying)
{
	static const char *const qualifiers[] = {" const", " volatile", " &&", " &"};
	const char *at = copying->at;
	int open = 0;

	for (; copying->at < copying->end; copying->at++) {
		open += (*copying->at == '(') - (*copying->at == ')');
		if (!open)
			break;
	}
	if (copying->at == copying->end) {
		copying->at = at;
		return false;
	}
	copying->at++;
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(*qualifiers); i++)
		if (starts(copying, qualifiers[i]))
			copying->at += strlen(qualifiers[i]);
	return starts(copying, "::");
}

/* What two tools write in two ways; false if there is none of it here. */
static bool take_variant(struct copying *copying)
{
	static const char space[] = "(anonymous namespace)", none[] = "(anonymous)";
	const char *close;

	if (starts(copying, space)) {
		memcpy(copying->out + copying->count, none, strlen(none));
		copying->count += strlen(none);
		copying->at += strlen(space);
		return true;
	}
	if (starts(copying, none)) {
		copy(copying, strlen(none));
		return true;
	}
	close = starts(copying, "[abi:")
			? memchr(copying->at, ']', (size_t)(copying->end - copying->at))
			: NULL;
	if (close)
		copying->at = close + 1;
	return close;
}

/* In arguments of a template: "4ul" is "4", "> >" is ">>". */
static bool is_decoration(const struct copying *copying)
{
	const char *at = copying->at;

	if (!copying->angles || !copying->count)
		return false;
	if (*at == ' ')
		return at + 1 < copying->end && at[1] == '>';
	if ((*at != 'u' && *at != 'l') || copying->out[copying->count - 1] < '0' ||
	    copying->out[copying->count - 1] > '9')
		return false;
	at += strspn(at, "ul");
	return at < copying->end && strchr(",> ", *at);
}

/* One byte of the name; false: it ends before it. */
static bool take_byte(struct copying *copying)
{
	const bool outside = !copying->angles && !copying->braces;
	const char byte = *copying->at;

	if (outside && byte == '(')
		return pass_parameters(copying);
	if (outside && byte == ' ' && !copying->in_operator) {
		copying->count = 0; /* that was the return type */
		copying->at++;
		return true;
	}
	if (is_decoration(copying)) {
		copying->at += byte == ' ' ? 1 : strspn(copying->at, "ul");
		return true;
	}
	if (!copying->braces)
		copying->angles += (byte == '<') - (byte == '>' && copying->angles > 0);
	copying->braces += (byte == '{') - (byte == '}' && copying->braces > 0);
	copy(copying, 1);
	return true;
}

char *vt__plain_name(const char *function)
{
	size_t bytes;
	const char *start = vt__plain_function(function, &bytes);
	struct copying copying = {.at = start, .end = start + bytes, .out = malloc(bytes + 1)};

	if (!copying.out)
		return NULL;
	while (copying.at < copying.end)
		if (!take_operator(&copying) && !take_variant(&copying) && !take_byte(&copying))
			break;
	/* Brackets that do not close, a name of nothing but parameters. */
	if (!copying.count) {
		memcpy(copying.out, start, bytes);
		copying.count = bytes;
	}
	copying.out[copying.count] = '\0';
	return copying.out;
}
