/*
 * What the files of the gate share.
 */
#ifndef VT_REPORTS_GATE_PRIVATE_H
#define VT_REPORTS_GATE_PRIVATE_H

#include "reports/gate/gate.h"

/* One judgement for each identity, of all processes; with_former: with what
 * former schemes called it. Objects that are held are judged where the policy or the baseline
 * names them: most programs have many. 0 or -ENOMEM. */
int vt__gate_collect(const struct vt__gate_request *request, bool with_former,
		     struct vt__gate *gate);

/* The verdict and its reasons, when everything else is judged. 0 or -ENOMEM. */
int vt__gate_decide(const struct vt__gate_request *request, struct vt__gate *gate);

/* Adds one sentence. 0 or -ENOMEM. */
__attribute__((format(printf, 2, 3))) int vt__gate_reason(struct vt__gate *gate, const char *format,
							  ...);

/* Adds a sentence for each thing that was not seen; `any` is set where there is one. 0 or -ENOMEM.
 */
int vt__gate_unseen(const struct vt__gate_request *request, struct vt__gate *gate, bool *any);

/* What a clean verdict rests on less than it may seem: it is told, and fails nothing. 0 or
 * -ENOMEM. */
int vt__gate_untold(const struct vt__gate_request *request, struct vt__gate *gate);

#endif
