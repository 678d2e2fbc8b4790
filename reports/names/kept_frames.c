/*
 * Remembers of frames whether a rule about keepers of memory is of them.
 */
#include "config.h"

#include "reports/names/kept_frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define FIRST_PLACES 1024u

/* The place of a frame, or the empty one where it would be. */
static struct vt__kept_frame *place_of(const struct vt__kept_frames *frames, const void *of,
				       uint64_t address)
{
	size_t at = vt__hash_fold((uintptr_t)of ^ VT__HASH_A, address ^ VT__HASH_B) & frames->mask;

	while (frames->places[at].kept != VT__KEPT_UNKNOWN &&
	       (frames->places[at].of != of || frames->places[at].address != address))
		at = (at + 1) & frames->mask;
	return &frames->places[at];
}

int vt__kept_frames_find(const struct vt__kept_frames *frames, const void *of, uint64_t address)
{
	const struct vt__kept_frame *place = frames->places ? place_of(frames, of, address) : NULL;

	if (!place || place->kept == VT__KEPT_UNKNOWN)
		return -ENOENT;
	return place->kept == VT__KEPT_YES;
}

static int grow(struct vt__kept_frames *frames)
{
	const size_t places = frames->places ? (frames->mask + 1) * 2 : FIRST_PLACES;
	struct vt__kept_frames grown = {
		.places = calloc(places, sizeof(*grown.places)),
		.mask = places - 1,
		.count = frames->count,
	};

	if (!grown.places)
		return -ENOMEM;
	for (size_t i = 0; frames->places && i <= frames->mask; i++)
		if (frames->places[i].kept != VT__KEPT_UNKNOWN)
			*place_of(&grown, frames->places[i].of,
				  frames->places[i].address) = frames->places[i];
	free(frames->places);
	*frames = grown;
	return 0;
}

int vt__kept_frames_add(struct vt__kept_frames *frames, const void *of, uint64_t address, bool kept)
{
	if ((!frames->places || frames->count >= (frames->mask + 1) / 4 * 3) && grow(frames))
		return -ENOMEM;
	*place_of(frames, of, address) = (struct vt__kept_frame){of, address,
								 kept ? VT__KEPT_YES : VT__KEPT_NO};
	frames->count++;
	return 0;
}

void vt__kept_frames_release(struct vt__kept_frames *frames)
{
	free(frames->places);
	memset(frames, 0, sizeof(*frames));
}
