/* The page on which the processes of a run tell the command of themselves (run_page_format.h). */
#ifndef VT_CLI_RUN_PAGE_H
#define VT_CLI_RUN_PAGE_H

#include <stdint.h>

#include "base/run_page_format.h"

struct vt__run_page {
	struct vt_run_page *mapped; /* NULL: there is none */
	int file, second_file;      /* -1: none */
	char *second_folder;        /* of the second page's file; NULL: none */
	char *second_path;
	char *variable; /* value of VT_RUN_PAGE_VARIABLE for the program */
};

/*
 * Makes the page. It is memory that nobody can make shorter, reached through
 * /proc by whoever may look into this process. Where other users are to be
 * expected, a second one is a file that they can open if they know its name; it
 * is only read, never mapped, by this process. Returns 0 or -errno. Release it in any case.
 */
int vt__run_page_make(uint64_t run_id, struct vt__run_page *out);
void vt__run_page_release(struct vt__run_page *page);

/* Notes that process `pid`, which calls it, is about to become `program`; and takes that back. */
uint32_t vt__run_page_note(struct vt_run_page *page, int32_t pid, const char *program);
void vt__run_slot_cancel(struct vt_run_page *page, uint32_t slot);

/* What stands in a page's file now, with texts that end; to free(). NULL: no memory, or
 * it cannot be read. */
struct vt_run_page *vt__run_page_read(int file);

#endif
