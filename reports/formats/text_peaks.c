/*
 * Text report: what the peak of each device was made of.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/formats/text.h"
#include "reports/names/site.h"
#include "reports/text/units.h"

int vt__text_location(struct vt__text *text, uint32_t stack, struct vt__raw api)
{
	const int error = vt__stack_frames(text->process->stacks, stack, &text->frames);
	size_t site;

	if (error)
		return error;
	site = vt__site_of(&text->frames);
	if (site != VT__NO_SITE) {
		vt__text_site(text, &text->frames.frames[site]);
		fputs(", by ", text->out);
	}
	vt__text_api(text, api);
	fputc('\n', text->out);
	return 0;
}

static int write_share(struct vt__text *text, const struct vt__share *share, uint64_t whole)
{
	char bytes[VT__UNIT_BYTES], percent[VT__UNIT_BYTES];

	fprintf(text->out, "    %10s %5s  ", vt__bytes(share->sum.bytes, bytes),
		vt__percent(share->sum.bytes, whole, percent));
	return vt__text_location(text, share->site->stack,
				 vt__recording_string(text->process->recording, share->site->api));
}

int vt__text_shares(struct vt__text *text, const struct vt__peak_row *peak, uint64_t whole)
{
	const size_t most = vt__text_limit(text, VT__TEXT_SHARES);
	char bytes[VT__UNIT_BYTES], percent[VT__UNIT_BYTES];
	uint64_t rest = 0;
	int error = 0;

	for (size_t i = 0; !error && i < peak->share_count && i < most; i++)
		error = write_share(text, &peak->shares[i], whole);
	for (size_t i = most; i < peak->share_count; i++)
		rest += peak->shares[i].sum.bytes;
	if (rest)
		fprintf(text->out, "    %10s %5s  %zu more call site%s\n", vt__bytes(rest, bytes),
			vt__percent(rest, whole, percent), peak->share_count - most,
			vt__plural(peak->share_count - most));
	return error;
}

static int write_peak(struct vt__text *text, const struct vt__peak_row *peak)
{
	const struct vt_format_device *device = text->process->devices[peak->device].record;
	const uint64_t start = vt__recording_header(text->process->recording)->start_monotonic_ns;
	const uint64_t time = device->peak_time_ns[peak->bucket];
	char bytes[VT__UNIT_BYTES], after[VT__UNIT_BYTES];

	fputc('\n', text->out);
	vt__style(text, VT__BOLD);
	fputs("peak", text->out);
	vt__style(text, VT__PLAIN);
	fprintf(text->out, ": %s of %s", vt__bytes(peak->bytes, bytes),
		vt__bucket_words[peak->bucket].text);
	if (device->ordinal >= 0)
		fprintf(text->out, " on GPU %" PRId32, device->ordinal);
	if (time > start)
		fprintf(text->out, ", %s after the start", vt__duration(time - start, after));
	fputs(", made of:\n", text->out);
	return vt__text_shares(text, peak, peak->bytes);
}

int vt__text_peaks(struct vt__text *text)
{
	int error = 0;

	for (size_t i = 0; !error && i < text->process->peak_count; i++)
		if (text->process->peaks[i].share_count)
			error = write_peak(text, &text->process->peaks[i]);
	return error;
}
