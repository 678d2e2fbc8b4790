/*
 * Families of driver functions: the variants of one for ABIs and per-thread streams.
 */
#ifndef VT_REPORTS_API_FAMILY_H
#define VT_REPORTS_API_FAMILY_H

#include <stddef.h>

#include "reports/text/raw.h"

/* Bytes of a name without what tells its variants apart: _v2, _ptsz, _ptds. */
size_t vt__family_bytes(struct vt__raw api);

#endif
