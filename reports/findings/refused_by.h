/*
 * Who refused an allocation: told by what was known at that moment, and not known where that does
 * not tell it.
 */
#ifndef VT_REPORTS_REFUSED_BY_H
#define VT_REPORTS_REFUSED_BY_H

#include "reports/findings/analysis.h"

/* VT__REFUSER(identifier, name in JSON, words for after "refused by ") */
#define VT__REFUSERS(VT__REFUSER)                                                                  \
	VT__REFUSER(UNKNOWN, NULL, "somebody who is not known")                                    \
	VT__REFUSER(DEVICE, "device", "the device, which had less than that free")                 \
	VT__REFUSER(FAIL, "fail", "vramtrack itself, as it was asked to (option fail)")            \
	VT__REFUSER(OPTION, "limit", "vramtrack itself, as it was asked to (option limit)")        \
	VT__REFUSER(CGROUP, "driver_limit", "the driver's memory limit of the cgroup")             \
	VT__REFUSER(MPS, "mps_limit", "the memory limit of MPS")                                   \
	VT__REFUSER(CONTAINER, "container_limit", "the container's limiter of GPU memory")         \
	VT__REFUSER(MIG, "mig", "the MIG instance, which had less than that free")                 \
	VT__REFUSER(SHOWN, "shown_limit", "a limit that shows a smaller device than there is")

enum vt__refuser {
#define VT__REFUSER(id, json, words) VT__REFUSER_##id,
	VT__REFUSERS(VT__REFUSER)
#undef VT__REFUSER
	VT__REFUSER_COUNT
};

struct vt__refuser_names {
	const char *json, *text;
};
extern const struct vt__refuser_names vt__refuser_names[VT__REFUSER_COUNT];

struct vt__refused_by {
	enum vt__refuser who;
	uint64_t limit_bytes; /* VT_FORMAT_UNKNOWN: not known, as the next two */
	uint64_t soft_bytes;
	uint64_t used_bytes; /* counted against the limit when it was refused */
	const char *told_by; /* static; NULL: nobody */
	struct vt__raw name; /* the cgroup's folder; none */
};

/* Of a refusal. */
void vt__refused_by(const struct vt__process *process, const struct vt__finding_row *row,
		    struct vt__refused_by *out);

/* In which pieces the device's caches had memory free then; NULL: not known. */
const struct vt_format_fragments *vt__fragments_of(const struct vt__process *process,
						   const struct vt__finding_row *row);

/* The limit of a device by the environment, as a user writes it: "0=1G,1=512M" of MPS, "2048m" of
 * limiters. False: there is none, or it is no such value. */
bool vt__limit_of_mps(const char *text, int32_t ordinal, uint64_t *bytes);
bool vt__limit_of_container(const char *text, uint64_t *bytes);

#endif
