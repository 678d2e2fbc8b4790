/*
 * JSON report: the coverage certificate.
 */
#include "config.h"

#include "reports/findings/coverage.h"
#include "reports/formats/json.h"

static json_t *make_doors(const struct vt_format_header *header)
{
	json_t *doors = json_object();

	for (uint32_t i = 0; doors && i < VT_DOOR_COUNT; i++)
		(void)json_object_set_new(doors, vt__door_words(i)->json,
					  vt__json_number(header->doors[i]));
	return doors;
}

static json_t *make_passage(const struct vt__recording *recording,
			    const struct vt_format_passage *passage)
{
	const struct vt__coverage_words *words = vt__passage_words(passage->passage);
	const struct vt__raw symbol = vt__recording_optional(recording, passage->symbol);

	return json_pack("{s:s,s:b,s:o,s:o,s:o,s:s,s:s?}", "passage", words->json, "covered",
			 (int)words->covered, "path",
			 vt__json_raw(vt__recording_string(recording, passage->path)), "symbol",
			 vt__json_raw(symbol), "version",
			 passage->version ? vt__json_number(passage->version) : json_null(),
			 "message", words->text, "remedy", *words->remedy ? words->remedy : NULL);
}

static json_t *make_coverage(const struct vt__process *process)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	struct vt__coverage coverage;

	vt__coverage_of(process, &coverage);
	return json_pack("{s:s,s:b,s:o,s:s?,s:b,s:o}", "source",
			 vt__source_words(header->source)->json, "audited", (int)!!header->audited,
			 "covered",
			 coverage.covered == VT__COVERED_UNKNOWN
				 ? json_null()
				 : json_boolean(coverage.covered == VT__COVERED_YES),
			 "reason", coverage.reason, "allocations_seen",
			 (int)coverage.allocations_seen, "doors", make_doors(header));
}

int vt__json_coverage(struct vt__json *json)
{
	const struct vt__recording *recording = json->process->recording;
	const size_t count = vt__json_rows(json->form, vt__recording_passages(recording));
	int error;

	fputs(",\n  \"coverage\":", json->out);
	error = vt__json_open(json->out, make_coverage(json->process));
	fputs(",\"passages\":[", json->out);
	for (uint32_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_open(json->out,
				      make_passage(recording, vt__recording_passage(recording, i)));
		fputc('}', json->out);
	}
	fputs("]}", json->out);
	return error;
}
