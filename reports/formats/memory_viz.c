/*
 * The stacks of the report for PyTorch's memory viewer.
 */
#include "config.h"

#include "reports/formats/memory_viz.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/formats/titles.h"

static int write_new_frame(struct vt__viz *viz, const struct vt__frame *frame, size_t number)
{
	struct vt__pickle *pickle = &viz->pickle;
	char *title = vt__frame_title(frame);

	if (number >= viz->frame_capacity) {
		const size_t more = number * 2 + 64;
		uint32_t *grown = reallocarray(viz->frames, more, sizeof(*grown));

		if (!grown) {
			free(title);
			return -ENOMEM;
		}
		viz->frames = grown;
		viz->frame_capacity = more;
	}
	vt__pickle_dict(pickle);
	vt__pickle_key(pickle, "filename");
	vt__pickle_text(pickle, frame->file ? frame->file : frame->module ? frame->module : "");
	vt__pickle_key(pickle, "line");
	vt__pickle_number(pickle, frame->line);
	vt__pickle_key(pickle, "name");
	vt__pickle_text(pickle, frame->function ? frame->function : title);
	vt__pickle_dict_end(pickle);
	viz->frames[number] = vt__pickle_remember(pickle);
	free(title);
	return title ? 0 : -ENOMEM;
}

static int write_frame(struct vt__viz *viz, const struct vt__frame *frame)
{
	size_t number;
	bool is_new;
	const int error = vt__frame_number(&viz->table, frame, &number, &is_new);

	if (error)
		return error;
	if (is_new)
		return write_new_frame(viz, frame, number);
	vt__pickle_again(&viz->pickle, viz->frames[number]);
	return 0;
}

int vt__viz_stack(struct vt__viz *viz, const struct vt__process *process, uint32_t stack)
{
	struct vt__pickle_list list;
	const char *missing;
	int error = vt__titled_stack(process->stacks, process->recording, stack, &viz->stack,
				     &missing);

	vt__pickle_list(&viz->pickle, &list);
	for (size_t i = 0; !error && i < viz->stack.count; i++) {
		error = write_frame(viz, &viz->stack.frames[i]);
		vt__pickle_item(&viz->pickle, &list);
	}
	if (!error && missing)
		error = write_frame(viz, &(struct vt__frame){.function = missing});
	vt__pickle_list_end(&viz->pickle);
	return error;
}

int vt__viz_frames(struct vt__viz *viz, struct vt__viz_member *member, uint32_t site)
{
	const struct vt__process *process = member->process;
	uint32_t *remembered = &member->stacks[site];
	int error;

	vt__pickle_key(&viz->pickle, "frames");
	if (*remembered != VT__VIZ_NOT_WRITTEN) {
		vt__pickle_again(&viz->pickle, *remembered);
		return 0;
	}
	error = vt__viz_stack(viz, process, vt__recording_site(process->recording, site)->stack);
	*remembered = vt__pickle_remember(&viz->pickle);
	return error;
}

void vt__viz_no_frames(struct vt__viz *viz, const char *name)
{
	struct vt__pickle *pickle = &viz->pickle;
	struct vt__pickle_list list;

	vt__pickle_key(pickle, "frames");
	vt__pickle_list(pickle, &list);
	vt__pickle_dict(pickle);
	vt__pickle_key(pickle, "filename");
	vt__pickle_text(pickle, "");
	vt__pickle_key(pickle, "line");
	vt__pickle_number(pickle, 0);
	vt__pickle_key(pickle, "name");
	vt__pickle_text(pickle, name);
	vt__pickle_dict_end(pickle);
	vt__pickle_list_end(pickle);
}

bool vt__viz_is_shown(const struct vt__viz_member *member, uint32_t device)
{
	return member->process->devices[device].record->ordinal >= 0;
}

bool vt__viz_is_memory(const struct vt__viz_member *member, const struct vt__kept *kept)
{
	return vt__bucket_of(kept->site->kind) == VT_BUCKET_VRAM && kept->allocation->bytes &&
	       vt__viz_is_shown(member, kept->site->device);
}
