/*
 * Facts of a process in the form that every format shows: how it ended, when,
 * for how long, what was lost, what has to be said about it.
 */
#ifndef VT_REPORTS_DESCRIBE_H
#define VT_REPORTS_DESCRIBE_H

#include "reports/findings/analysis.h"

/* As a shell's $?: the exit status, or 128 + signal. -1: not known. */
int vt__exit_code(const struct vt__process *process);

/* The signal that ended it; 0: none, or not known. */
int vt__exit_signal(const struct vt__process *process);

/* RFC 3339 in UTC with milliseconds; "" if the clock cannot be told so. */
#define VT__TIME_BYTES 40
const char *vt__started(const struct vt__process *process, char text[VT__TIME_BYTES]);

/* From start to exit() (or to now if it runs here) in ns; 0: not known. */
uint64_t vt__duration_ns(const struct vt__process *process);

/* "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" as nvidia-smi shows it; "" if unknown. */
#define VT__UUID_BYTES 48
const char *vt__uuid(const uint8_t uuid[16], char text[VT__UUID_BYTES]);

/* Names of losses by enum vt_loss; `words` follows a count. NULL if unknown. */
const char *vt__loss_name(uint32_t loss);
const char *vt__loss_words(uint32_t loss);

/* Whether totals are too low for want of what was lost; unknown losses count. */
bool vt__loss_counts(uint32_t loss);

/* What leaks mean where no destructor has run; NULL: nothing to say. Static. */
const char *vt__end_note(const struct vt__process *process);

/*
 * Calls `each` for everything that has to be said about how far the report can
 * be trusted. Ask after the stacks were named: that is when modules speak.
 */
void vt__notes(const struct vt__process *process, void (*each)(const char *note, void *closure),
	       void *closure);

/* Of these, what the recorder and the reader have to say, whatever was named so far; and the
 * rest, about names. */
void vt__recorded_notes(const struct vt__process *process,
			void (*each)(const char *note, void *closure), void *closure);
void vt__name_notes(const struct vt__process *process,
		    void (*each)(const char *note, void *closure), void *closure);

#endif
