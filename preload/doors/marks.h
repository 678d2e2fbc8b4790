/*
 * Marks: moments that the program names again and again, as the steps of a
 * training loop. Growth of call sites is told from one to the next.
 */
#ifndef VT_PRELOAD_MARKS_H
#define VT_PRELOAD_MARKS_H

#include "preload/base/attributes.h"

/*
 * For the program: a mark. NULL is "step"; the text is copied. Any thread, at
 * any time; not counted before the first allocation, nor inside of a signal
 * handler that interrupts the recorder. Found by its name:
 * dlsym(RTLD_DEFAULT, "vramtrack_preload_mark").
 */
VT__EXPORT void vramtrack_preload_mark(const char *name);

#endif
