/* What is under way in each thread. */
#include "config.h"

#include "preload/doors/wrapper.h"

VT__THREAD_LOCAL struct vt__under_way vt__wrapper_under_way = {.sp = VT__THREAD_IS_NEW};
