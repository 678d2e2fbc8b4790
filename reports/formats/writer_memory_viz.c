/*
 * Report for PyTorch's memory viewer: what torch.cuda.memory._viz() makes, of all device
 * memory and not only of PyTorch's.
 *
 * Each allocation that is live is a segment with one block in it. The trace of a device has the
 * events that were recorded; without any, that what is live was made. A viz has no processes: each
 * device of each has a number of its own.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/describe.h"
#include "reports/findings/launch.h"
#include "reports/formats/memory_viz.h"
#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/text/stream.h"

#define BLOCKS_MOST 100000u /* of a process; the rest is one block of each device */
#define ORDINALS_MOST 64    /* that are taken for numbers of a list */
#define LARGE_BYTES (1u << 20)
/* ---- Segments ----------------------------------------------------------------------------------
 */

/* All but the frames, which come next, and the block. */
static void begin_segment(struct vt__pickle *pickle, uint32_t device, uint64_t address,
			  uint64_t bytes)
{
	static const char *const sizes[] = {"total_size", "allocated_size", "active_size",
					    "requested_size"};

	vt__pickle_dict(pickle);
	vt__pickle_key_number(pickle, "device", device);
	vt__pickle_key_number(pickle, "address", address);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		vt__pickle_key_number(pickle, sizes[i], bytes);
	vt__pickle_key_number(pickle, "stream", 0);
	vt__pickle_key_text(pickle, "segment_type", bytes > LARGE_BYTES ? "large" : "small");
	vt__pickle_key(pickle, "segment_pool_id");
	vt__pickle_pair(pickle, 0, 0);
	vt__pickle_key(pickle, "is_expandable");
	vt__pickle_truth(pickle, false);
}

static void begin_blocks(struct vt__pickle *pickle, struct vt__pickle_list *list, uint64_t address,
			 uint64_t bytes)
{
	vt__pickle_key(pickle, "blocks");
	vt__pickle_list(pickle, list);
	vt__pickle_dict(pickle);
	vt__pickle_key_number(pickle, "address", address);
	vt__pickle_key_number(pickle, "size", bytes);
	vt__pickle_key_number(pickle, "requested_size", bytes);
	vt__pickle_key_text(pickle, "state", "active_allocated");
}

static void end_segment(struct vt__pickle *pickle)
{
	vt__pickle_dict_end(pickle);
	vt__pickle_list_end(pickle);
	vt__pickle_dict_end(pickle);
}

static int write_segment(struct vt__viz *viz, struct vt__viz_member *member,
			 const struct vt__kept *kept)
{
	const struct vt_format_allocation *allocation = kept->allocation;
	struct vt__pickle *pickle = &viz->pickle;
	struct vt__pickle_list blocks;
	int error;

	begin_segment(pickle, member->numbers[kept->site->device], allocation->address,
		      allocation->bytes);
	error = vt__viz_frames(viz, member, allocation->site);
	begin_blocks(pickle, &blocks, allocation->address, allocation->bytes);
	if (!error)
		error = vt__viz_frames(viz, member, allocation->site);
	end_segment(pickle);
	return error;
}

static void write_rest(struct vt__viz *viz, struct vt__pickle_list *list,
		       const struct vt__viz_member *member)
{
	struct vt__pickle *pickle = &viz->pickle;
	struct vt__pickle_list blocks;

	for (uint32_t i = 0; i < member->process->device_count; i++) {
		const struct vt__sum *rest =
			&member->kept.rest[(size_t)i * VT_BUCKET_COUNT + VT_BUCKET_VRAM];

		if (!rest->bytes || !vt__viz_is_shown(member, i))
			continue;
		begin_segment(pickle, member->numbers[i], 0, rest->bytes);
		vt__viz_no_frames(viz, "[smaller allocations]");
		begin_blocks(pickle, &blocks, 0, rest->bytes);
		vt__viz_no_frames(viz, "[smaller allocations]");
		end_segment(pickle);
		vt__pickle_item(pickle, list);
	}
}

static int write_segments(struct vt__viz *viz)
{
	struct vt__pickle_list list;
	int error = 0;

	vt__pickle_key(&viz->pickle, "segments");
	vt__pickle_list(&viz->pickle, &list);
	for (size_t i = 0; !error && i < viz->count; i++) {
		struct vt__viz_member *member = &viz->members[i];

		for (size_t j = 0; !error && j < member->kept.count; j++) {
			if (!vt__viz_is_memory(member, &member->kept.items[j]))
				continue;
			error = write_segment(viz, member, &member->kept.items[j]);
			vt__pickle_item(&viz->pickle, &list);
		}
		write_rest(viz, &list, member);
	}
	vt__pickle_list_end(&viz->pickle);
	return error ? error : ferror(viz->pickle.out) ? -EIO : 0;
}

/* ---- Traces ---------------------------------------------------------------------------------- */

static int write_traces(struct vt__viz *viz)
{
	struct vt__pickle_list list;
	int error = 0;

	vt__pickle_key(&viz->pickle, "device_traces");
	vt__pickle_list(&viz->pickle, &list);
	for (uint32_t i = 0; !error && i < viz->slot_count; i++) {
		error = vt__viz_trace(viz, viz->slots[i].member, viz->slots[i].device);
		vt__pickle_item(&viz->pickle, &list);
	}
	vt__pickle_list_end(&viz->pickle);
	return error;
}

