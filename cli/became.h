/* What became of a recording that was begun and cannot be found. */
#ifndef VT_CLI_BECAME_H
#define VT_CLI_BECAME_H

#include <stdint.h>

/* Of a process whose recording was begun in a folder: words after "its recording in
 * FOLDER". NULL: a recording of it is there. */
const char *vt__became(const char *folder, int32_t pid);

/* The same by what the shim told of one that was taken away under it; NULL: `error`,
 * an errno value, tells of something else. */
const char *vt__became_told(int error);

#endif
