/*
 * The traces of the report for PyTorch's memory viewer: what happened on a device.
 */
#include "config.h"

#include "reports/findings/history.h"
#include "reports/formats/memory_viz.h"

#define EVENTS_MOST 100000u

static uint64_t time_us(const struct vt__process *process, uint64_t time_ns)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	const uint64_t into = time_ns > header->start_monotonic_ns
				      ? time_ns - header->start_monotonic_ns
				      : 0;

	return (header->start_realtime_ns + into) / 1000;
}

static void begin_event(struct vt__pickle *pickle, const char *action,
			const struct vt__process *process, uint64_t bytes, uint64_t time_ns)
{
	vt__pickle_dict(pickle);
	vt__pickle_key_text(pickle, "action", action);
	vt__pickle_key_number(pickle, "size", bytes);
	vt__pickle_key_number(pickle, "stream", 0);
	vt__pickle_key_number(pickle, "time_us", time_us(process, time_ns));
}

/* An allocation or a free, as the allocator of the viewer would have it: three actions at most. */
struct happening {
	const char *actions[3];
	uint64_t address, bytes, time_ns;
	uint32_t site;
	uint32_t stack; /* VT_FORMAT_NONE: that of the site */
};

#define MADE                                                                                       \
	{                                                                                          \
		"segment_alloc", "alloc"                                                           \
	}
#define GONE                                                                                       \
	{                                                                                          \
		"free_requested", "free_completed", "segment_free"                                 \
	}

static int write_happening(struct vt__viz *viz, struct vt__pickle_list *list,
			   struct vt__viz_member *member, const struct happening *happening)
{
	const struct vt__process *process = member->process;
	struct vt__pickle *pickle = &viz->pickle;
	int error = 0;

	for (size_t i = 0; !error && i < 3 && happening->actions[i]; i++) {
		begin_event(pickle, happening->actions[i], process, happening->bytes,
			    happening->time_ns);
		vt__pickle_key_number(pickle, "addr", happening->address);
		if (happening->stack == VT_FORMAT_NONE) {
			error = vt__viz_frames(viz, member, happening->site);
		} else {
			vt__pickle_key(pickle, "frames");
			error = vt__viz_stack(viz, process, happening->stack);
		}
		vt__pickle_dict_end(pickle);
		vt__pickle_item(pickle, list);
	}
	return error;
}

/* The events of a device that are kept, the last so many. */
static int write_events(struct vt__viz *viz, struct vt__pickle_list *list,
			struct vt__viz_member *member, uint32_t device)
{
	static const struct happening made = {.actions = MADE}, gone = {.actions = GONE};
	const struct vt__recording *recording = member->process->recording;
	uint64_t dropped;
	const uint64_t count = vt__history_events(recording, &dropped);
	int error = 0;

	for (uint64_t i = count > EVENTS_MOST ? count - EVENTS_MOST : 0; !error && i < count; i++) {
		const struct vt_format_event *event = vt__history_event(recording, i);
		const struct vt_format_site *site = event ? vt__recording_site(recording,
									       event->site)
							  : NULL;
		struct happening happening;

		if (!site || site->device != device || !event->bytes ||
		    vt__bucket_of(site->kind) != VT_BUCKET_VRAM)
			continue;
		happening = event->what == VT_EVENT_ALLOCATED || event->what == VT_EVENT_RESTORED
				    ? made
				    : gone;
		happening.address = event->address;
		happening.bytes = event->bytes;
		happening.time_ns = event->time_ns;
		happening.site = event->site;
		happening.stack = event->stack;
		error = write_happening(viz, list, member, &happening);
	}
	return error;
}

/* Without events: what is live was made. */
static int write_kept(struct vt__viz *viz, struct vt__pickle_list *list,
		      struct vt__viz_member *member, uint32_t device)
{
	int error = 0;

	for (size_t i = 0; !error && i < member->kept.count; i++) {
		const struct vt__kept *kept = &member->kept.items[i];
		const struct happening happening = {.actions = MADE,
						    .address = kept->allocation->address,
						    .bytes = kept->allocation->bytes,
						    .time_ns = kept->allocation->time_ns,
						    .site = kept->allocation->site,
						    .stack = VT_FORMAT_NONE};

		if (kept->site->device == device && vt__viz_is_memory(member, kept))
			error = write_happening(viz, list, member, &happening);
	}
	return error;
}

/* Memory that was refused, behind all: no more is known than when it was first. */
static int write_refusals(struct vt__viz *viz, struct vt__pickle_list *list,
			  const struct vt__viz_member *member, uint32_t device)
{
	const struct vt__process *process = member->process;
	struct vt__pickle *pickle = &viz->pickle;
	int error = 0;

	for (size_t i = 0; !error && i < process->finding_count; i++) {
		const struct vt__finding_row *row = &process->findings[i];

		if (row->finding_class != VT__CLASS_OUT_OF_MEMORY || row->device != device)
			continue;
		begin_event(pickle, "oom", process, row->record->bytes, row->record->time_ns);
		vt__pickle_key_number(pickle, "device_free", row->record->device_free_bytes);
		vt__pickle_key(pickle, "frames");
		error = vt__viz_stack(viz, process, row->stack);
		vt__pickle_dict_end(pickle);
		vt__pickle_item(pickle, list);
	}
	return error;
}

int vt__viz_trace(struct vt__viz *viz, struct vt__viz_member *member, uint32_t device)
{
	struct vt__pickle_list list;
	int error = 0;

	vt__pickle_list(&viz->pickle, &list);
	if (member && vt__recording_event_rings(member->process->recording))
		error = write_events(viz, &list, member, device);
	else if (member)
		error = write_kept(viz, &list, member, device);
	if (!error && member)
		error = write_refusals(viz, &list, member, device);
	vt__pickle_list_end(&viz->pickle);
	return error;
}
