/* Which sources record a run, and what they cannot be combined with. */
#ifndef VT_CLI_SOURCES_H
#define VT_CLI_SOURCES_H

#include <stdbool.h>

#include "cli/run.h"
#include "recording/format.h"

/* The choices of --source. */
const char *vt__source_choices(void);

bool vt__wants_cupti(const struct vt__run_settings *settings);
bool vt__wants_shim(const struct vt__run_settings *settings);

/* With --verify the report is the preload's; CUPTI's is compared with it. */
enum vt_source vt__source_of_report(const struct vt__run_settings *settings);

/* The three below return 0, or an exit code and have said why in one line. */

/* Keys that CUPTI cannot serve, on the command line or in the user's variable. */
int vt__check_source_options(const struct vt__run_settings *settings);

/* Another tool in the one place that CUPTI's source needs; `path` is the
 * source's, or NULL where it is not wanted. */
int vt__check_injection(const char *path);

/* Another tool in the one place that NVTX has, if NVTX marks are wanted: `path`
 * is the recorder's that is to hear of them. */
bool vt__wants_nvtx(const struct vt__run_settings *settings);
int vt__check_nvtx(const struct vt__run_settings *settings, const char *path);

#endif
