/*
 * What stayed behind: a device at two marks, and what became of each owner's memory between them.
 */
#ifndef VT_REPORTS_BETWEEN_H
#define VT_REPORTS_BETWEEN_H

#include "reports/findings/statement.h"

/* Names of two marks, as "awake,asleep" has them. */
struct vt__two_marks {
	char from[128];
	char to[128];
};

/* `separator` stands between the names: "," or "..". False: there are not two names, or one is
 * longer than a name of a mark can be. */
bool vt__two_marks_parse(const char *text, const char *separator, struct vt__two_marks *out);

/* An owner, or a call site of it. */
struct vt__between_row {
	char name[72];
	const char *id; /* as of struct vt__owner */
	enum vt__how how;
	uint32_t stack; /* of a site */
	uint32_t api;
	uint64_t before, after;
};

struct vt__between {
	const struct vt_format_account *from, *to; /* NULL: there is no account of that mark */
	uint32_t device;                           /* number of the record */
	uint64_t before, after; /* held by the process, as far as it is accounted for */
	uint64_t driver_before, driver_after; /* VT_FORMAT_UNKNOWN: not told */
	int64_t rest_before, rest_after;      /* not attributed, where the driver told */
	struct vt__between_row *owners;       /* what is held after most first */
	size_t owner_count;
	struct vt__between_row *sites;
	size_t site_count;
};

/* Of the device whose record has that number; of two marks of one name from the first to the
 * latest. 0 or -ENOMEM. */
int vt__between_make(const struct vt__process *process, const struct vt__two_marks *marks,
		     uint32_t device, struct vt__between *out);
void vt__between_release(struct vt__between *between);

/* Whether the process has an account of both, of some device. */
bool vt__between_is_there(const struct vt__process *process, const struct vt__two_marks *marks);

/* The names of the marks that have an account, with commas between, to free(); NULL if out of
 * memory. */
char *vt__marks_there(const struct vt__process *process);

#endif
