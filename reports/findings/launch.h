/*
 * What a launcher told a process of its place in a job: torchrun, MPI, Slurm,
 * or the user (VRAMTRACK_RANK).
 */
#ifndef VT_REPORTS_LAUNCH_H
#define VT_REPORTS_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/recording/reader.h"

#define VT__JOB_BYTES 224

struct vt__launcher_words {
	const char *json, *text;
};
extern const struct vt__launcher_words vt__launcher_words[VT_LAUNCHER_COUNT];

struct vt__launch {
	bool known; /* a rank was told; else nothing but `job` may be set */
	enum vt_launcher launcher;
	uint32_t rank;
	uint32_t size;           /* of the job; 0: not told, or not greater than the rank */
	int32_t local_rank;      /* -1: not told */
	char job[VT__JOB_BYTES]; /* the launcher's own number or name; "" if it told none */
};

/* Copies the value of a variable that a recording keeps (`launch` of its header, as text); false if
 * there is none, or an empty one. */
bool vt__launch_setting(const char *launch, const char *name, char *value, size_t room);

void vt__launch_of(const struct vt__recording *recording, struct vt__launch *out);

#endif
