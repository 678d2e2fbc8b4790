/*
 * What is known of a stack from recordings that had the same.
 */
#include "config.h"

#include <errno.h>

#include "base/hash.h"
#include "reports/names/known_stacks.h"
#include "reports/names/stacks_private.h"

static const void *owner_of(const struct vt__place *place)
{
	return place->source ? (const void *)place->source : place->module;
}

/* Places are told by addresses of this process: nobody can make two stacks that are taken for one.
 */
static int hash_places(struct vt__stacks *stacks, const uint64_t *raw, size_t count,
		       struct vt__hash128 *out)
{
	struct vt__hash128 hash = {VT__HASH_A, VT__HASH_C};

	for (size_t i = 0; i < count; i++) {
		struct vt__place place;
		const int error = vt__stack_place(stacks, raw[i], &place);
		const uint64_t of = (uintptr_t)owner_of(&place);

		if (error)
			return error;
		hash.low = vt__hash_fold(hash.low ^ of, place.address ^ VT__HASH_B);
		hash.high = vt__hash_fold(hash.high + of, place.address + VT__HASH_D);
	}
	*out = hash;
	return 0;
}

int vt__stack_number(struct vt__stacks *stacks, uint32_t number, uint32_t *number_out)
{
	const bool is_there = number < vt__recording_stacks(stacks->recording);
	struct vt__hash128 places;
	const uint64_t *raw;
	bool truncated;
	size_t count;
	int error;

	if (is_there && stacks->numbers[number]) {
		*number_out = stacks->numbers[number] - 1;
		return 0;
	}
	raw = vt__stack_raw(stacks, number, &count, &truncated);
	error = hash_places(stacks, raw, count, &places);
	if (!error)
		error = vt__known_stacks_find(vt__symbolizer_stacks(stacks->symbolizer), places,
					      count, number_out);
	if (!error && is_there)
		stacks->numbers[number] = *number_out + 1;
	return error;
}

/* ---- Who keeps memory ---------------------------------------------------------------- */

static int learn_kept(struct vt__stacks *stacks, uint64_t raw, const struct vt__place *place,
		      struct vt__frames *frames)
{
	bool kept = false;
	int error;

	frames->count = 0;
	error = vt__stack_expand(stacks, raw, VT__NAMES_OWN, frames);
	for (size_t i = 0; i < frames->count; i++)
		kept |= frames->frames[i].kept;
	if (!error)
		error = vt__kept_frames_add(vt__symbolizer_kept(stacks->symbolizer),
					    owner_of(place), place->address, kept);
	return error ? error : kept;
}

static int ask_frames(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames)
{
	const struct vt__kept_frames *known = vt__symbolizer_kept(stacks->symbolizer);
	size_t count;
	const uint64_t *raw = vt__stack_raw(stacks, number, &count, &frames->truncated);
	int status = 0;

	for (size_t i = 0; i < count && !status; i++) {
		struct vt__place place;

		status = vt__stack_place(stacks, raw[i], &place);
		if (status)
			break;
		status = vt__kept_frames_find(known, owner_of(&place), place.address);
		if (status == -ENOENT)
			status = learn_kept(stacks, raw[i], &place, frames);
	}
	return status;
}

int vt__stack_may_be_kept(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames)
{
	const struct vt__known_stacks *known = vt__symbolizer_stacks(stacks->symbolizer);
	uint32_t in_all;
	int status;

	if (known->recordings == 1)
		return ask_frames(stacks, number, frames);
	status = vt__stack_number(stacks, number, &in_all);
	if (status)
		return status;
	if (known->stacks[in_all].kept != VT__KEPT_UNKNOWN)
		return known->stacks[in_all].kept == VT__KEPT_YES;
	status = ask_frames(stacks, number, frames);
	if (status >= 0)
		known->stacks[in_all].kept = status ? VT__KEPT_YES : VT__KEPT_NO;
	return status;
}
