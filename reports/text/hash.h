/*
 * uthash for the reports: out of memory is an answer, not the end of the process.
 */
#ifndef VT_REPORTS_HASH_H
#define VT_REPORTS_HASH_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#endif
