/*
 * JSON report: what keeps physical memory that was not given back.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/formats/json.h"
#include "reports/findings/references.h"

static int write_reference(struct vt__json *json, const struct vt__reference_row *reference)
{
	char address[32];
	int error;

	snprintf(address, sizeof(address), "0x%" PRIx64, reference->start);
	error = vt__json_open(json->out,
			      json_pack("{s:s?,s:o,s:s?,s:o}", "how",
					vt__reference_name(reference->how), "count",
					vt__json_number(reference->count), "address",
					reference->how == VT_REFERENCE_MAPPING ? address : NULL,
					"bytes", vt__json_number(reference->bytes)));
	if (!error)
		error = vt__json_stack(json, "stack", reference->stack);
	fputc('}', json->out);
	return error;
}

int vt__json_references(struct vt__json *json, const struct vt__finding_row *row)
{
	const size_t count = vt__json_rows(json->form, row->reference_count);
	int error = 0;

	if (!row->reference_count)
		return 0;
	fputs(",\"references\":[", json->out);
	for (size_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_reference(json, &row->references[i]);
	}
	fputc(']', json->out);
	return error;
}
