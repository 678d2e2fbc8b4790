/*
 * The door from the command to the rules about whose a frame is, and who keeps memory.
 */
#ifndef VT_REPORTS_STACK_RULES_H
#define VT_REPORTS_STACK_RULES_H

#include "reports/names/frame_rules.h"
#include "reports/names/keep_rules.h"

#endif
