/*
 * Reads the launcher's variables that a recording keeps: they are the user's
 * environment, so anything may stand in them.
 */
#include "config.h"

#include "reports/findings/launch.h"

#include <stdio.h>
#include <string.h>

/* A rank beyond this is no rank: a list with a place for each must be possible. */
#define RANK_MAX 99999999u

const struct vt__launcher_words vt__launcher_words[VT_LAUNCHER_COUNT] = {
#define VT_LAUNCHER(id, json, words, sized, rank, size, local, job, step) {json, words},
	VT_LAUNCHERS(VT_LAUNCHER)
#undef VT_LAUNCHER
};

static const struct variables {
	bool sized;
	const char *rank, *size, *local, *job, *step;
} variables[VT_LAUNCHER_COUNT] = {
#define VT_LAUNCHER(id, json, words, sized, rank, size, local, job, step)                          \
	{sized, rank, size, local, job, step},
	VT_LAUNCHERS(VT_LAUNCHER)
#undef VT_LAUNCHER
};

bool vt__launch_setting(const char *launch, const char *name, char *value, size_t room)
{
	const size_t length = strlen(name);
	size_t bytes;

	for (; length && launch && *launch; launch = strchr(launch, '\x1f')) {
		launch += *launch == '\x1f';
		if (strncmp(launch, name, length) || launch[length] != '=')
			continue;
		launch += length + 1;
		bytes = strcspn(launch, "\x1f");
		bytes = bytes < room ? bytes : room - 1;
		memcpy(value, launch, bytes);
		value[bytes] = '\0';
		return bytes > 0;
	}
	return false;
}

static bool find_number(const char *launch, const char *name, uint32_t *out)
{
	char value[16], *at = value;
	uint32_t number = 0;

	if (!vt__launch_setting(launch, name, value, sizeof(value)))
		return false;
	for (; *at >= '0' && *at <= '9' && number <= RANK_MAX / 10; at++)
		number = number * 10 + (uint32_t)(*at - '0');
	if (*at || number > RANK_MAX)
		return false;
	*out = number;
	return true;
}

/* torchrun's run id is "none" unless one is given. */
static bool find_job(const char *launch, const struct variables *names, char job[VT__JOB_BYTES])
{
	char step[VT__JOB_BYTES / 2];
	size_t length;

	if (!vt__launch_setting(launch, names->job, job, VT__JOB_BYTES / 2) ||
	    !strcmp(job, "none")) {
		job[0] = '\0';
		return false;
	}
	length = strlen(job);
	if (vt__launch_setting(launch, names->step, step, sizeof(step)))
		snprintf(job + length, VT__JOB_BYTES - length, ".%s", step);
	return true;
}

static bool find_rank(const char *launch, const struct variables *names, struct vt__launch *out)
{
	uint32_t local;

	if (!find_number(launch, names->rank, &out->rank))
		return false;
	if (!find_number(launch, names->size, &out->size) || out->size <= out->rank)
		out->size = 0;
	if (names->sized && !out->size)
		return false;
	out->local_rank = find_number(launch, names->local, &local) ? (int32_t)local : -1;
	return true;
}

void vt__launch_of(const struct vt__recording *recording, struct vt__launch *out)
{
	const char *launch = vt__raw_to_parse(
		vt__recording_string(recording, vt__recording_header(recording)->launch));

	*out = (struct vt__launch){.local_rank = -1};
	for (int i = 0; i < VT_LAUNCHER_COUNT && !out->known; i++) {
		out->launcher = (enum vt_launcher)i;
		out->known = find_rank(launch, &variables[i], out);
	}
	/* Slurm's size stands in for that of a launcher below it that tells none */
	if (out->known && !out->size) {
		struct vt__launch slurm;

		if (find_rank(launch, &variables[VT_LAUNCHER_SLURM], &slurm) &&
		    slurm.rank == out->rank)
			out->size = slurm.size;
	}
	if (out->known && find_job(launch, &variables[out->launcher], out->job))
		return;
	(void)find_job(launch, &variables[VT_LAUNCHER_SLURM], out->job);
}
