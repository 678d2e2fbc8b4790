/*
 * Text report: a device's memory by the driver's own word.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/statement.h"
#include "reports/text/escape.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

static void write_line(const struct vt__text *text, bool negative, uint64_t bytes,
		       const char *words)
{
	char number[VT__UNIT_BYTES], sign[VT__UNIT_BYTES + 1];

	snprintf(sign, sizeof(sign), "%s%s", negative ? "-" : "", vt__bytes(bytes, number));
	fprintf(text->out, "    %11s  %s\n", sign, words);
}

/* "near the peak"; or that it is not, and where it is. */
static void write_moment(const struct vt__text *text, const struct vt_format_account *account)
{
	const struct vt__recording *recording = text->process->recording;
	const char *moment = vt__moment_words(account->moment);
	char then[VT__UNIT_BYTES], peak[VT__UNIT_BYTES];
	struct vt__balance balance;

	if (account->moment != VT_MOMENT_PEAK || vt__is_near_peak(recording, account)) {
		fprintf(text->out, " %s", moment ? moment : "at some moment");
		return;
	}
	vt__balance_of(account, &balance);
	fprintf(text->out, " before the peak, at %s of %s (at the peak itself nobody asked)",
		vt__bytes(balance.tracked, then),
		vt__bytes(vt__recording_device(recording, account->device)
				  ->buckets[VT_BUCKET_VRAM]
				  .peak_bytes,
			  peak));
}

static void write_heading(const struct vt__text *text, const struct vt_format_account *account)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_device *device = vt__recording_device(recording, account->device);

	fputc('\n', text->out);
	vt__style(text, VT__BOLD);
	fputs("VRAM", text->out);
	vt__style(text, VT__PLAIN);
	if (device && device->ordinal >= 0)
		fprintf(text->out, " of GPU %" PRId32, device->ordinal);
	write_moment(text, account);
	fputs(", by the driver's word", text->out);
	if (account->label != VT_FORMAT_NONE) {
		fputs(" (", text->out);
		vt__print_raw(text->out, vt__recording_string(recording, account->label));
		fputc(')', text->out);
	}
	fputs(":\n", text->out);
}

static void write_tracked(const struct vt__text *text, const struct vt_format_account *account)
{
	char words[128];

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		if (vt__bucket_of(kind) != VT_BUCKET_VRAM || !account->kind_bytes[kind])
			continue;
		snprintf(words, sizeof(words), "tracked: %s", vt__kind_words[kind].text);
		write_line(text, false, account->kind_bytes[kind], words);
	}
}

static void write_unused(const struct vt__text *text, uint64_t bytes, const char *words)
{
	if (bytes == VT_FORMAT_UNKNOWN)
		fprintf(text->out, "    %11s  %s\n", "not known", words);
	else if (bytes)
		write_line(text, false, bytes, words);
}

/* As far as it is made up of kinds: a recording without statements. */
static void write_kinds(const struct vt__text *text, const struct vt_format_account *account,
			const struct vt__balance *balance)
{
	write_tracked(text, account);
	write_unused(text, balance->pool_unused, "reserved by pools, unused");
	write_unused(text, balance->graph_unused,
		     "kept by graph memory (cuDeviceGraphMemTrim gives it back)");
	if (balance->word == VT__WORD_DEVICE)
		write_line(text, balance->negative, balance->rest,
			   "not attributed (contexts, modules, other processes, ...)");
	else if (balance->word != VT__WORD_NONE && !balance->negative)
		write_line(text, false, balance->rest, "not attributed (contexts, modules, ...)");
	else if (balance->word != VT__WORD_NONE)
		write_line(text, true, balance->rest,
			   "not attributed: more is tracked than the driver counts as in use");
}

static int write_account(struct vt__text *text, uint32_t number)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_account *account = vt__recording_account(recording, number);
	const uint32_t statement = vt__statement_number(recording, number);
	const uint64_t others = vt__used_by_others(account);
	struct vt__balance balance;
	int error = 0;

	vt__balance_of(account, &balance);
	write_heading(text, account);
	if (balance.word == VT__WORD_NONE)
		fprintf(text->out, "    %11s  %s\n", "not known", vt__word_names[0].text);
	else
		write_line(text, false, balance.whole, vt__word_names[balance.word].text);
	if (statement == VT_FORMAT_NONE)
		write_kinds(text, account, &balance);
	else
		error = vt__text_statement(text, statement);
	if (others != VT_FORMAT_UNKNOWN && others && balance.word != VT__WORD_DEVICE)
		write_line(text, false, others, "besides, in use by other processes");
	return error;
}

/* Those of refusals are told with them. */
int vt__text_accounts(struct vt__text *text)
{
	const uint32_t count = vt__recording_accounts(text->process->recording);
	const size_t most = vt__text_limit(text, VT__TEXT_ACCOUNTS);
	uint32_t shown = 0, hidden = 0;
	int error = 0;

	for (uint32_t i = 0; i < count && !error; i++) {
		const struct vt_format_account *account = vt__recording_account(
			text->process->recording, i);

		if (account->moment == VT_MOMENT_OUT_OF_MEMORY)
			continue;
		if (shown < most) {
			error = write_account(text, i);
			shown++;
		} else {
			hidden++;
		}
	}
	if (hidden)
		fprintf(text->out, "... %" PRIu32 " more accounts (to see them: --all)\n", hidden);
	return error;
}

void vt__text_account_then(const struct vt__text *text, uint32_t number, uint64_t needed)
{
	const struct vt_format_account *account = vt__recording_account(text->process->recording,
									number);
	const uint64_t others = account ? vt__used_by_others(account) : VT_FORMAT_UNKNOWN;
	struct vt__balance balance;
	char bytes[VT__UNIT_BYTES];

	if (!account)
		return;
	vt__balance_of(account, &balance);
	if (balance.pool_unused != VT_FORMAT_UNKNOWN && balance.pool_unused)
		fprintf(text->out, "  then %s were reserved by pools and unused%s\n",
			vt__bytes(balance.pool_unused, bytes),
			balance.pool_unused >= needed
				? ": that would have been enough (cuMemPoolTrimTo gives it back)"
				: "");
	if (balance.graph_unused != VT_FORMAT_UNKNOWN && balance.graph_unused)
		fprintf(text->out,
			"  then %s were reserved by graphs and unused (cuDeviceGraphMemTrim)\n",
			vt__bytes(balance.graph_unused, bytes));
	if (others != VT_FORMAT_UNKNOWN && others)
		fprintf(text->out, "  then %s were in use by other processes\n",
			vt__bytes(others, bytes));
}
