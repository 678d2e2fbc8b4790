/*
 * What `vramtrack top` shows: processes and call sites with their rates, and the text of it.
 */
#ifndef VT_CLI_TOP_H
#define VT_CLI_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/collect.h"

#define VT__TOP_SITES 100 /* call sites that are shown at most */

/* VT__TOP_KEY(identifier, name, key of the keyboard): what rows are sorted by */
#define VT__TOP_KEYS(VT__TOP_KEY)                                                                  \
	VT__TOP_KEY(LIVE, "live", 'l')                                                             \
	VT__TOP_KEY(PEAK, "peak", 'p')                                                             \
	VT__TOP_KEY(RATE, "rate", 'r')                                                             \
	VT__TOP_KEY(ALLOCATIONS, "allocations", 'a')

enum vt__top_key {
#define VT__TOP_KEY(id, name, letter) VT__TOP_##id,
	VT__TOP_KEYS(VT__TOP_KEY)
#undef VT__TOP_KEY
	VT__TOP_KEY_COUNT
};

/* A device of a process, or a call site. */
struct vt__top_row {
	uint32_t pid;
	int32_t device; /* ordinal; -1: none */
	uint64_t live, count, peak;
	double rate;            /* bytes a second, of what is live */
	double calls;           /* allocations a second */
	double frees;           /* of a device */
	uint32_t process, site; /* numbers, of a call site */
	const char *kind;       /* static */
	char *purpose;          /* of a site's largest part; NULL: none */
	char *mark;             /* the last of the process; NULL: none */
	char *name;             /* program, or site; fit for a terminal */
};

struct vt__top_rows {
	struct vt__top_row *rows;
	size_t count;
};

struct vt__top; /* what is kept from one look to the next */

struct vt__top *vt__top_new(void); /* NULL: out of memory */
void vt__top_free(struct vt__top *top);

/* Looks at the recordings. 0 or -ENOMEM. */
int vt__top_look(struct vt__top *top, const struct vt__recordings *recordings,
		 enum vt__top_key key);

/* Puts the rows of the last look into another order. */
void vt__top_sort(struct vt__top *top, enum vt__top_key key);

/*
 * Writes the screen: lines of at most `width` columns, each ended by a newline, at most `height`
 * of them; 0: as many as there are. `status`: the last line, NULL: none.
 */
void vt__top_write(const struct vt__top *top, enum vt__top_key key, int width, int height,
		   const char *status, FILE *out);

/* The key of that letter or name; VT__TOP_KEY_COUNT: there is none. */
enum vt__top_key vt__top_key_of(int letter);
enum vt__top_key vt__top_key_named(const char *name);
const char *vt__top_key_choices(void);

/* For vt__top_write(): what was found. */
const struct vt__top_rows *vt__top_processes(const struct vt__top *top);
const struct vt__top_rows *vt__top_sites(const struct vt__top *top, size_t *all);
size_t vt__top_unreadable(const struct vt__top *top);

#endif
