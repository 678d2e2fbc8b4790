/*
 * Intents: a few records that threads take in turn.
 */
#include "config.h"

#include "base/clock.h"
#include "ledger/intents.h"

#include "ledger/bad_free.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

/* Threads at once. They are looked through one by one. */
#define INTENTS_MOST 64u

static struct vt_format_intent *intent_at(struct vt__ledger *ledger, uint32_t number)
{
	return vt__store_at(&ledger->store, VT_FORMAT_INTENT, number);
}

/* A record of nobody, or of the thread itself: it left that call by a jump. */
static uint32_t find_record(struct vt__ledger *ledger, uint32_t thread)
{
	struct vt__recording *recording = &ledger->store.recording;
	uint32_t used = recording->columns[VT_FORMAT_INTENT].used, number;

	for (number = 0; number < used; number++) {
		const struct vt_format_intent *intent = intent_at(ledger, number);

		if (__atomic_load_n(&intent->state, __ATOMIC_ACQUIRE) == VT_INTENT_NONE ||
		    intent->free.thread == thread)
			return number;
	}
	if (used == INTENTS_MOST)
		return VT_FORMAT_NONE;
	number = vt__recording_reserve(recording, VT_FORMAT_INTENT, 1);
	if (number != VT_FORMAT_NONE)
		vt__recording_commit(recording, VT_FORMAT_INTENT, 1);
	return number;
}

static void explain(struct vt__ledger *ledger, const struct vt__finding *finding,
		    const struct vt__taken *taken, struct vt_format_finding *record)
{
	if (taken) {
		vt__describe_freed(ledger, &taken->record, record);
		record->reason = VT_BAD_FREE_REFUSED;
		return;
	}
	if (finding->known_as)
		record->address = finding->known_as;
	vt__explain_intent(ledger, finding, record);
	record->address = finding->address;
}

static uint32_t intend(struct vt__ledger *ledger, const struct vt__finding *finding,
		       const struct vt__taken *taken, uint32_t stack, uint64_t now_ns)
{
	uint32_t thread = vt__visit_thread(), number = find_record(ledger, thread);
	struct vt_format_intent *intent;

	if (number == VT_FORMAT_NONE)
		return 0;
	intent = intent_at(ledger, number);
	intent->free = (struct vt_format_finding){
		.finding_class = VT_FINDING_BAD_FREE,
		.api = vt__strings_of_static(&ledger->strings, &ledger->store, finding->api),
		.kind = VT_FORMAT_NONE,
		.device = VT_FORMAT_NONE,
		.stack = stack,
		.allocation_stack = VT_FORMAT_NONE,
		.free_stack = VT_FORMAT_NONE,
		.thread = thread,
		.address = finding->address,
		.count = 1,
		.time_ns = now_ns,
		.label = VT_FORMAT_NONE,
		.purpose = VT_FORMAT_NONE,
		.account = VT_FORMAT_NONE,
	};
	explain(ledger, finding, taken, &intent->free);
	/* The record is whole for a reader that finds it under way. */
	__atomic_store_n(&intent->state, VT_INTENT_UNDER_WAY, __ATOMIC_RELEASE);
	return number + 1;
}

uint32_t vt__ledger_intend(struct vt__ledger *ledger, const struct vt__finding *finding,
			   const struct vt__taken *taken, const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	uint64_t now_ns = vt__now_ns();
	uint32_t number, stack_number;
	struct vt__visit visit;

	/* A free makes no recording, and without one nothing was seen. */
	if (!vt__visit_look(ledger, &visit))
		return 0;
	vt__recording_begin(&ledger->store.recording);
	stack_number = vt__ledger_stack(ledger, stack, &key)->number;
	number = intend(ledger, finding, taken, stack_number, now_ns);
	vt__visit_finish(ledger, &visit);
	return number;
}

/* The record is the thread's own until this: no lock. */
void vt__ledger_intent_over(struct vt__ledger *ledger, uint32_t number)
{
	__atomic_store_n(&intent_at(ledger, number - 1)->state, VT_INTENT_NONE, __ATOMIC_RELEASE);
}
