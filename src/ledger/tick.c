/*
 * What time alone brings, and when something of it is due next; and what is written each time,
 * where that is wanted.
 */
#include "config.h"

#include "ledger/private.h"
#include "ledger/visit.h"

void vt__ledger_due(struct vt__ledger *ledger)
{
	ledger->due_ns = ledger->requests.due_ns;
	if (ledger->growth.due_ns < ledger->due_ns)
		ledger->due_ns = ledger->growth.due_ns;
	if (ledger->timelines.due_ns < ledger->due_ns)
		ledger->due_ns = ledger->timelines.due_ns;
	if (ledger->events.wanted || ledger->growth.calls.wanted) /* each is looked at */
		ledger->due_ns = 0;
}

void vt__ledger_tick(struct vt__ledger *ledger, int32_t ordinal, uint64_t now_ns)
{
	vt__history_time(&ledger->history, (uint32_t)ledger->store.recording.sequence, now_ns);
	if (now_ns >= ledger->growth.due_ns)
		vt__growth_tick(&ledger->growth, &ledger->store, &ledger->strings, now_ns);
	if (now_ns >= ledger->timelines.due_ns)
		vt__timelines_tick(&ledger->timelines, &ledger->store, ordinal, now_ns);
	if (now_ns >= ledger->requests.due_ns)
		vt__requests_look(ledger, now_ns);
	vt__ledger_due(ledger);
}

void vt__ledger_event(struct vt__ledger *ledger, enum vt_event what,
		      const struct vt_format_allocation *of, uint32_t stack)
{
	const struct vt_format_event event = {
		.address = of->address,
		.bytes = of->bytes,
		.site = of->site,
		.thread = vt__visit_thread(),
		.stack = stack,
		.what = what,
	};

	vt__events_enter(&ledger->events, &ledger->store, &event);
}
