/*
 * Rules that say whose a frame is: what no rule names is the user's.
 *
 *   ROLE: CONDITION [CONDITION]... [# comment]
 *
 * A role is one of VT__ROLES. A condition is [fun:|file:|module:]PATTERN or
 * language:python; all of them must hold. Without language: a rule is of native
 * frames. Functions are compared without parameters, return type and what
 * compilers add (plain_names.h). The first rule that holds counts, so that what is
 * read first overrides what is read later (docs/stacks.md).
 *
 * There is one set of rules for the whole process: everything that reads stacks
 * must see the same. What was named before keeps its roles.
 */
#ifndef VT_REPORTS_FRAME_RULES_H
#define VT_REPORTS_FRAME_RULES_H

#include "reports/names/frame.h"
#include "reports/text/lines.h"

/*
 * Adds the rules of a file behind those that are there. Returns 0; -EINVAL for a
 * malformed rule, or another -errno, and then a message; no rule of that file is
 * kept.
 */
int vt__frame_rules_read(const char *path, char message[VT__MESSAGE_BYTES]);

/* Adds every *.frames of a folder, by name. Returns as above. */
int vt__frame_rules_read_folder(const char *path, char message[VT__MESSAGE_BYTES]);

/* Forgets all of them. */
void vt__frame_rules_forget(void);

/* The role of a frame by its function, file, module and language; the user's
 * where no rule holds. -ENOMEM, or enum vt__role. */
int vt__frame_rules_role(const struct vt__frame *frame);

#endif
