/* What is expected of documents, whatever bytes they were made from. */
#include "config.h"

#include <jansson.h>
#include <mxml.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* The number of the character at `at`, by the definition of UTF-8; -1 if there is none. */
static long character(const unsigned char *at, const unsigned char *end, size_t *bytes)
{
	static const long least[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char lead = *at;
	const size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	long code = more ? lead & (0x3f >> more) : lead;

	if ((lead >= 0x80 && lead < 0xc0) || lead >= 0xf8 || (size_t)(end - at) <= more)
		return -1;
	for (size_t i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return -1;
		code = code << 6 | (at[i] & 0x3f);
	}
	*bytes = more + 1;
	return code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? -1
											  : code;
}

/* Bytes of a link: ESC ]8;; ESC \\, or with file:// and a path in ASCII. 0 if it is another. */
static size_t link_escape(const char *at)
{
	static const char begin[] = "\033]8;;", end[] = "\033\\";
	const char *path = at + strlen(begin);

	if (strncmp(at, begin, strlen(begin)) != 0)
		return 0;
	if (strncmp(path, "file://", 7) == 0)
		path += 7 + strspn(path + 7, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					     "0123456789-._~/+,@=%#");
	return strncmp(path, end, strlen(end)) == 0 ? (size_t)(path - at) + strlen(end) : 0;
}

/* Bytes of an escape that sets a colour: ESC [ numbers m; or of a link. 0 if it is another. */
static size_t colour(const char *at)
{
	const size_t numbers = at[1] == '[' ? strspn(at + 2, "0123456789;") : 0;

	return at[1] == '[' && at[2 + numbers] == 'm' ? numbers + 3 : link_escape(at);
}

/* Nothing that moves a cursor or turns a line around. */
static bool is_fit(long code, enum fuzz_form form)
{
	if (code == '\n' || code == '\t')
		return true;
	if (code < ' ' || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e ||
	    code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069))
		return false;
	return form != FUZZ_XML || (code != 0xfffe && code != 0xffff);
}

static void expect_characters(const char *what, const char *text, size_t bytes, enum fuzz_form form)
{
	const char *end = text + bytes;
	size_t length;

	for (const char *at = text; at < end; at += length) {
		const long code = character((const unsigned char *)at, (const unsigned char *)end,
					    &length);

		if (form == FUZZ_COLOUR && code == 0x1b && (length = colour(at)))
			continue;
		if (code < 0 || !is_fit(code, form)) {
			fuzz_note("at byte %zu: ", (size_t)(at - text));
			fuzz_fail(what, text, bytes);
		}
	}
}

static void expect_json(const char *what, const char *text, size_t bytes)
{
	json_error_t error;
	json_t *json = json_loadb(text, bytes, 0, &error);

	if (!json) {
		fuzz_note("line %d, column %d: %s: ", error.line, error.column, error.text);
		fuzz_fail(what, text, bytes);
	}
	json_decref(json);
}

static void expect_page(const char *what, const char *text, size_t bytes)
{
	static const char before[] = "<script id=\"data\" type=\"application/json\">";
	const char *begin = memmem(text, bytes, before, strlen(before));
	const char *end;

	if (!begin)
		fuzz_fail(what, text, bytes);
	begin += strlen(before);
	end = begin + strcspn(begin, "<>&");
	if (strncmp(end, "</script>\n<script>", 18))
		fuzz_fail(what, text, bytes);
	expect_json(what, begin, (size_t)(end - begin));
}

static void expect_xml(const char *what, const char *text, size_t bytes)
{
	mxml_node_t *tree = mxmlLoadString(NULL, text, MXML_OPAQUE_CALLBACK);

	if (!tree)
		fuzz_fail(what, text, bytes);
	mxmlDelete(tree);
}

void fuzz_document_begin(struct fuzz_document *document)
{
	document->out = open_memstream(&document->text, &document->bytes);
	if (!document->out)
		abort();
}

void fuzz_document_close(struct fuzz_document *document)
{
	if (fclose(document->out))
		abort();
	document->out = NULL;
}

void fuzz_document_end(struct fuzz_document *document, const char *what, enum fuzz_form form)
{
	if (document->out)
		fuzz_document_close(document);
	/* a page's own script is no text for a terminal */
	if (form != FUZZ_PAGE)
		expect_characters(what, document->text, document->bytes, form);
	else
		expect_page(what, document->text, document->bytes);
	if (form == FUZZ_JSON)
		expect_json(what, document->text, document->bytes);
	if (form == FUZZ_XML)
		expect_xml(what, document->text, document->bytes);
	free(document->text);
}
