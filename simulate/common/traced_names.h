/*
 * What the driver's files define under a public name is compiled under another one: the
 * public name is the door in front of it (doors.c). Included before cuda.h by everything that
 * defines exported functions; without it the linker finds two of each.
 *
 * Calls from one part of the driver to another go to the function itself, so that a call of
 * the program is reported once.
 */
#ifndef VT_SIMULATE_TRACED_NAMES_H
#define VT_SIMULATE_TRACED_NAMES_H

#include "simulate/common/traced_api.h"

#define VT_PRAGMA(text) _Pragma(#text)
#define VT_BEHIND_DOOR(name) VT_PRAGMA(redefine_extname name vt__untraced_##name)

#define FUNCTION(name, ...) VT_IF_DOOR(name, VT_BEHIND_DOOR)(name)
#define PLAIN FUNCTION
#define NUMBER(name, number)
#include "toolkit/include/vt_driver_functions.h"
#undef FUNCTION
#undef PLAIN
#undef NUMBER

#endif
