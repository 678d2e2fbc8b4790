/*
 * Sentences about a judgement that more than one format has.
 *
 * All are clean (see vt__clean_copy()), belong to the caller, and are NULL if out
 * of memory. What a format needs beyond that, as its own marks, it escapes itself.
 */
#ifndef VT_REPORTS_GATE_WORDS_H
#define VT_REPORTS_GATE_WORDS_H

#include "reports/gate/gate_stack.h"

/* "findings", "not covered": static. */
const char *vt__gate_verdict_words(enum vt__verdict verdict);

/* False if the judgement is not to be trusted: not covered, or unreadable. */
bool vt__gate_saw_all(const struct vt__gate *gate);

/* The reasons, with "; " between them. */
char *vt__gate_reasons(const struct vt__gate *gate);

/* What vt__judged_title() says. */
char *vt__gate_title(const struct vt__judged *judged);

/* "64.0 MiB in 2 allocations", or of what happened "3 times". */
char *vt__gate_sum(const struct vt__judged *judged);

/* "new", "in the baseline", "suppressed by gate.supp:3: leak:libfoo". */
char *vt__gate_standing(const struct vt__judged *judged);

/* One sentence with all of that; `stack` is the finding's. */
char *vt__gate_message(const struct vt__judged *judged, const struct vt__gate_stack *stack);

/* The finding as the text report shows it, with its stacks: lines, of the
 * process in which it was seen first. */
char *vt__gate_lines(const struct vt__gate *gate, const struct vt__judged *judged);

/* "leak: 64.0 MiB in 2 allocations: f at a.c:3": what is gone, as the baseline had it, and whether
 * that is not sure. */
char *vt__gate_gone(const struct vt__gate *gate, const struct vt__gone *gone);

/* "gate.supp:3: leak:libfoo: expired". */
char *vt__gate_idle(const struct vt__gate *gate, const struct vt__idle_rule *rule);

/* "expired". Static. */
const char *vt__gate_idle_words(const struct vt__gate *gate, const struct vt__idle_rule *rule);

#endif
