/*
 * Marks, and what each call site held at them: the history that growth is told
 * from (recording/format_marks.h).
 *
 * A mark is counted and nothing else is done, whatever the number of sites. A
 * site enters what it held when it is about to change for the first time after
 * a mark; a site that does not change costs nothing.
 *
 * The functions that take a ledger are thread-safe, as those of
 * ledger/ledger.h are; none sets errno. The others are covered by its lock.
 */
#ifndef VT_LEDGER_GROWTH_H
#define VT_LEDGER_GROWTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "recording/format.h"
#include "ledger/calls.h"
#include "ledger/labels.h"
#include "ledger/mark_times.h"
#include "recording/store.h"

#define VT__SERIES_MOST 64u       /* different names of marks that are kept, and the followed one */
#define VT__HISTORIES_MOST 16384u /* sites with a history */

/* Which marks are followed. All zero: those with the first name that the
 * program marks. */
struct vt__followed {
	enum vt_marker marker;
	const char *name;   /* NULL or "": see above; of a timer, what it is called */
	uint64_t period_ns; /* of a timer, else 0 */
};

/* An allocation that the driver has made, and that is not entered yet. */
struct vt__pending {
	int32_t device; /* ordinal */
	int kind;       /* enum vt_kind */
	uint64_t bytes; /* 0: none */
};

struct vt__growth {
	uint32_t mark;      /* number of the last mark that is followed, 0: none yet */
	uint32_t series;    /* names there are */
	uint64_t due_ns;    /* when the timer's next mark is; UINT64_MAX: there is no timer */
	uint32_t histories; /* sites with one */
	bool follows;       /* a series is followed */
	bool rest_due;      /* atomic: a mark of it came, see ledger/rest.h */
	struct vt__pending pending;
	enum vt_marker marker;
	uint64_t period_ns;
	struct vt__label name;                            /* length 0: the first */
	struct vt__mark_times times[VT__SERIES_MOST + 1]; /* by number of the series */
	struct vt__calls calls;
};

/* One more mark of the series of that name. */
void vt__growth_mark(struct vt__growth *growth, struct vt__store *store,
		     struct vt__strings *strings, enum vt_marker marker,
		     const struct vt__label *name, uint64_t now_ns);

/* When a ledger is opened; now_ns: of vt__now_ns(). */
void vt__growth_open(struct vt__growth *growth, const struct vt__followed *followed,
		     uint64_t now_ns);

/* Once there is a recording: a name that was asked for stands in it though no
 * mark of it is ever seen. Within a change of the recording. */
void vt__growth_begin(struct vt__growth *growth, struct vt__store *store,
		      struct vt__strings *strings);

/* Enters what the site held at the marks since the last that it knows. */
VT__APART void vt__growth_enter(struct vt__growth *growth, struct vt__store *store, uint32_t number,
				struct vt_format_site *site);

/* Before each change of a site's live bytes. Within a change of the recording. */
static inline void vt__growth_before(struct vt__growth *growth, struct vt__store *store,
				     uint32_t number, struct vt_format_site *site)
{
	if (VT__UNLIKELY(site->mark != growth->mark))
		vt__growth_enter(growth, store, number, site);
}

/* The timer's mark is due. Within a change of the recording. */
VT__SELDOM void vt__growth_tick(struct vt__growth *growth, struct vt__store *store,
				struct vt__strings *strings, uint64_t now_ns);

struct vt__ledger;

/* A mark. name: NULL or "" is "step"; at most 127 bytes are kept. Nothing where
 * there is no recording yet. What cannot be kept is a loss. */
#define VT__MARK_UNNAMED "step" /* the name of one without a name */
void vt__ledger_mark(struct vt__ledger *ledger, enum vt_marker marker, const char *name);

#endif
