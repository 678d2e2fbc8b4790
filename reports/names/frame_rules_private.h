/*
 * What the files of the rules about frames and about memory share: one rule.
 */
#ifndef VT_REPORTS_FRAME_RULES_PRIVATE_H
#define VT_REPORTS_FRAME_RULES_PRIVATE_H

#include "reports/names/frame_pattern.h"
#include "reports/names/keep_rules.h"
#include "reports/text/lines.h"

#define VT__FRAME_CONDITIONS 4 /* of one rule */

struct vt__words {
	const char *text;
	size_t bytes;
};

struct vt__frame_rule {
	char *text; /* the patterns point into it */
	bool shipped;
	bool is_of_memory; /* and says who keeps it; else of frames, and says whose they are */
	enum vt__role role;
	/* of memory: */
	enum vt__keep keep;
	char *by, *file; /* NULL of a rule about frames */
	unsigned line;
	uint64_t kinds;          /* bit n: enum vt_kind n; 0: any */
	struct vt__words unless; /* into `text`; no bytes: always */
	bool anywhere;           /* of any frame of the stack */
	/* of both: */
	enum vt__language language;
	size_t count;
	struct vt__frame_pattern patterns[VT__FRAME_CONDITIONS]; /* all must hold */
};

/* 1: the line is a rule; 0: it is empty or a comment; -EINVAL and a message;
 * -ENOMEM. The caller frees the text of a rule. */
int vt__frame_rule_parse(const struct vt__lines *lines, struct vt__frame_rule *rule,
			 char message[VT__MESSAGE_BYTES]);

void vt__frame_rule_release(struct vt__frame_rule *rule);

/* All that are known, in their order. */
size_t vt__frame_rules_all(const struct vt__frame_rule **out);

#endif