/* ---- What the numbers of the devices are --------------------------------------------------------
 */

static int write_device(struct vt__pickle *pickle, const struct vt__viz_member *member,
			uint32_t device)
{
	const struct vt__process *process = member->process;
	const struct vt_format_header *header = vt__recording_header(process->recording);
	const struct vt_format_device *record = process->devices[device].record;
	char *program = vt__program_title(process);
	char uuid[VT__UUID_BYTES];
	struct vt__launch launch;

	vt__launch_of(process->recording, &launch);
	vt__pickle_dict(pickle);
	vt__pickle_key_number(pickle, "index", member->numbers[device]);
	vt__pickle_key_text(pickle, "program", program);
	vt__pickle_key_number(pickle, "pid", header->pid);
	vt__pickle_key(pickle, "rank");
	if (launch.known)
		vt__pickle_number(pickle, launch.rank);
	else
		vt__pickle_text(pickle, NULL);
	vt__pickle_key_number(pickle, "ordinal", (uint64_t)record->ordinal);
	vt__pickle_key_text(pickle, "uuid", vt__uuid(record->uuid, uuid));
	vt__pickle_dict_end(pickle);
	free(program);
	return program ? 0 : -ENOMEM;
}

static int write_devices(struct vt__viz *viz)
{
	struct vt__pickle *pickle = &viz->pickle;
	struct vt__pickle_list list;
	int error = 0;

	vt__pickle_key(pickle, "vramtrack");
	vt__pickle_dict(pickle);
	vt__pickle_key_text(pickle, "tool", PACKAGE_NAME " " PACKAGE_VERSION);
	vt__pickle_key(pickle, "devices");
	vt__pickle_list(pickle, &list);
	for (uint32_t i = 0; !error && i < viz->slot_count; i++) {
		if (!viz->slots[i].member)
			continue;
		error = write_device(pickle, viz->slots[i].member, viz->slots[i].device);
		vt__pickle_item(pickle, &list);
	}
	vt__pickle_list_end(pickle);
	vt__pickle_dict_end(pickle);
	return error;
}

/* ---- The whole
 * ------------------------------------------------------------------------------------ */

static int make_member(struct vt__viz *viz, size_t number, const struct vt__process *process)
{
	struct vt__viz_member *member = &viz->members[number];
	const uint32_t sites = vt__recording_sites(process->recording);

	member->process = process;
	member->stacks = calloc(sites + 1u, sizeof(*member->stacks));
	member->numbers = calloc(process->device_count + 1, sizeof(*member->numbers));
	if (!member->stacks || !member->numbers)
		return -ENOMEM;
	for (uint32_t i = 0; i < sites; i++)
		member->stacks[i] = VT__VIZ_NOT_WRITTEN;
	return vt__kept_of(process, BLOCKS_MOST, &member->kept);
}

/* The number of a device in the snapshot: CUDA's, if there is one process; else the next. */
static uint32_t number_of(const struct vt__viz *viz, const struct vt_format_device *record)
{
	return viz->count == 1 && record->ordinal < ORDINALS_MOST ? (uint32_t)record->ordinal
								  : viz->slot_count;
}

static int make_slot(struct vt__viz *viz, struct vt__viz_member *member, uint32_t device)
{
	const uint32_t number = number_of(viz, member->process->devices[device].record);
	struct vt__viz_slot *grown;

	if (number >= viz->slot_count) {
		grown = reallocarray(viz->slots, number + 1u, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		memset(grown + viz->slot_count, 0,
		       (number + 1u - viz->slot_count) * sizeof(*grown));
		viz->slots = grown;
		viz->slot_count = number + 1;
	}
	member->numbers[device] = number;
	viz->slots[number] = (struct vt__viz_slot){member, device};
	return 0;
}

static int make_slots(struct vt__viz *viz)
{
	int error = 0;

	for (size_t i = 0; !error && i < viz->count; i++)
		for (uint32_t j = 0; !error && j < viz->members[i].process->device_count; j++)
			if (vt__viz_is_shown(&viz->members[i], j))
				error = make_slot(viz, &viz->members[i], j);
	return error;
}

static int write_viz(struct vt__viz *viz, FILE *out)
{
	int error;

	vt__pickle_begin(&viz->pickle, out);
	vt__pickle_dict(&viz->pickle);
	error = write_segments(viz);
	if (!error)
		error = write_traces(viz);
	if (!error)
		error = write_devices(viz);
	vt__pickle_dict_end(&viz->pickle);
	vt__pickle_end(&viz->pickle);
	return !error && viz->pickle.failed ? -ENOMEM : error;
}

int vt__write_memory_viz(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct vt__viz viz = {.count = analysis->process_count};
	int error = 0, lost;

	(void)colour;
	viz.members = calloc(viz.count + 1, sizeof(*viz.members));
	if (!viz.members)
		return -ENOMEM;
	for (size_t i = 0; !error && i < viz.count; i++)
		error = make_member(&viz, i, &analysis->processes[i]);
	if (!error)
		error = make_slots(&viz);
	if (!error)
		error = write_viz(&viz, out);
	for (size_t i = 0; i < viz.count; i++) {
		vt__kept_release(&viz.members[i].kept);
		free(viz.members[i].stacks);
		free(viz.members[i].numbers);
	}
	free(viz.members);
	free(viz.frames);
	free(viz.slots);
	vt__frame_table_release(&viz.table);
	vt__frames_release(&viz.stack);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
