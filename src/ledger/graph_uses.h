/*
 * Which allocations executable graphs have the addresses of: so that a free of one of them is told,
 * and a launch after it.
 *
 * An executable is entered when it is instantiated, and looked at again only when something is
 * freed that it uses, or it is launched after that.
 */
#ifndef VT_LEDGER_GRAPH_USES_H
#define VT_LEDGER_GRAPH_USES_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"

/* Of a process, as long as they are used: what does not fit is a loss (VT_LOSS_GRAPH_USES). */
#define VT__GRAPH_USES_MOST 262144u
/* Findings of one executable whose launch is waited for. */
#define VT__GRAPH_STALE_MOST 8u

struct vt__used_place;
struct vt__used_exec;

/* The ledger's lock covers it. */
struct vt__graph_uses {
	struct vt__used_place *places; /* allocations, by address */
	struct vt__used_exec *execs;   /* by handle */
	uint32_t count;
	uint64_t restorable; /* address of the free that was told last */
};

/* A word that a node of the graph has for a parameter. */
struct vt__graph_word {
	uint64_t address;
	uint64_t node;
};

/* The executable `handle`, which is live in the ledger, has these words, sorted by address, in
 * place of any it had. Those that lie in no live allocation are forgotten. */
void vt__ledger_graph_uses(struct vt__ledger *ledger, uint64_t handle,
			   const struct vt__graph_word *words, uint32_t count);

/* A node of it (0: the whole of it) has other words now, or is gone. */
void vt__ledger_graph_changed(struct vt__ledger *ledger, uint64_t handle, uint64_t node);

/* It was destroyed. Another thread may have made one with its handle meanwhile: that one's stay. */
void vt__ledger_graph_destroyed(struct vt__ledger *ledger, uint64_t handle);

/* It was launched. */
void vt__ledger_graph_launched(struct vt__ledger *ledger, uint64_t handle);

/* Executables that are known, and those of them whose launch is to be told; atomic. */
extern uint32_t vt__graph_used __attribute__((visibility("hidden")));
extern uint32_t vt__graph_stale __attribute__((visibility("hidden")));

/* Within a change of the recording: an allocation is freed (`stack`: where; VT_FORMAT_NONE: by the
 * end of its context, which ends its graphs too), or was not freed after all. */
void vt__graph_use_freed(struct vt__ledger *ledger, const struct vt_format_allocation *freed,
			 uint32_t stack);
void vt__graph_use_restored(struct vt__ledger *ledger, const struct vt_format_allocation *restored);

/* The same of an executable, which ended with its context. */
void vt__graph_use_ended(struct vt__ledger *ledger, uint64_t handle);

#endif
