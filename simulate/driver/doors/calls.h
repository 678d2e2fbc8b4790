/* The option calls: counts calls of the program in a file that outlives the process. */
#ifndef VT_SIMULATE_CALLS_H
#define VT_SIMULATE_CALLS_H

#include "simulate/common/trace.h"

/* Takes a row of the file; "" is no file. False, and a line on standard error, if there is no
 * such file or it has no row left. */
bool vt__calls_begin(const char *path);

/* A call of the program that the doors were asked to count has its result. */
void vt__calls_count(const struct vt__traced_call *call, int result);

/* What several calls may hold, and one need not make or end, is there from now on or gone: physical
 * memory and multicast objects, by their handles and mappings, and memory opened of others. */
void vt__calls_shared_made(void);
void vt__calls_shared_ended(void);

/* In a forked child, which has no driver. */
void vt__calls_forked(void);

#endif
