/*
 * A composed recording with one finding of each class, and reports about it.
 */
#ifndef VT_TESTS_REPORT_SAMPLE_H
#define VT_TESTS_REPORT_SAMPLE_H

#include <stdbool.h>

#include "reports/report.h"
#include "tests/make_recording.h"

#define MIB (1ull << 20)

/* What every test starts with: devices, modules, names, two stacks. */
struct sample {
	struct made *made;
	uint32_t gpu, host, alloc, free_api, loader, cache;
};

/* Where the recording of a test is written; set by sample_make_folder(). */
extern char sample_path[64];

struct sample sample_start(void);

/* A leak, pinned memory, a peak, a double free, an allocation too large, a loss. */
void sample_fill(const struct sample *sample);

/* Writes the recording, frees it, reports about it; the caller frees the text. */
char *sample_report(struct made *made, const char *format, bool colour,
		    struct vt__report_outcome *outcome);

/* The same in text that is shown so; or with all that it can show. */
char *sample_shown(struct made *made, const struct vt__text_view *view,
		   struct vt__report_outcome *outcome);
char *sample_whole(struct made *made, struct vt__report_outcome *outcome);

/* Fails the test if `words` are not in `text`. */
void assert_has(const char *text, const char *words);

/* Set-up and tear-down of a group of tests. */
int sample_make_folder(void **state);
int sample_remove_folder(void **state);

#endif
