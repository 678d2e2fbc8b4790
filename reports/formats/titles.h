/*
 * What processes, devices and frames are called in the formats of other programs: each title is
 * one line of UTF-8, whatever bytes the recording has.
 */
#ifndef VT_REPORTS_TITLES_H
#define VT_REPORTS_TITLES_H

#include "reports/findings/samples.h"

/* Titles are copies that the caller frees; NULL: out of memory. */

/* Name of the program's file: "worker". */
char *vt__program_title(const struct vt__process *process);

/* "worker (pid 4242, rank 1)". */
char *vt__process_title(const struct vt__process *process);

/* "GPU 0"; "no device" for host memory. */
#define VT__DEVICE_TITLE_BYTES 24
const char *vt__device_title(const struct vt__sample *sample, char text[VT__DEVICE_TITLE_BYTES]);

/* The function; where it has no name, "libmodel.so+0x1234". A function of an interpreter has the
 * name of its file behind it: "<module> (train.py)". */
char *vt__frame_title(const struct vt__frame *frame);

/* The same, with file and line where they are known: "load (loader.cpp:17)". */
char *vt__frame_place(const struct vt__frame *frame);

/* The site's: the frame by which people know the stack; what is missing of it if it has none. */
char *vt__site_title(const struct vt__frames *frames, const char *missing);

/*
 * The frames of a stack, in place of what `frames` held; and in `missing` what stands for those
 * that are not there, outside of the last: NULL if they are all there. None of what starts main()
 * and threads. 0 or -ENOMEM.
 */
int vt__titled_stack(struct vt__stacks *stacks, const struct vt__recording *recording,
		     uint32_t stack, struct vt__frames *frames, const char **missing);

/* What stands for the frames that were not kept. NULL: all were. */
const char *vt__missing_frames(const struct vt__recording *recording, uint32_t stack);

/* The same where the stack would make the report too large (reports/names/allowance.h). */
#define VT__STACK_NOT_SHOWN "[stack not shown: the report would be too large]"

#endif
