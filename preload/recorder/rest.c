/* Asks at marks what nobody owns. */
#include "config.h"

#include "preload/recorder/rest.h"

#include <errno.h>

#include "base/clock.h"
#include "ledger/accounts.h"
#include "ledger/rest.h"
#include "preload/driver/nvml.h"
#include "preload/recorder/driver_word.h"
#include "preload/recorder/measures.h"
#include "preload/recorder/process.h"
#include "preload/recorder/stopped.h"
#include "preload/recorder/windows.h"
#include "unwind/own_stack.h"

#define ALLOWANCE_NS 10000000u /* beside a two hundredth of the time */

struct asking {
	struct vt__ledger *ledger;
	const struct vt__driver *driver;
	bool with_nvml;
};

static void ask(const struct asking *it, int32_t device)
{
	struct vt__rest_sample sample = {.device = device,
					 .process_bytes = VT_FORMAT_UNKNOWN,
					 .other_bytes = VT_FORMAT_UNKNOWN};
	struct vt__nvml_shares shares;

	vt__window_close(it->ledger, it->driver, device);
	if (!vt__word_used(it->driver, device, &sample.used_bytes))
		return;
	sample.reserved_bytes = vt__word_reserved(it->driver, device);
	if (it->with_nvml) {
		vt__word_shares(it->driver, device, &shares);
		sample.process_bytes = shares.process_bytes;
		sample.other_bytes = shares.other_bytes;
	}
	vt__ledger_rest(it->ledger, &sample);
}

static void ask_all(void *closure)
{
	struct asking *it = closure;

	it->with_nvml = it->with_nvml && vt__nvml_begin_if_loaded() == 0;
	for (int32_t device = 0; device < VT__DEVICES_MOST; device++)
		if (vt__ledger_knows_device(it->ledger, device))
			ask(it, device);
	if (it->with_nvml)
		vt__nvml_end();
}

static bool may(const struct vt__measures *measures, uint64_t now)
{
	return measures->rest.spent_ns <= ALLOWANCE_NS + (now - measures->rest.began_ns) / 200;
}

/* The first time in any case. */
static bool may_ask_nvml(const struct vt__measures *measures, uint64_t now)
{
	return now >= measures->rest.nvml_from_ns;
}

static void took(struct vt__measures *measures, bool with_nvml, uint64_t began_ns)
{
	const uint64_t now = vt__clock_ns(CLOCK_MONOTONIC);

	if (with_nvml)
		measures->rest.nvml_from_ns = now + 100 * (now - began_ns);
	else
		measures->rest.spent_ns += now - began_ns;
}

void vt__rest_at_mark(struct vt__ledger *ledger)
{
	struct vt__measures *measures = vt__measures();
	struct asking it = {.ledger = ledger, .driver = vt__driver()};
	const int saved = errno;
	uint64_t now, first = 0;

	if (!vt__ledger_rest_due(ledger) || !measures || !it.driver ||
	    vt__stopped_by_itself(it.driver))
		return;
	now = vt__clock_ns(CLOCK_MONOTONIC);
	atomic_compare_exchange_strong(&measures->rest.began_ns, &first, now);
	it.with_nvml = may_ask_nvml(measures, now);
	if (it.with_nvml || may(measures, now)) {
		vt__own_stack_run(ask_all, &it);
		took(measures, it.with_nvml, now);
	}
	errno = saved;
}
