/*
 * Who the memory of a call site belongs to.
 */
#ifndef VT_REPORTS_OWNERS_H
#define VT_REPORTS_OWNERS_H

#include "reports/findings/analysis.h"
#include "reports/findings/owner_table.h"

#define VT__THE_PROGRAM "the program" /* where no library is nearer to the driver */

/* The library nearest the driver, by the name that people know it by; "the program" where it is
 * the program's own code. UTF-8 only where the file's name is. */
void vt__owner_of(const struct vt__process *process, uint32_t stack, char *name, size_t size);

#endif
