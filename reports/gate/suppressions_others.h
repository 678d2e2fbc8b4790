/*
 * What a printed rule must leave alone: all that was recorded besides its finding.
 */
#ifndef VT_REPORTS_SUPPRESSIONS_OTHERS_H
#define VT_REPORTS_SUPPRESSIONS_OTHERS_H

#include "reports/gate/suppressions_private.h"

struct vt__others;

/* Call sites of all processes, whatever became of what they allocated, and the
 * findings of the gate; borrowed. 0 or -ENOMEM. */
int vt__others_new(const struct vt__gate *gate, struct vt__others **out);
void vt__others_free(struct vt__others *others);

/* Whether a rule suppresses what is judged, as the gate has it: by all names or by
 * the modules' own. `frames` is a buffer. 1, 0 or -ENOMEM. */
int vt__rule_is_for(const struct vt__rule *rule, const struct vt__judged *judged,
		    struct vt__frames *frames);

/*
 * The first, other than the finding, that the rule would suppress if it were of
 * the finding's class, into *found. Sites of the same identity are the finding.
 * `frames` is a buffer. 1: there is one; 0: there is none; -ENOMEM.
 */
int vt__others_match(struct vt__others *others, const struct vt__rule *rule,
		     const struct vt__judged *finding, struct vt__frames *frames,
		     struct vt__judged *found);

#endif
