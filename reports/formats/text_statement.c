/*
 * Text report: where every byte of a device went.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "reports/findings/statement.h"
#include "reports/formats/text.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

#define RANKING_LEAST ((uint64_t)2 << 20) /* a site of less is not worth a line, but with --all */

static int write_site(struct vt__text *text, const struct vt__owner_site *site)
{
	char bytes[VT__UNIT_BYTES];

	fprintf(text->out, "      %11s  ", vt__bytes(site->bytes, bytes));
	if (site->calls > 1)
		fprintf(text->out, "%" PRIu64 " calls, %" PRIu64 " of them moved it: ", site->calls,
			site->moved);
	return vt__text_location(text, site->stack,
				 vt__recording_optional(text->process->recording, site->api));
}

static void write_words(const struct vt__text *text, const struct vt__statement *statement,
			const struct vt__owner *owner)
{
	vt__print_escaped(text->out, owner->name);
	if (owner->how != VT__HOW_REST)
		fprintf(text->out, " (%s%s)", vt__how_names[owner->how].text,
			owner->is_shared ? ", shared with other processes" : "");
	else if (statement->word == VT__WORD_DEVICE &&
		 statement->account->other_bytes == VT_FORMAT_UNKNOWN)
		fputs(", and other processes", text->out);
	fputc('\n', text->out);
}

static int write_owner(struct vt__text *text, const struct vt__statement *statement,
		       const struct vt__owner *owner)
{
	char number[VT__UNIT_BYTES], sign[VT__UNIT_BYTES + 1];
	int error = 0;

	snprintf(sign, sizeof(sign), "%s%s", owner->negative ? "-" : "",
		 vt__bytes(owner->bytes, number));
	fprintf(text->out, "    %11s  ", sign);
	write_words(text, statement, owner);
	for (size_t i = 0; !error && i < owner->site_count; i++)
		if (text->all || !i || owner->sites[i].bytes >= RANKING_LEAST)
			error = write_site(text, &owner->sites[i]);
	return error;
}

int vt__text_statement(struct vt__text *text, uint32_t number)
{
	struct vt__statement *statement = malloc(sizeof(*statement));
	int error = 0;

	if (!statement)
		return -ENOMEM;
	vt__statement_of(text->process, number, statement);
	for (size_t i = 0; !error && i < statement->count; i++)
		error = write_owner(text, statement, &statement->owners[i]);
	free(statement);
	return error;
}

int vt__text_owners_then(struct vt__text *text, uint32_t account)
{
	const uint32_t number = vt__statement_number(text->process->recording, account);
	struct vt__statement *statement;
	char bytes[VT__UNIT_BYTES];

	if (number == VT_FORMAT_NONE)
		return 0;
	statement = malloc(sizeof(*statement));
	if (!statement)
		return -ENOMEM;
	vt__statement_of(text->process, number, statement);
	for (size_t i = 0; i < statement->count; i++) {
		fprintf(text->out, "%s%s%s ", i ? ", " : "  the device was held by: ",
			statement->owners[i].negative ? "-" : "",
			vt__bytes(statement->owners[i].bytes, bytes));
		vt__print_escaped(text->out, statement->owners[i].name);
		if (statement->owners[i].how != VT__HOW_REST)
			fprintf(text->out, " (%s)", vt__how_names[statement->owners[i].how].text);
	}
	fputs(statement->count ? "\n" : "", text->out);
	free(statement);
	return 0;
}
