/* Notes when this process began and who started it, when it is loaded and when it is forked. */
#ifndef VT_PRELOAD_BIRTH_H
#define VT_PRELOAD_BIRTH_H

#include "recording/birth.h"

/* Of this process, or of the one that it was copied from by other means than fork(). */
const struct vt__birth *vt__birth(void);

#endif
