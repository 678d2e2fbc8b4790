/*
 * Takes records that fail their check out of a torn copy.
 */
#include "config.h"

#include <string.h>

#include "reports/recording/reader_check.h"

/* Whether other records name records of this type by their numbers. */
static bool is_named(uint32_t type)
{
	switch (type) {
	case VT_FORMAT_HOLDER:
	case VT_FORMAT_PASSAGE:
	case VT_FORMAT_MARK:
	case VT_FORMAT_GROWTH:
	case VT_FORMAT_INTENT:
	case VT_FORMAT_REFERENCE:
	case VT_FORMAT_COURSE:
	case VT_FORMAT_MARK_TIME:
	case VT_FORMAT_EVENT:
	case VT_FORMAT_EVENT_RING:
	case VT_FORMAT_KEPT:
	case VT_FORMAT_STATEMENT:
	case VT_FORMAT_CACHE:
	case VT_FORMAT_SHARING:
	case VT_FORMAT_REST:
	case VT_FORMAT_LIMIT:
	case VT_FORMAT_FRAGMENTS:
	case VT_FORMAT_PURPOSES:
	case VT_FORMAT_CHECKPOINT:
	case VT_FORMAT_FREED:
		return false;
	default:
		return true;
	}
}

/* An account of which nobody told anything. */
static void make_unknown(struct vt_format_account *account)
{
	memset(account, 0, sizeof(*account));
	account->moment = VT_MOMENT_OUT_OF_MEMORY; /* only shown with the refusal it is of */
	account->label = VT_FORMAT_NONE;
	account->device_total_bytes = account->device_free_bytes = VT_FORMAT_UNKNOWN;
	account->process_bytes = account->other_bytes = VT_FORMAT_UNKNOWN;
	account->pool_reserved_bytes = account->pool_used_bytes = VT_FORMAT_UNKNOWN;
	account->graph_reserved_bytes = account->graph_used_bytes = VT_FORMAT_UNKNOWN;
}

/* Makes a record that says nothing of what fails its check. */
static void make_neutral(uint32_t type, void *record)
{
	switch (type) {
	case VT_FORMAT_DEVICE:
		*(struct vt_format_device *)record = (struct vt_format_device){
			.ordinal = -1, .name = VT_FORMAT_NONE};
		break;
	case VT_FORMAT_MODULE:
		*(struct vt_format_module *)record = (struct vt_format_module){
			.path = VT_FORMAT_NONE};
		break;
	case VT_FORMAT_FRAME:
		*(uint64_t *)record = VT_FORMAT_MAKE_FRAME(
			VT_FORMAT_NO_MODULE, VT_FORMAT_FRAME_ADDRESS(*(uint64_t *)record));
		break;
	case VT_FORMAT_SOURCE:
		*(struct vt_format_source *)record = (struct vt_format_source){
			.function = VT_FORMAT_NONE, .file = VT_FORMAT_NONE};
		break;
	case VT_FORMAT_SITE:
		*(struct vt_format_site *)record = (struct vt_format_site){.stack = VT_FORMAT_NONE,
									   .api = VT_FORMAT_NONE};
		break;
	case VT_FORMAT_ACCOUNT:
		make_unknown(record);
		break;
	case VT_FORMAT_CHARGE:
		*(struct vt_format_charge *)record = (struct vt_format_charge){
			.stack = VT_FORMAT_NONE, .api = VT_FORMAT_NONE};
		break;
	case VT_FORMAT_REFUSED_FREE:
		*(struct vt_format_refused_free *)record = (struct vt_format_refused_free){
			.stack = VT_FORMAT_NONE, .api = VT_FORMAT_NONE};
		break;
	default: /* zero says nothing: no frames, a free record, no class */
		memset(record, 0, vt__record_bytes(type));
	}
}

/* Nobody tells of a finding without a class. */
static bool is_neutral(uint32_t type, const void *record)
{
	return type == VT_FORMAT_FINDING &&
	       !((const struct vt_format_finding *)record)->finding_class;
}

static uint64_t leave_out_of(struct vt__recording *recording, uint32_t type,
			     struct vt__records *records, bool again)
{
	const size_t bytes = vt__record_bytes(type);
	uint64_t left_out = 0;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < records->count; i++) {
		unsigned char *record = records->bytes + i * bytes;

		if (!(again && is_neutral(type, record)) &&
		    vt__record_fault(recording, type, record)) {
			left_out++;
			if (!is_named(type))
				continue;
			make_neutral(type, record);
			/* Even that fails where there is nothing it could name: so do all. */
			if (!is_neutral(type, record) &&
			    vt__record_fault(recording, type, record)) {
				left_out += records->count - i - 1;
				break;
			}
		}
		if (kept != i)
			memcpy(records->bytes + kept * bytes, record, bytes);
		kept++;
	}
	records->count = kept;
	return left_out;
}

static uint64_t mend_header(struct vt__recording *recording, struct vt_format_header *header)
{
	uint32_t *const strings[] = {&header->command,           &header->program, &header->host,
				     &header->working_directory, &header->note,    &header->launch,
				     &header->tool_version};
	size_t at;

	if (!vt__header_fault(recording, &at))
		return 0;
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		if (!vt__recording_has_string(recording, *strings[i]))
			*strings[i] = VT_FORMAT_NONE;
	if (header->source >= VT_SOURCE_COUNT)
		header->source = VT_SOURCE_PRELOAD;
	return 1;
}

uint64_t vt__leave_out(struct vt__recording *recording, struct vt_format_header *header,
		       struct vt__records records[VT_FORMAT_TYPE_END])
{
	uint64_t left_out = mend_header(recording, header), before;
	bool again = false;

	/* Again while something went: others may have named it. Types name few others, so that
	 * is a handful of times. */
	do {
		before = left_out;
		for (uint32_t type = VT_FORMAT_STRING + 1; type < VT_FORMAT_TYPE_END; type++)
			left_out += leave_out_of(recording, type, &records[type], again);
		again = true;
	} while (left_out != before);
	return left_out;
}
