/* Where the object lies that this code is in. */
#ifndef VT_PRELOAD_SELF_H
#define VT_PRELOAD_SELF_H

/* Its path and its folder; "" before vt__self_find(), which may call malloc. */
void vt__self_find(void);
const char *vt__self_path(void);
const char *vt__self_folder(void);

#endif
