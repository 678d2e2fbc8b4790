/*
 * Checks that records refer only to records and strings that are there.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "reports/recording/reader_check.h"
#include "reports/recording/record_check_time.h"

/* The largest values of the options `depth` and `python`, together. */
#define DEPTH_MOST (256 + 128)

/* Bytes of the longest strings that a recorder writes: what the program said memory is for; a
 * path; any other name. */
#define LABEL_MOST 127
#define PATH_MOST 4096
#define NAME_MOST 255

/* A string number is good if it is NONE, or the first byte of a string in the segments. */
static bool string_ok(const struct vt__recording *recording, uint32_t index)
{
	return index == VT_FORMAT_NONE ||
	       (vt__recording_has_string(recording, index) &&
		(!index || vt__raw_is_empty(vt__recording_string(recording, index - 1))));
}

static bool text_ok(const struct vt__recording *recording, uint32_t index, size_t most)
{
	return string_ok(recording, index) &&
	       strnlen(vt__raw_to_compare(vt__recording_string(recording, index)), most + 1) <=
		       most;
}

static bool name_ok(const struct vt__recording *recording, uint32_t index)
{
	return text_ok(recording, index, NAME_MOST);
}

static bool label_ok(const struct vt__recording *recording, uint32_t index)
{
	return text_ok(recording, index, LABEL_MOST);
}

static bool path_ok(const struct vt__recording *recording, uint32_t index)
{
	return text_ok(recording, index, PATH_MOST);
}

static bool stack_ok(const struct vt__recording *recording, uint32_t stack)
{
	return stack == VT_FORMAT_NONE || stack < vt__recording_stacks(recording);
}

static bool device_ok(const struct vt__recording *recording, uint32_t device)
{
	return device < vt__recording_devices(recording);
}

static const char *check_device(const struct vt__recording *recording,
				const struct vt_format_device *device)
{
	CHECK(device->ordinal >= -1, "has a negative ordinal");
	CHECK(device->open.timeline_plus_1 <= vt__recording_timelines(recording),
	      "has a timeline that is not there");
	CHECK(name_ok(recording, device->name), "has a name that is not there, or too long");
	return NULL;
}

static const char *check_module(const struct vt__recording *recording,
				const struct vt_format_module *module)
{
	CHECK(path_ok(recording, module->path), "has a path that is not there, or too long");
	CHECK(module->build_id_bytes <= sizeof(module->build_id),
	      "has a build-id that is too long");
	return NULL;
}

static const char *check_frame(const struct vt__recording *recording, const uint64_t *frame)
{
	const uint32_t module = VT_FORMAT_FRAME_MODULE(*frame);

	if (module == VT_FORMAT_SOURCE_MODULE && vt__recording_sources(recording)) {
		CHECK(VT_FORMAT_FRAME_ADDRESS(*frame) < vt__recording_sources(recording),
		      "is a source frame that is not there");
		return NULL;
	}
	CHECK(module == VT_FORMAT_NO_MODULE || module < vt__recording_modules(recording),
	      "is in a module that is not there");
	return NULL;
}

static const char *check_source(const struct vt__recording *recording,
				const struct vt_format_source *source)
{
	CHECK(name_ok(recording, source->function),
	      "has a function that is not there, or too long");
	CHECK(path_ok(recording, source->file), "has a file that is not there, or too long");
	CHECK(source->language < VT_LANGUAGE_COUNT, "is in a language that does not exist");
	return NULL;
}

static const char *check_stack(const struct vt__recording *recording,
			       const struct vt_format_stack *stack)
{
	const uint64_t end = (uint64_t)stack->first_frame + stack->depth;

	CHECK(!stack->depth || end <= vt__recording_frames(recording),
	      "has frames that are not there");
	CHECK(stack->depth <= DEPTH_MOST, "is deeper than any recorder goes");
	return NULL;
}

static const char *check_site(const struct vt__recording *recording,
			      const struct vt_format_site *site)
{
	CHECK(stack_ok(recording, site->stack), "has a stack that is not there");
	CHECK(device_ok(recording, site->device), "has a device that is not there");
	CHECK(name_ok(recording, site->api), "has an API name that is not there, or too long");
	CHECK(site->kind < VT_KIND_COUNT, "is of a kind that does not exist");
	return NULL;
}

