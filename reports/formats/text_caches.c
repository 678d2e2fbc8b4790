/*
 * Text report: the caches of frameworks, by the blocks that were seen in their segments.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/caches.h"
#include "reports/formats/text.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

static void write_gpu(const struct vt__text *text, uint32_t device)
{
	const struct vt_format_device *record = vt__recording_device(text->process->recording,
								     device);

	if (record && record->ordinal >= 0)
		fprintf(text->out, " on GPU %" PRId32, record->ordinal);
}

/* "3.0 MiB in 1 block of 24.0 MiB in 3 segments, 21.0 MiB free inside" */
static void write_sums(const struct vt__text *text, const struct vt__cache_row *cache)
{
	char used[VT__UNIT_BYTES], bytes[VT__UNIT_BYTES], free_bytes[VT__UNIT_BYTES];
	const uint64_t rest = cache->segments.bytes > cache->used.bytes
				      ? cache->segments.bytes - cache->used.bytes
				      : 0;

	fprintf(text->out,
		"%s in %" PRIu64 " block%s of %s in %" PRIu64 " segment%s, %s free inside",
		vt__bytes(cache->used.bytes, used), cache->used.count,
		vt__plural(cache->used.count), vt__bytes(cache->segments.bytes, bytes),
		cache->segments.count, vt__plural(cache->segments.count),
		vt__bytes(rest, free_bytes));
}

static void write_cache(const struct vt__text *text, const struct vt__cache_row *cache)
{
	const struct vt_format_cache *record = cache->record;

	fprintf(text->out, "%s", vt__door_cache(record->door));
	write_gpu(text, record->device);
	fputs(", ", text->out);
	if (record->state == VT_BLOCKS_SEEN)
		write_sums(text, cache);
	else
		fprintf(text->out, "its blocks: %s", vt__blocks_words(record->state));
}

/* ---- Caches without a door ---------------------------------------------------------- */

/* Calls `each` for the first finding of each cache whose blocks nobody saw. */
static size_t each_unseen(const struct vt__process *process,
			  void (*each)(const struct vt__text *text,
				       const struct vt__finding_row *row),
			  const struct vt__text *text)
{
	const struct vt__finding_row *rows = process->findings;
	size_t count = 0;

	for (size_t i = 0; i < process->finding_count; i++) {
		size_t k = 0;

		if (rows[i].finding_class != VT__CLASS_CACHED || rows[i].kind == VT_KIND_PINNED ||
		    vt__blocks_are_looked_for(process, rows[i].device, rows[i].keeper.name))
			continue;
		while (k < i &&
		       !(rows[k].finding_class == VT__CLASS_CACHED &&
			 rows[k].kind != VT_KIND_PINNED && rows[k].device == rows[i].device &&
			 !strcmp(rows[k].keeper.name, rows[i].keeper.name)))
			k++;
		if (k < i)
			continue;
		count++;
		if (each)
			each(text, &rows[i]);
	}
	return count;
}

static void write_unseen(const struct vt__text *text, const struct vt__finding_row *row)
{
	fputs("\n", text->out);
	vt__print_escaped(text->out, row->keeper.name);
	fputs("'s cache", text->out);
	write_gpu(text, row->device);
	fputs(": its blocks are not seen; findings are of its segments, by who made it grow\n",
	      text->out);
}

/* ---- In a line ------------------------------------------------------------------------ */

size_t vt__text_caches_line(const struct vt__text *text)
{
	const struct vt__process *process = text->process;
	size_t count = process->cache_count;

	if (count) {
		write_cache(text, &process->caches[0]);
		if (count > 1)
			fprintf(text->out, "; %zu more", count - 1);
		return count;
	}
	return 0;
}

size_t vt__text_caches_unseen(const struct vt__process *process)
{
	return each_unseen(process, NULL, NULL);
}

/* ---- In whole ---------------------------------------------------------------------------- */

/* "    20.0 MiB, 19.5 MiB free inside, 1 block, kept by 512 B of keep at model.py:16" */
static int write_segment(struct vt__text *text, const struct vt__segment *segment)
{
	char bytes[VT__UNIT_BYTES], inside[VT__UNIT_BYTES], pin[VT__UNIT_BYTES];
	const struct vt_format_site *site = vt__recording_site(text->process->recording,
							       segment->pin->site);

	fprintf(text->out, "    %10s, %s free inside, %" PRIu64 " block%s, pinned by %s of ",
		vt__bytes(segment->bytes, bytes), vt__bytes(vt__free_inside(segment), inside),
		segment->used.count, vt__plural(segment->used.count),
		vt__bytes(segment->pin->bytes, pin));
	return vt__text_site_line(text, site->stack);
}

static void write_rest(const struct vt__text *text, const char *words, struct vt__sum rest)
{
	char bytes[VT__UNIT_BYTES];

	if (rest.count)
		fprintf(text->out, "    %10s, %" PRIu64 " %ssegment%s%s\n",
			vt__bytes(rest.bytes, bytes), rest.count, words, vt__plural(rest.count),
			*words ? "" : " with nothing in use");
}

static int write_segments(struct vt__text *text, const struct vt__cache_row *cache)
{
	const size_t most = vt__text_limit(text, VT__TEXT_SHARES);
	struct vt__sum more = {0}, unused = {0};
	const struct vt__segment **list;
	size_t count, shown = 0;
	int error = vt__segments_of(text->process, cache, &list, &count);

	for (size_t i = 0; i < count && !error; i++) {
		struct vt__sum *rest = list[i]->pin ? &more : &unused;

		if (list[i]->pin && shown < most) {
			error = write_segment(text, list[i]);
			shown++;
			continue;
		}
		rest->bytes += list[i]->bytes;
		rest->count++;
	}
	write_rest(text, "more ", more);
	write_rest(text, "", unused);
	free(list);
	return error;
}

static int write_whole(struct vt__text *text, const struct vt__cache_row *cache)
{
	fputs("\ncache of ", text->out);
	write_cache(text, cache);
	fputc('\n', text->out);
	if (cache->record->state != VT_BLOCKS_SEEN)
		return 0;
	fprintf(text->out, "  blocks of %s's cache: seen by %s\n",
		vt__door_cache(cache->record->door), vt__door_name(cache->record->door));
	return write_segments(text, cache);
}

int vt__text_caches(struct vt__text *text)
{
	const struct vt__process *process = text->process;
	int error = 0;

	for (size_t i = 0; i < process->cache_count && !error; i++)
		error = write_whole(text, &process->caches[i]);
	each_unseen(process, write_unseen, text);
	return error;
}
