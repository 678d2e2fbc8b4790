/*
 * What a thread's visits of the ledger, and of the tables beside it, keep of the thread.
 */
#ifndef VT_BASE_VISITOR_H
#define VT_BASE_VISITOR_H

#include <stdint.h>

#include "base/arch/arch.h"
#include "base/attributes.h"

struct vt__lock;
struct vt__walker;

/* Of the static TLS block: reading it never allocates, in a signal handler and
 * in a thread's first moments alike. */
struct vt__visitor {
	union vt__visit_state {
		struct {
			uint32_t inside; /* 1 during a visit */
			uint32_t epoch;  /* in which the others were learned; 0: never */
		};
		uint64_t both; /* to be compared at once */
	} state;
	int *errno_place;
	struct vt__walker *walker; /* its own, once that has memos; else one that is never ready */
	uint32_t thread;           /* kernel thread id; 0: not learned yet */
	/* What each recorded call reads is above, in one line of the cache. */
	struct vt__lock *sleeper; /* the lock that has the thread among its sleepers; NULL: none */
} __attribute__((aligned(VT__ARCH_THREAD_ALIGN)));
extern __thread struct vt__visitor vt__visitor
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The visitor gets to know its thread, for locks; the rest when it visits a ledger. */
VT__SELDOM void vt__visitor_learn_thread(void);

#endif
