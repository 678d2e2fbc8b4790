/*
 * The report as a page: a report on recordings, or what several processes are beside one another.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/page.h"
#include "reports/formats/ranks_writer.h"
#include "reports/formats/text.h"
#include "reports/formats/writer.h"
#include "reports/text/stream.h"

int vt__page_verdict(const struct vt__analysis *analysis, FILE *out)
{
	char *words = NULL;
	size_t length;
	FILE *memory = open_memstream(&words, &length);
	struct vt__text text = {.out = memory};
	json_t *value = NULL;

	if (memory) {
		vt__text_verdict(&text, analysis);
		fclose(memory);
	}
	if (words) {
		words[strcspn(words, "\n")] = '\0';
		value = vt__json_string(words);
	}
	free(words);
	fputs(",\n \"verdict\":", out);
	if (!value)
		return -ENOMEM;
	if (vt__json_dump(value, out, JSON_ENCODE_ANY)) {
		json_decref(value);
		return vt__stream_failure(out);
	}
	json_decref(value);
	return 0;
}

static int write_verdict(const void *closure, FILE *out)
{
	return vt__page_verdict(closure, out);
}

static int write_report(const void *closure, const struct vt__json_form *form, FILE *out)
{
	fputs("\"report\":", out);
	return vt__write_json_with(closure, form, write_verdict, closure, out);
}

static int write_ranks(const void *closure, const struct vt__json_form *form, FILE *out)
{
	fputs("\"ranks\":", out);
	return vt__ranks_json(closure, form, out);
}

int vt__ranks_html(const struct vt__ranks *ranks, FILE *out)
{
	return vt__page_write(1, write_ranks, ranks, out);
}

int vt__write_html(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	(void)colour;
	return vt__page_write(analysis->process_count, write_report, analysis, out);
}
