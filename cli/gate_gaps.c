/* Finds what of a run was not seen. */
#include "config.h"

#include "cli/gate_gaps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/unseen.h"

/* Sentences about processes; the rest is a number. */
#define NAMED 8

int vt__gaps_add(struct vt__gaps *gaps, char *words)
{
	char **grown = words ? reallocarray(gaps->items, gaps->count + 1, sizeof(*grown)) : NULL;

	if (!grown) {
		free(words);
		return -ENOMEM;
	}
	gaps->items = grown;
	grown[gaps->count++] = words;
	return 0;
}

void vt__gaps_free(struct vt__gaps *gaps)
{
	while (gaps->count)
		free(gaps->items[--gaps->count]);
	free(gaps->items);
	gaps->items = NULL;
}

static int add_obstacle(struct vt__gaps *gaps, const struct vt__run_facts *facts)
{
	char *words;

	if (facts->obstacle == VT__OBSTACLE_NONE)
		return 0;
	if (asprintf(&words, "%s %s, so the shim was not loaded into it", facts->name,
		     vt__obstacle_words(facts->obstacle)) < 0)
		words = NULL;
	return vt__gaps_add(gaps, words);
}

static int add_unknown(struct vt__gaps *gaps, int error)
{
	char *words;

	if (asprintf(&words, "the processes of the run were not watched: %s", strerror(error)) < 0)
		words = NULL;
	return vt__gaps_add(gaps, words);
}

static int add_rest(struct vt__gaps *gaps, size_t count)
{
	char *words;

	if (asprintf(&words, "%zu more such reasons", count) < 0)
		words = NULL;
	return vt__gaps_add(gaps, words);
}

static int add_unseen(struct vt__gaps *gaps, const struct vt__unseen *unseen)
{
	int error = 0;

	for (size_t i = 0; i < unseen->count && i < NAMED && !error; i++)
		error = vt__gaps_add(gaps, vt__unseen_words(&unseen->rows[i]));
	if (!error && unseen->count > NAMED)
		error = add_rest(gaps, unseen->count - NAMED);
	return error;
}

int vt__gaps_of_run(struct vt__gaps *gaps, const struct vt__run_facts *facts,
		    const struct vt__recordings *by_source, const struct vt__policy *policy)
{
	struct vt__unseen unseen;
	int unknown = vt__unseen_find(facts, by_source, &unseen);
	int error = add_obstacle(gaps, facts);

	vt__unseen_allow(&unseen, (const char *const *)policy->allow_unseen,
			 policy->allow_unseen_count);
	if (!error && facts->obstacle < VT__OBSTACLE_FOREIGN && !facts->folder.path)
		error = vt__gaps_add(gaps, strdup("there was no place for recordings"));
	if (!error && unknown)
		error = add_unknown(gaps, -unknown);
	if (!error)
		error = add_unseen(gaps, &unseen);
	vt__unseen_free(&unseen);
	return error;
}
