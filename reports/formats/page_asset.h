/*
 * The page as `make page` made it (page/), into which a document is put.
 */
#ifndef VT_REPORTS_PAGE_ASSET_H
#define VT_REPORTS_PAGE_ASSET_H

#include <stddef.h>

/* In the page, where the document stands. */
#define VT__PAGE_MARK "{\"schema\":null}"

extern const char vt__page_asset[];
extern const char vt__page_asset_end[];

#endif
