/*
 * A rule of the policy: between two marks a process must give back so much device memory.
 *
 *   must-release = awake..asleep >= 4G
 *   must-release = awake..asleep >= 90%
 */
#ifndef VT_REPORTS_MUST_RELEASE_H
#define VT_REPORTS_MUST_RELEASE_H

#include "reports/findings/analysis.h"
#include "reports/findings/between.h"

struct vt__must_release {
	struct vt__two_marks marks;
	uint64_t bytes; /* at least; 0: the share */
	unsigned percent;
	char *file; /* of the policy */
	unsigned line;
};

/* Whether the text is such a rule, which is filled in but for file and line. */
bool vt__must_release_parse(const char *text, struct vt__must_release *out);

enum vt__release {
	VT__RELEASED,
	VT__RELEASED_TOO_LITTLE,
	VT__RELEASE_NOT_SEEN /* no process has an account of both marks */
};

/* How it stands with all processes that have both marks. `words`: a sentence to free() unless it
 * is kept. 0 or -ENOMEM. */
int vt__must_release_judge(const struct vt__must_release *rule, const struct vt__analysis *analysis,
			   enum vt__release *out, char **words);

#endif
