/* Sentences of what a gate knows was not seen. */
#ifndef VT_CLI_GATE_GAPS_H
#define VT_CLI_GATE_GAPS_H

#include "cli/collect.h"
#include "cli/run.h"
#include "reports/gate_report.h"

struct vt__gaps {
	char **items;
	size_t count;
};

/* Takes over `words`, NULL for a text there was no memory for. Returns 0 or -ENOMEM. */
int vt__gaps_add(struct vt__gaps *gaps, char *words);

/* What the run that is over had. Returns 0 or -ENOMEM. */
int vt__gaps_of_run(struct vt__gaps *gaps, const struct vt__run_facts *facts,
		    const struct vt__recordings *by_source, const struct vt__policy *policy);

void vt__gaps_free(struct vt__gaps *gaps);

#endif
