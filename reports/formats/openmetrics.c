/*
 * OpenMetrics report: series, and those of call sites, whose number is bounded: what is past the
 * largest is one series, so that they add up.
 */
#include "config.h"

#include "reports/formats/openmetrics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/titles.h"
#include "reports/text/escape.h"

#define SITES_MOST 100u   /* of a process in a family */
#define SITES_LEAST 5u    /* however many processes there are */
#define SERIES_MOST 2000u /* of all processes in a family of call sites, about */
#define LABEL_BYTES 200u

/* ---- Series ------------------------------------------------------------------------------- */

int vt__metrics_label(FILE *out, const char *key, const char *value)
{
	char *clean = vt__clean_copy(value, false);
	size_t length = clean ? strlen(clean) : 0;

	if (!clean)
		return -ENOMEM;
	for (length = length > LABEL_BYTES ? LABEL_BYTES : length;
	     length && (clean[length] & 0xc0) == 0x80; length--)
		;
	fprintf(out, ",%s=\"", key);
	for (size_t i = 0; i < length; i++) {
		if (clean[i] == '"' || clean[i] == '\\')
			fputc('\\', out);
		fputc(clean[i], out);
	}
	fputc('"', out);
	free(clean);
	return 0;
}

void vt__metrics_begin(const struct vt__metrics *metrics, const struct vt__metrics_member *member)
{
	fprintf(metrics->out, "vramtrack_%s{%s", metrics->name, member->labels);
}

void vt__metrics_end(const struct vt__metrics *metrics, uint64_t value)
{
	fprintf(metrics->out, "} %" PRIu64 "\n", value);
}

void vt__metrics_place(const struct vt__metrics *metrics, const struct vt__process *process,
		       uint32_t device, enum vt_bucket bucket)
{
	const int32_t ordinal = process->devices[device].record->ordinal;

	if (ordinal < 0)
		fputs(",device=\"none\"", metrics->out);
	else
		fprintf(metrics->out, ",device=\"%" PRId32 "\"", ordinal);
	fprintf(metrics->out, ",memory=\"%s\"", vt__bucket_words[bucket].json);
}

/* ---- Families of call sites -------------------------------------------------------------------
 */

struct site {
	const struct vt__sample *sample;
	uint64_t bytes;
};

static int by_bytes(const void *left, const void *right)
{
	const struct site *a = left, *b = right;

	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return a->sample < b->sample ? -1 : a->sample > b->sample;
}

/* Those of a bucket, whatever their purposes; largest first. Returns how many. */
static size_t find_sites(const struct vt__metrics_member *member, enum vt_bucket bucket,
			 enum vt__measure measure, struct site *sites)
{
	size_t count = 0;

	for (size_t i = 0; i < member->sample_count; i++) {
		const struct vt__sample *sample = &member->samples[i];
		const uint64_t bytes = sample->sums[measure].bytes;

		if (sample->bucket != bucket || !bytes)
			continue;
		if (count && sites[count - 1].sample->site == sample->site)
			sites[count - 1].bytes += bytes;
		else
			sites[count++] = (struct site){sample, bytes};
	}
	qsort(sites, count, sizeof(*sites), by_bytes);
	return count;
}

static int write_site(struct vt__metrics *metrics, const struct vt__metrics_member *member,
		      const struct site *site)
{
	const struct vt__process *process = member->process;
	const char *missing;
	char *title = NULL;
	int error = vt__titled_stack(process->stacks, process->recording, site->sample->site->stack,
				     &metrics->frames, &missing);

	if (!error) {
		title = vt__site_title(&metrics->frames, missing);
		error = title ? 0 : -ENOMEM;
	}
	if (!error) {
		vt__metrics_begin(metrics, member);
		vt__metrics_place(metrics, process, site->sample->site->device,
				  site->sample->bucket);
		fprintf(metrics->out, ",kind=\"%s\"",
			vt__kind_words[site->sample->site->kind].json);
		error = vt__metrics_label(metrics->out, "site", title);
		fprintf(metrics->out, ",number=\"%" PRIu32 "\"", site->sample->number);
		vt__metrics_end(metrics, site->bytes);
	}
	free(title);
	return error;
}

int vt__metrics_sites(struct vt__metrics *metrics, const struct vt__metrics_member *member,
		      enum vt__measure measure)
{
	struct site *sites = calloc(member->sample_count + 1, sizeof(*sites));
	size_t most = SERIES_MOST / metrics->count;
	int error = sites ? 0 : -ENOMEM;

	most = most > SITES_MOST ? SITES_MOST : most < SITES_LEAST ? SITES_LEAST : most;
	for (int number = 0; !error && number < VT_BUCKET_COUNT; number++) {
		const enum vt_bucket bucket = (enum vt_bucket)number;
		const size_t count = find_sites(member, bucket, measure, sites);
		uint64_t rest = 0;

		for (size_t i = 0; !error && i < count && i < most; i++)
			error = write_site(metrics, member, &sites[i]);
		for (size_t i = most; i < count; i++)
			rest += sites[i].bytes;
		if (error || !rest)
			continue;
		vt__metrics_begin(metrics, member);
		fprintf(metrics->out, ",memory=\"%s\",site=\"other call sites\"",
			vt__bucket_words[bucket].json);
		vt__metrics_end(metrics, rest);
	}
	free(sites);
	return error;
}
