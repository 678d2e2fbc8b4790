/*
 * The inside of a ledger.
 */
#ifndef VT_LEDGER_PRIVATE_H
#define VT_LEDGER_PRIVATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/accounts.h"
#include "ledger/arrays.h"
#include "ledger/blocks.h"
#include "ledger/devices.h"
#include "ledger/events.h"
#include "ledger/findings.h"
#include "ledger/graph_uses.h"
#include "ledger/history.h"
#include "ledger/holders.h"
#include "ledger/labels.h"
#include "ledger/ledger.h"
#include "ledger/live.h"
#include "base/lock.h"
#include "ledger/modules.h"
#include "ledger/references.h"
#include "ledger/refused.h"
#include "ledger/requests.h"
#include "ledger/sharing.h"
#include "ledger/sites.h"
#include "ledger/sources.h"
#include "ledger/stacks.h"
#include "recording/store.h"
#include "ledger/strings.h"
#include "ledger/timeline.h"

enum vt__ledger_state {
	VT__LEDGER_EMPTY, /* nothing entered yet: no recording */
	VT__LEDGER_RECORDING,
	VT__LEDGER_LOST,   /* the file was taken away under its mapping; nobody was told yet */
	VT__LEDGER_CLOSED, /* no recording could be made: everything is a no-op */
	VT__LEDGER_SPOILT, /* a change was left in the middle: what follows is lost, and counted */
};

/* What is done at frees beside the rest: one look for all of it. */
enum vt__at_free {
	VT__AT_FREE_EVENT = 1,  /* events are wanted */
	VT__AT_FREE_SHARED = 2, /* memory was given to other processes */
	VT__AT_FREE_GRAPHS = 4, /* executable graphs have addresses of memory */
};

/* What each recorded call reads comes first: it takes two lines of the cache, the second of
 * which is the beginning of the recording. */
struct vt__ledger {
	struct vt__lock lock;        /* covers what follows, except where it is said */
	uint32_t state;              /* enum vt__ledger_state; read without the lock too */
	uint32_t at_free;            /* what a free is looked at for: bits of vt__at_free */
	uint64_t due_ns;             /* when vt__ledger_tick() is due; UINT64_MAX: never */
	uint64_t known_devices;      /* bits, by ordinal: those that are described; atomic */
	union vt__stack_stamp stamp; /* of the stacks that are known */
	struct vt__growth growth;    /* of which the mark is read */
	struct vt__store store __attribute__((aligned(64)));
	struct vt__history history;
	struct vt__events events;
	uint64_t finding_count;     /* atomic */
	uint32_t interior_searches; /* of bad frees, so far */
	bool has_ending;            /* an interpreter began to end, and it is noted */
	int taken_away;             /* why the recording was closed before the end: -errno */
	struct vt__strings strings;
	struct vt__labels purposes;
	struct vt__labels labels;
	struct vt__devices devices;
	struct vt__modules modules;
	struct vt__sources sources;
	struct vt__stacks stacks;
	struct vt__sites sites;
	struct vt__live live;
	struct vt__findings findings;
	struct vt__refused refused;
	struct vt__references references;
	struct vt__blocks blocks;
	struct vt__holders holders;
	struct vt__accounts accounts;
	struct vt__timelines timelines;
	struct vt__requests requests;
	struct vt__sharings sharings;
	struct vt__graph_uses graph_uses;
	struct vt__arrays arrays;

	/* fixed at creation */
	uint64_t run_id;
	uint32_t stack_depth;
	enum vt_source source;
	bool announce;
	struct vt__birth birth;
	void (*told)(int error, const char *folder, uint64_t run_id, uint64_t started_ns);
	void (*at_mark)(void);
	uint32_t driver_version;
	bool simulated;
	uint64_t doors[VT_DOOR_COUNT]; /* atomic, as is the next; for the header when it is made */
	uint32_t audited;
	char folder[PATH_MAX]; /* absolute */
	char tool_version[64];
	char shim_path[PATH_MAX];
};

_Static_assert(offsetof(struct vt__ledger, growth.mark) < 64, "one cache line");

/* Tells the run that the recording was taken away, and closes the ledger. */
void vt__ledger_close_lost(struct vt__ledger *ledger);

/* Makes the recording file, or says that it cannot and closes the ledger. */
void vt__ledger_create(struct vt__ledger *ledger);

/* What time alone brings, before a device changes (ordinal; -2: none does): marks of a timer, ends
 * of points of the timelines. Within a change of the recording. */
VT__SELDOM void vt__ledger_tick(struct vt__ledger *ledger, int32_t ordinal, uint64_t now_ns);

/* What is written of an event: by the calling thread, of an allocation; `stack`: number of a
 * free's, VT_FORMAT_NONE: none. Within a change of the recording, where events are wanted. */
VT__SELDOM void vt__ledger_event(struct vt__ledger *ledger, enum vt_event what,
				 const struct vt_format_allocation *of, uint32_t stack);

/* After something that becomes due was begun. */
void vt__ledger_due(struct vt__ledger *ledger);

static inline struct vt_format_site *vt__ledger_site(struct vt__ledger *ledger, uint32_t number)
{
	return vt__store_at(&ledger->store, VT_FORMAT_SITE, number);
}

/* The same, of a site whose live bytes are about to change. */
static inline struct vt_format_site *vt__ledger_changing_site(struct vt__ledger *ledger,
							      uint32_t number)
{
	struct vt_format_site *site = vt__ledger_site(ledger, number);

	vt__growth_before(&ledger->growth, &ledger->store, number, site);
	return site;
}

/* The same, and where its changes are counted. */
struct vt__site_places vt__ledger_changing_places(struct vt__ledger *ledger, uint32_t number);

/* Whether the device's VRAM has come to the peak that is asked about next. */
VT__APART bool vt__ledger_peak_is_due(struct vt__ledger *ledger,
				      const struct vt__site_places *places);

#endif
