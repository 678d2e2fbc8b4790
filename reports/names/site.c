/*
 * The site of a stack: the frame by which people know it.
 */
#include "config.h"

#include "reports/names/site.h"

/* How well a frame of the user's tells the place; 0: it is not the user's. */
static int telling(const struct vt__frame *frame)
{
	if (frame->role != VT__ROLE_USER || vt__frame_is_start(frame))
		return 0;
	if (!frame->function)
		return 1;
	return frame->file && *frame->file && frame->line ? 3 : 2;
}

/* The same where none is. */
static int telling_of_libraries(const struct vt__frame *frame)
{
	if (vt__frame_is_start(frame) || frame->role == VT__ROLE_CUDA)
		return 0;
	return frame->function && frame->role != VT__ROLE_RUNTIME ? 2 : 1;
}

size_t vt__site_of(const struct vt__frames *frames)
{
	size_t end = vt__frames_end(frames), site = VT__NO_SITE;
	int best = 0;

	if (!end)
		end = frames->count;
	for (size_t i = 0; i < end; i++)
		if (telling(&frames->frames[i]) > best) {
			best = telling(&frames->frames[i]);
			site = i;
		}
	for (size_t i = end; site == VT__NO_SITE && i-- > 0;)
		if (telling_of_libraries(&frames->frames[i]) == 2)
			site = i;
	for (size_t i = end; site == VT__NO_SITE && i-- > 0;)
		if (telling_of_libraries(&frames->frames[i]))
			site = i;
	return site == VT__NO_SITE && end ? 0 : site;
}

size_t vt__first_of_user(const struct vt__frames *frames)
{
	const size_t end = vt__frames_end(frames);

	for (size_t i = 0; i < end; i++)
		if (telling(&frames->frames[i]))
			return i;
	return VT__NO_SITE;
}
