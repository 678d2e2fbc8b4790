/*
 * What the files of the suppressions share: a rule.
 */
#ifndef VT_REPORTS_SUPPRESSIONS_PRIVATE_H
#define VT_REPORTS_SUPPRESSIONS_PRIVATE_H

#include "reports/text/lines.h"
#include "reports/gate/suppressions.h"
#include "reports/names/frame_pattern.h"

/* More than a recording keeps of a stack, inlined calls and all but the oddest. */
#define VT__RULE_FRAMES 512

struct vt__rule {
	char *text; /* without what is around it and without its comment */
	const char *file;
	unsigned line;
	bool shipped;
	bool used;
	bool innermost;   /* the first pattern is of the innermost frame */
	bool exact;       /* and there is one for every frame of the user's */
	uint32_t classes; /* bit n: enum vt__class n */
	uint32_t kind;    /* VT_FORMAT_NONE: any */
	uint64_t devices; /* bit n: ordinal n; 0: any */
	uint64_t bytes;   /* at most so many in one process */
	uint64_t count;   /* the same */
	uint32_t until;   /* the last day, as 20261231; 0: none */
	size_t frame_count;
	struct vt__frame_pattern *frames; /* innermost first; into the rule's text */
};

/* 1: the line is a rule; 0: it is empty or a comment; -EINVAL and a message;
 * -ENOMEM. The caller releases a rule. */
int vt__rule_parse(const struct vt__lines *lines, struct vt__rule *rule,
		   char message[VT__MESSAGE_BYTES]);

void vt__rule_release(struct vt__rule *rule);

bool vt__rule_matches(const struct vt__rule *rule, const struct vt__judged *judged,
		      const struct vt__frames *frames);

#endif
