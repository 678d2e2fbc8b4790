/*
 * Files, for the command as for the reports: parts of their paths, output that is there whole or
 * as it was, streams that remember why a write failed, and messages that no terminal obeys.
 */
#ifndef VT_REPORTS_FILES_H
#define VT_REPORTS_FILES_H

#include "reports/text/atomic_file.h"
#include "reports/text/escape.h"
#include "reports/text/output_place.h"
#include "reports/text/path.h"
#include "reports/text/stream.h"

#endif
