/*
 * What the files of the rules about frames share: one rule.
 */
#ifndef VT_REPORTS_FRAME_RULES_PRIVATE_H
#define VT_REPORTS_FRAME_RULES_PRIVATE_H

#include "reports/names/frame_pattern.h"
#include "reports/text/lines.h"

#define VT__FRAME_CONDITIONS 4 /* of one rule */

struct vt__frame_rule {
	char *text; /* the patterns point into it */
	enum vt__role role;
	enum vt__language language;
	size_t count;
	struct vt__frame_pattern patterns[VT__FRAME_CONDITIONS]; /* all must hold */
};

/* 1: the line is a rule; 0: it is empty or a comment; -EINVAL and a message;
 * -ENOMEM. The caller frees the text of a rule. */
int vt__frame_rule_parse(const struct vt__lines *lines, struct vt__frame_rule *rule,
			 char message[VT__MESSAGE_BYTES]);

#endif