static const char *check_allocation(const struct vt__recording *recording,
				    const struct vt_format_allocation *allocation)
{
	if (allocation->state == VT_ALLOCATION_FREE)
		return NULL;
	CHECK(allocation->state == VT_ALLOCATION_LIVE, "is in a state that does not exist");
	CHECK(allocation->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(label_ok(recording, allocation->label), "has a label that is not there, or too long");
	CHECK(label_ok(recording, allocation->purpose),
	      "has a purpose that is not there, or too long");
	CHECK(allocation->link <= vt__recording_refused_frees(recording),
	      "has a refused free that is not there");
	return NULL;
}

static const char *check_finding(const struct vt__recording *recording,
				 const struct vt_format_finding *finding)
{
	CHECK(finding->finding_class >= VT_FINDING_BAD_FREE &&
		      finding->finding_class < VT_FINDING_CLASSES_END,
	      "is of a class that does not exist");
	CHECK(finding->reason < VT_BAD_FREE_REASONS, "has a reason that does not exist");
	CHECK(name_ok(recording, finding->api), "has an API name that is not there, or too long");
	CHECK(finding->kind == VT_FORMAT_NONE || finding->kind < VT_KIND_COUNT,
	      "is of a kind that does not exist");
	CHECK(finding->device == VT_FORMAT_NONE || device_ok(recording, finding->device),
	      "has a device that is not there");
	CHECK(stack_ok(recording, finding->stack) &&
		      stack_ok(recording, finding->allocation_stack) &&
		      stack_ok(recording, finding->free_stack),
	      "has a stack that is not there");
	CHECK(label_ok(recording, finding->label), "has a label that is not there, or too long");
	CHECK(label_ok(recording, finding->purpose),
	      "has a purpose that is not there, or too long");
	CHECK(finding->finding_class != VT_FINDING_OUT_OF_MEMORY ||
		      finding->account == VT_FORMAT_NONE ||
		      finding->account < vt__recording_accounts(recording),
	      "has an account that is not there");
	return NULL;
}

static const char *check_holder(const struct vt__recording *recording,
				const struct vt_format_holder *holder)
{
	CHECK(holder->finding < vt__recording_findings(recording),
	      "is of a finding that is not there");
	CHECK(holder->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(label_ok(recording, holder->purpose), "has a purpose that is not there, or too long");
	return NULL;
}

static const char *check_account(const struct vt__recording *recording,
				 const struct vt_format_account *account)
{
	CHECK(device_ok(recording, account->device), "has a device that is not there");
	CHECK(account->moment < VT_MOMENT_COUNT, "is of a moment that does not exist");
	CHECK(label_ok(recording, account->label), "has a label that is not there, or too long");
	return NULL;
}

static const char *check_passage(const struct vt__recording *recording,
				 const struct vt_format_passage *passage)
{
	CHECK(passage->passage < VT_PASSAGE_COUNT, "is of a kind that does not exist");
	CHECK(path_ok(recording, passage->path), "has a path that is not there, or too long");
	CHECK(name_ok(recording, passage->symbol), "has a symbol that is not there, or too long");
	return NULL;
}

static const char *check_mark(const struct vt__recording *recording,
			      const struct vt_format_mark *mark)
{
	CHECK(mark->marker < VT_MARKER_COUNT, "is of a marker that does not exist");
	CHECK(label_ok(recording, mark->name), "has a name that is not there, or too long");
	CHECK(!mark->followed || mark->count < UINT32_MAX, "has too many marks");
	return NULL;
}

static const char *check_growth(const struct vt__recording *recording,
				const struct vt_format_growth *growth)
{
	CHECK(growth->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(growth->stride_log2 < 32, "has an absurd stride");
	return NULL;
}

static const char *check_refused_free(const struct vt__recording *recording,
				      const struct vt_format_refused_free *refused)
{
	CHECK(refused->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(stack_ok(recording, refused->stack), "has a stack that is not there");
	CHECK(name_ok(recording, refused->api), "has an API name that is not there, or too long");
	return NULL;
}

static const char *check_intent(const struct vt__recording *recording,
				const struct vt_format_intent *intent)
{
	if (intent->state == VT_INTENT_NONE)
		return NULL;
	CHECK(intent->state == VT_INTENT_UNDER_WAY, "is in a state that does not exist");
	CHECK(intent->free.finding_class == VT_FINDING_BAD_FREE, "is no free");
	return check_finding(recording, &intent->free);
}

static const char *check_reference(const struct vt__recording *recording,
				   const struct vt_format_reference *reference)
{
	if (reference->how == VT_REFERENCE_NONE)
		return NULL;
	CHECK(reference->how < VT_REFERENCE_COUNT, "is of a kind that does not exist");
	CHECK(stack_ok(recording, reference->stack), "has a stack that is not there");
	return NULL;
}

#define VT__RECORD_OF_TIME(name, id, type)                                                         \
	static const char *check_##name(const struct vt__recording *recording, const type *record) \
	{                                                                                          \
		return vt__check_##name(recording, record);                                        \
	}
VT__RECORDS_OF_TIME(VT__RECORD_OF_TIME)
#undef VT__RECORD_OF_TIME
static const char *check_ending(const struct vt__recording *recording,
				const struct vt_format_ending *ending)
{
	(void)recording;
	CHECK(ending->language < VT_LANGUAGE_COUNT, "is of a language that does not exist");
	return NULL;
}

static const char *check_kept(const struct vt__recording *recording,
			      const struct vt_format_kept *kept)
{
	CHECK(kept->ending < vt__recording_endings(recording), "has an ending that is not there");
	CHECK(kept->site < vt__recording_sites(recording), "has a site that is not there");
	return NULL;
}

static const char *check_charge(const struct vt__recording *recording,
				const struct vt_format_charge *charge)
{
	CHECK(charge->device < vt__recording_devices(recording), "has a device that is not there");
	CHECK(charge->what < VT_CHARGE_COUNT, "is of a kind that does not exist");
	CHECK(stack_ok(recording, charge->stack), "has a stack that is not there");
	CHECK(string_ok(recording, charge->api), "names a string that is not there");
	return NULL;
}

static const char *check_statement(const struct vt__recording *recording,
				   const struct vt_format_statement *statement)
{
	CHECK(statement->account < vt__recording_accounts(recording),
	      "has an account that is not there");
	CHECK(statement->site_count <= VT_FORMAT_STATEMENT_LINES &&
		      statement->charge_count <= VT_FORMAT_STATEMENT_LINES,
	      "has more lines than there is room for");
	for (uint32_t i = 0; i < statement->site_count; i++)
		CHECK(statement->sites[i].number < vt__recording_sites(recording),
		      "has a site that is not there");
	for (uint32_t i = 0; i < statement->charge_count; i++)
		CHECK(statement->charges[i].number < vt__recording_charges(recording),
		      "has a charge that is not there");
	return NULL;
}

static const char *check_cache(const struct vt__recording *recording,
			       const struct vt_format_cache *cache)
{
	CHECK(device_ok(recording, cache->device), "has a device that is not there");
	CHECK(cache->door < VT_BLOCK_DOOR_COUNT, "is seen by a door that does not exist");
	CHECK(cache->state < VT_BLOCKS_STATE_COUNT, "is in a state that does not exist");
	return NULL;
}

static const char *check_sharing(const struct vt__recording *recording,
				 const struct vt_format_sharing *sharing)
{
	if (sharing->how == VT_SHARING_NONE)
		return NULL;
	CHECK(sharing->how <= VT_SHARING_IMPORTED && sharing->what < VT_SHARING_COUNT,
	      "is of a kind that does not exist");
	CHECK(stack_ok(recording, sharing->stack) &&
		      (!sharing->freed_ns || stack_ok(recording, sharing->freed_stack)),
	      "has a stack that is not there");
	CHECK(name_ok(recording, sharing->api), "has an API name that is not there, or too long");
	return NULL;
}

static const char *check_limit(const struct vt__recording *recording,
			       const struct vt_format_limit *limit)
{
	CHECK(limit->finding < vt__recording_findings(recording),
	      "has a finding that is not there");
	CHECK(limit->what < VT_LIMIT_COUNT, "is of a kind that does not exist");
	CHECK(path_ok(recording, limit->name), "has a name that is not there, or too long");
	return NULL;
}

static const char *check_fragment(const struct vt__recording *recording,
				  const struct vt_format_fragments *fragments)
{
	CHECK(fragments->finding < vt__recording_findings(recording),
	      "has a finding that is not there");
	CHECK(fragments->row_count <= VT_FORMAT_FRAGMENT_ROWS,
	      "has more rows than there is room for");
	return NULL;
}

static const char *check_purpose(const struct vt__recording *recording,
				 const struct vt_format_purposes *purposes)
{
	CHECK(purposes->account < vt__recording_accounts(recording),
	      "has an account that is not there");
	CHECK(purposes->count <= VT_FORMAT_PURPOSE_LINES, "has more lines than there is room for");
	for (uint32_t i = 0; i < purposes->count; i++)
		CHECK(purposes->lines[i].site < vt__recording_sites(recording) &&
			      label_ok(recording, purposes->lines[i].purpose),
		      "has a site or a purpose that is not there");
	return NULL;
}

static const char *check_checkpoint(const struct vt__recording *recording,
				    const struct vt_format_checkpoint *checkpoint)
{
	CHECK(checkpoint->what < VT_CHECKPOINT_END, "is of a kind that does not exist");
	CHECK(checkpoint->stack == VT_FORMAT_NONE || stack_ok(recording, checkpoint->stack),
	      "has a stack that is not there");
	return NULL;
}

static const char *check_freed(const struct vt__recording *recording,
			       const struct vt_format_freed *freed)
{
	CHECK(freed->finding < vt__recording_findings(recording),
	      "is of a finding that is not there");
	CHECK(freed->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(stack_ok(recording, freed->free_stack), "has a stack that is not there");
	return NULL;
}

/* Where record `number` of `type` lies in the file. */
static uint64_t record_offset(const struct vt_format_header *header, uint32_t type, uint64_t number)
{
	for (uint32_t i = 0; i < vt__segment_count(header); i++) {
		const struct vt_format_segment *segment = &header->segments[i];

		if (segment->type != type)
			continue;
		if (number < segment->capacity)
			return segment->offset + number * segment->record_bytes;
		number -= segment->capacity;
	}
	return 0;
}

static int refuse(const struct vt__recording *recording, uint32_t type, const char *name,
		  uint32_t number, const char *reason, char message[VT__MESSAGE_BYTES])
{
	snprintf(message, VT__MESSAGE_BYTES,
		 "%s: %s record %" PRIu32 " (byte %" PRIu64 ") %s: the file is damaged: copy it "
		 "again or record again",
		 vt__recording_path(recording), name, number,
		 record_offset(vt__recording_header(recording), type, number), reason);
	return -EINVAL;
}

const char *vt__header_fault(const struct vt__recording *recording, size_t *at)
{
	const struct vt_format_header *header = vt__recording_header(recording);

	*at = offsetof(struct vt_format_header, command);
	CHECK(string_ok(recording, header->command) && string_ok(recording, header->program) &&
		      string_ok(recording, header->host) &&
		      string_ok(recording, header->working_directory) &&
		      string_ok(recording, header->tool_version) &&
		      string_ok(recording, header->note) && string_ok(recording, header->launch),
	      "names a string that is not there");
	*at = offsetof(struct vt_format_header, source);
	CHECK(header->source < VT_SOURCE_COUNT, "has a source that does not exist");
	return NULL;
}

const char *vt__record_fault(const struct vt__recording *recording, uint32_t type,
			     const void *record)
{
	switch (type) {
#define VT__RECORD(name, id, type)                                                                 \
	case VT_FORMAT_##id:                                                                       \
		return check_##name(recording, record);
		VT__RECORDS(VT__RECORD)
#undef VT__RECORD
	default:
		return NULL;
	}
}

int vt__check_records(const struct vt__recording *recording, char message[VT__MESSAGE_BYTES])
{
	const char *reason;
	uint32_t count;
	size_t at;

#define VT__RECORD(name, id, type)                                                                 \
	count = vt__recording_##name##s(recording);                                                \
	for (uint32_t i = 0; i < count; i++) {                                                     \
		reason = check_##name(recording, vt__recording_##name(recording, i));              \
		if (reason)                                                                        \
			return refuse(recording, VT_FORMAT_##id, #name, i, reason, message);       \
	}
	VT__RECORDS(VT__RECORD)
#undef VT__RECORD
	reason = vt__header_fault(recording, &at);
	if (!reason)
		return vt__check_bounds(recording, message);
	snprintf(message, VT__MESSAGE_BYTES,
		 "%s: the header (byte %zu) %s: the file is damaged: copy it again or record again",
		 vt__recording_path(recording), at, reason);
	return -EINVAL;
}
