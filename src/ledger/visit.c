/*
 * What a visit of the ledger does once, or once for each thread.
 */
#include "config.h"

#include "ledger/visit.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ledger/attributes.h"
#include "ledger/guard.h"
#include "ledger/own_stack.h"

__thread struct vt__visitor vt__visitor;

VT__READ_OFTEN uint32_t vt__visit_epoch;

uint32_t vt__visit_reset(void)
{
	vt__visitor.inside = 0;
	return __atomic_add_fetch(&vt__visit_epoch, 1, __ATOMIC_RELAXED);
}

void vt__visit_learn_anew(void)
{
	__atomic_add_fetch(&vt__visit_epoch, 1, __ATOMIC_RELAXED);
}

void vt__visit_learn(void)
{
	vt__visitor.thread = (uint32_t)syscall(SYS_gettid);
	vt__visitor.errno_place = &errno;
	if (vt__guard_stands())
		vt__guard_unblock();
	vt__visitor.epoch = __atomic_load_n(&vt__visit_epoch, __ATOMIC_RELAXED);
}

static void create(void *ledger)
{
	vt__ledger_create(ledger);
}

static void close_lost(void *ledger)
{
	vt__ledger_close_lost(ledger);
}

bool vt__visit_make(struct vt__ledger *ledger, struct vt__visit *visit)
{
	if (ledger->state == VT__LEDGER_EMPTY)
		vt__own_stack_run(create, ledger);
	if (ledger->state == VT__LEDGER_LOST)
		vt__own_stack_run(close_lost, ledger);
	if (ledger->state == VT__LEDGER_RECORDING)
		return true;
	vt__visit_leave(ledger, visit);
	return false;
}
