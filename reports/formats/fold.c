/*
 * Folds a stack into the lines that a person needs.
 */
#include "config.h"

#include "reports/formats/fold.h"

#include <string.h>

#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"

#define OWNERS 2 /* that are named */

static bool is_role(const struct vt__fold *fold, size_t i, enum vt__role role)
{
	return fold->frames->frames[i].role == role;
}

/* Finds what says what was called, before the first frame of the user's. */
static void find_calls(struct vt__fold *fold)
{
	size_t first = vt__first_of_user(fold->frames);

	fold->near_call = fold->far_call = VT__NO_SITE;
	if (first == VT__NO_SITE)
		first = fold->end;
	for (size_t i = 0; i < first; i++) {
		if (!is_role(fold, i, VT__ROLE_CALL))
			continue;
		if (fold->near_call == VT__NO_SITE)
			fold->near_call = i;
		fold->far_call = i;
	}
}

void vt__fold_begin(struct vt__fold *fold, const struct vt__frames *frames, bool full)
{
	*fold = (struct vt__fold){.frames = frames, .full = full, .site = vt__site_of(frames)};
	fold->end = vt__frames_end(frames);
	if (!fold->end)
		fold->end = frames->count;
	find_calls(fold);
}

size_t vt__fold_left(const struct vt__fold *fold)
{
	return fold->end - fold->at;
}

static bool is_shown(const struct vt__fold *fold, size_t i)
{
	return fold->full || is_role(fold, i, VT__ROLE_USER) || i == fold->site ||
	       i == fold->near_call || i == fold->far_call;
}

bool vt__fold_next(struct vt__fold *fold, struct vt__fold_line *line)
{
	const struct vt__frame *frames = fold->frames->frames;
	size_t i = fold->at;

	if (i >= fold->end)
		return false;
	*line = (struct vt__fold_line){.first = i};
	if (is_shown(fold, i)) {
		line->shown = &frames[i++];
	} else if (is_role(fold, i, VT__ROLE_CUDA)) {
		while (i < fold->end && is_role(fold, i, VT__ROLE_CUDA) && !is_shown(fold, i))
			i++;
		line->shown = &frames[i - 1];
	} else {
		while (i < fold->end && !is_role(fold, i, VT__ROLE_CUDA) && !is_shown(fold, i))
			i++;
		/* One line instead of one line tells less. */
		line->shown = i == line->first + 1 ? &frames[line->first] : NULL;
	}
	line->count = i - line->first;
	fold->at = i;
	return true;
}

/* ---- Whose they are --------------------------------------------------------------- */

static const char *owner_of(const struct vt__frame *frame)
{
	if (frame->language == VT__LANGUAGE_PYTHON)
		return "Python";
	if (!frame->module)
		return "no module";
	return vt__last_part(frame->module);
}

/* Whether none before it in the line has the same owner. */
static bool is_first_of_owner(const struct vt__frame *frames, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (!strcmp(owner_of(&frames[i]), owner_of(&frames[number])))
			return false;
	return true;
}

void vt__fold_owners(const struct vt__fold *fold, const struct vt__fold_line *line, FILE *out)
{
	const struct vt__frame *frames = fold->frames->frames + line->first;
	size_t owners = 0, named = 0;

	for (size_t i = 0; i < line->count; i++)
		owners += is_first_of_owner(frames, i);
	for (size_t i = 0; i < line->count && named < OWNERS; i++) {
		if (!is_first_of_owner(frames, i))
			continue;
		if (named++)
			fputs(owners > OWNERS ? ", " : " and ", out);
		vt__print_escaped(out, owner_of(&frames[i]));
	}
	if (owners > OWNERS)
		fprintf(out, " and %zu more", owners - OWNERS);
}
