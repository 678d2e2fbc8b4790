/* The size of a page of the processor. */
#ifndef VT_BASE_PAGE_H
#define VT_BASE_PAGE_H

#define VT__PAGE_BYTES 4096u

#endif
