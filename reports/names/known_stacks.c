/*
 * Numbers stacks, the same for the same places in every recording of one symbolizer.
 */
#include "config.h"

#include "reports/names/known_stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PLACES 1024u

/* The place of a stack, or the empty one where it would be. */
static uint32_t *place_of(const struct vt__known_stacks *known, const struct vt__known_stack *stack)
{
	size_t at = stack->places.low & known->mask;

	while (known->table[at]) {
		const struct vt__known_stack *there = &known->stacks[known->table[at] - 1];

		if (there->places.low == stack->places.low &&
		    there->places.high == stack->places.high && there->count == stack->count)
			break;
		at = (at + 1) & known->mask;
	}
	return &known->table[at];
}

static int grow(struct vt__known_stacks *known)
{
	const size_t places = known->table ? (known->mask + 1) * 2 : FIRST_PLACES;
	uint32_t *table = calloc(places, sizeof(*table));
	struct vt__known_stack *stacks = reallocarray(known->stacks, places / 2, sizeof(*stacks));

	if (stacks)
		known->stacks = stacks;
	if (!stacks || !table) {
		free(table);
		return -ENOMEM;
	}
	free(known->table);
	known->table = table;
	known->mask = places - 1;
	for (uint32_t i = 0; i < known->count; i++)
		*place_of(known, &stacks[i]) = i + 1;
	return 0;
}

int vt__known_stacks_find(struct vt__known_stacks *known, struct vt__hash128 places, size_t count,
			  uint32_t *number_out)
{
	const struct vt__known_stack stack = {.places = places, .count = (uint32_t)count};
	uint32_t *place;

	if ((!known->table || known->count >= (known->mask + 1) / 2) && grow(known))
		return -ENOMEM;
	place = place_of(known, &stack);
	if (!*place) {
		known->stacks[known->count++] = stack;
		*place = known->count;
	}
	*number_out = *place - 1;
	return 0;
}

void vt__known_stacks_release(struct vt__known_stacks *known)
{
	free(known->stacks);
	free(known->table);
	memset(known, 0, sizeof(*known));
}
