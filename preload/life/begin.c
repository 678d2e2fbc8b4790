/*
 * Begins the recording of a process, at the first call that has something to
 * tell: the one place that knows all parts of the shim which have to be told.
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/option_values.h"
#include "ledger/growth.h"
#include "python/python.h"
#include "unwind/own_stack.h"
#include "unwind/unwind.h"
#include "preload/recorder/accounts.h"
#include "preload/life/begin.h"
#include "preload/recorder/coverage.h"
#include "preload/driver/driver.h"
#include "preload/life/last_word.h"
#include "preload/life/late_frees.h"
#include "preload/base/message.h"
#include "preload/base/options.h"
#include "preload/base/run_page.h"
#include "preload/recorder/birth.h"
#include "preload/recorder/process.h"
#include "preload/base/self.h"
#include "preload/recorder/source.h"

/* Once a process image: what may allocate or print happens here, outside of
 * every lock. A thread that comes in meanwhile does without: its stacks may
 * end early at a frame that needs libunwind. */
static void prepare(void)
{
	static atomic_flag done = ATOMIC_FLAG_INIT;

	if (atomic_flag_test_and_set(&done))
		return;
	vt__self_find();
	if (*vt__options_problems())
		vt__message("%s", vt__options_problems());
	vt__source.prepare(vt__self_path());
	if (vt__unwind_init(vt__self_folder()) != 0)
		vt__message(
			"vramtrack: libunwind.so.8 was not found: stacks end at frames that need it "
			"(install libunwind8)\n");
}

void vt__begin_ahead(void)
{
	int saved = errno;

	vt__self_find();
	vt__unwind_init(vt__self_folder());
	errno = saved;
}

static void describe_driver(struct vt__ledger *ledger)
{
	const struct vt__driver *driver = vt__driver();
	int version = 0;

	if (driver && driver->cuDriverGetVersion)
		driver->cuDriverGetVersion(&version);
	vt__ledger_describe_driver(ledger, (uint32_t)version, vt__driver_is_simulated());
}

/* The first of our own to run in exit(): registered with the first allocation,
 * it comes before the runtime's handler and before destructors of older objects. */
static void exit_begins(int status, void *unused)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	(void)unused;
	vt__last_word_status(status);
	if (!ledger) /* a child that inherited the handler */
		return;
	vt__coverage_end(vt__begin_recording);
	vt__accounts_end(ledger);
	if (!vt__source.has_company())
		vt__late_frees_watch();
}

static void watch_exit(void)
{
	static volatile char prepared;

	if (!__atomic_test_and_set(&prepared, __ATOMIC_RELAXED)) /* once: nothing hangs on when */
		on_exit(exit_begins, NULL);
}

/* What the option growth= asks for. */
static struct vt__followed followed(void)
{
	static const enum vt_marker markers[] = {
		[VT__GROWTH_BY_ANY] = VT_MARKER_PROGRAM, [VT__GROWTH_BY_MARK] = VT_MARKER_PROGRAM,
		[VT__GROWTH_BY_NVTX] = VT_MARKER_NVTX,   [VT__GROWTH_BY_TIME] = VT_MARKER_TIMER,
		[VT__GROWTH_BY_CALL] = VT_MARKER_CALL,
	};
	struct vt__growth_value value = {VT__GROWTH_BY_ANY, NULL, 0};

	vt__value_growth(vt__options()->growth, &value);
	return (struct vt__followed){
		.marker = markers[value.by],
		.name = value.name,
		.period_ns = value.period_ns,
	};
}

static struct vt__ledger *make_ledger(struct vt__process_state *process)
{
	const struct vt__options *options = vt__options();
	struct vt__ledger *made, *expected = NULL;
	struct vt__ledger_identity identity = {
		.folder = options->output,
		.tool_version = PACKAGE_VERSION,
		.shim_path = vt__self_path(),
		.run_id = options->run_id,
		.birth = *vt__birth(),
		.stack_depth = (uint32_t)options->depth,
		.event_bytes = options->timeline == VT__TIMELINE_EVENTS ? options->events : 0,
		.recording_bytes = options->recording,
		.announce = options->announce,
		.source = vt__source.kind,
		.followed = followed(),
		.at_mark = vt__accounts_mark_found,
		.told = vt__run_page_recording,
	};

	prepare();
	if (options->verify_stacks)
		vt__unwind_make_part();
	vt__python_limit((unsigned)options->python);
	if (vt__ledger_open(&identity, &made) != 0) {
		vt__run_page_recording(-ENOMEM, options->output, options->run_id, 0);
		return NULL;
	}
	if (!atomic_compare_exchange_strong(&process->ledger, &expected, made))
		return expected;
	if (vt__python_look_in_all() == VT__PYTHON_REFUSED)
		vt__ledger_lose(made, VT_LOSS_PYTHON_UNKNOWN);
	watch_exit();
	vt__coverage_begin(made);
	describe_driver(made);
	return made;
}

struct beginning {
	struct vt__process_state *process;
	struct vt__ledger *ledger;
};

static void make_on_own_stack(void *closure)
{
	struct beginning *it = closure;

	it->ledger = make_ledger(it->process);
}

struct vt__ledger *vt__begin_recording(void)
{
	struct beginning it = {.process = vt__process_get()};
	int saved;

	if (!it.process)
		return NULL;
	/* The ledger is made for who finds it. */
	it.ledger = atomic_load_explicit(&it.process->ledger, memory_order_acquire);
	if (it.ledger)
		return it.ledger;
	saved = errno;
	vt__own_stack_run(make_on_own_stack, &it);
	errno = saved;
	return it.ledger;
}

/* Other libraries' destructors come after it: they may free device memory still. */
__attribute__((destructor)) static void end(void)
{
	int saved = errno;

	vt__coverage_end(vt__begin_recording);
	if (vt__process_ledger_if_any())
		vt__last_word_arm();
	errno = saved;
}
