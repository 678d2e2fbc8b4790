/*
 * Suppressions: rules for findings that are known and accepted.
 *
 * LeakSanitizer's form, and more of it in the same line (docs/gate.md):
 *
 *   leak:PATTERN
 *   CLASS[,CLASS]...:[fun:|file:|module:]PATTERN[...PATTERN]... [CONDITION]... [# reason]
 *
 * A suppressed finding is still listed, with the rule that did it.
 */
#ifndef VT_REPORTS_SUPPRESSIONS_H
#define VT_REPORTS_SUPPRESSIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "reports/gate/gate.h"

struct vt__suppressions;

/* A rule as it is told of. Loans until the suppressions are freed. */
struct vt__rule_place {
	const char *file;
	unsigned line;
	const char *text;
};

/* NULL if out of memory; NULL may be freed. */
struct vt__suppressions *vt__suppressions_new(void);
void vt__suppressions_free(struct vt__suppressions *suppressions);

/*
 * Adds the rules of a file after those that are there. `shipped`: they come
 * with vramtrack, and one that does nothing is no news. Returns 0; -EINVAL for a
 * malformed rule, or another -errno, and then a message "FILE:LINE:COLUMN: what
 * was expected"; no rule of that file is kept.
 */
int vt__suppressions_read(struct vt__suppressions *suppressions, const char *path, bool shipped,
			  char message[VT__MESSAGE_BYTES]);

/* Adds every *.supp of a folder, by name, as shipped. Returns as above. */
int vt__suppressions_read_folder(struct vt__suppressions *suppressions, const char *path,
				 char message[VT__MESSAGE_BYTES]);

/*
 * The first rule that suppresses the finding, into *out; false if there is
 * none. `frames` is its stack; `own` the same by the modules' own names, so that a
 * rule of a machine without debug files holds on one with them (NULL: not asked);
 * `today` as 20261231. A rule whose day is over suppresses nothing.
 */
bool vt__suppressions_match(struct vt__suppressions *suppressions, const struct vt__judged *judged,
			    const struct vt__frames *frames, const struct vt__frames *own,
			    uint32_t today, struct vt__rule_place *out);

/* The rules that matched nothing, or whose day is over; free() the array. 0 or -ENOMEM. */
int vt__suppressions_idle(const struct vt__suppressions *suppressions, uint32_t today,
			  struct vt__idle_rule **out, size_t *count);

/* A rule, with a comment, for each finding that is neither suppressed nor known.
 * 0, -ENOMEM or -EIO. */
int vt__suppressions_print(const struct vt__gate *gate, FILE *out);

#endif
