/* What the shim keeps for one process, made at first use and forgotten by a forked child. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "unwind/own_stack.h"
#include "preload/recorder/birth.h"
#include "preload/recorder/coverage.h"
#include "preload/driver/driver.h"
#include "preload/life/last_word.h"
#include "preload/recorder/marks.h"
#include "preload/base/message.h"
#include "preload/base/options.h"
#include "preload/recorder/process.h"
#include "preload/base/run_page.h"

enum {
	PAGE_BYTES = 4096
};
VT__READ_OFTEN _Atomic(struct vt__process_state *) vt__process_state;

static struct {
	char path[4096];
	char folder[4096];
} shim;

static void wipe_in_child(void)
{
	struct vt__process_state *process = atomic_load(&vt__process_state);

	if (process)
		memset(process, 0, sizeof(*process));
}

static struct vt__process_state *make(void)
{
	struct vt__process_state *made, *expected = NULL;

	made = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		return NULL;
	if (!atomic_compare_exchange_strong(&vt__process_state, &expected, made)) {
		munmap(made, PAGE_BYTES);
		return expected;
	}
	/* kernels before 4.14 do not know this; then fork() itself tells us */
	if (madvise(made, PAGE_BYTES, MADV_WIPEONFORK) != 0)
		pthread_atfork(NULL, NULL, wipe_in_child);
	return made;
}

static struct vt__process_state *get(void)
{
	struct vt__process_state *process = atomic_load_explicit(&vt__process_state,
								 memory_order_acquire);

	return process ? process : make();
}

static void find_shim(void)
{
	Dl_info info;
	char *slash;

	if (shim.path[0] || !dladdr(&vt__process_state, &info) || !info.dli_fname ||
	    !realpath(info.dli_fname, shim.path))
		return;
	strcpy(shim.folder, shim.path);
	slash = strrchr(shim.folder, '/');
	if (slash)
		*slash = '\0';
}

const char *vt__process_shim_folder(void)
{
	return shim.folder;
}

void vt__process_make_ready(void)
{
	int saved = errno;

	find_shim();
	vt__unwind_init(shim.folder);
	errno = saved;
}

/* Once a process image: what may allocate or print happens here, outside of
 * every lock. A thread that comes in meanwhile does without: its stacks may
 * end early at a frame that needs libunwind. */
static void prepare(void)
{
	static atomic_flag done = ATOMIC_FLAG_INIT;

	if (atomic_flag_test_and_set(&done))
		return;
	find_shim();
	if (*vt__options_problems())
		vt__message("%s", vt__options_problems());
	vt__source_prepare(shim.path);
	if (vt__unwind_init(shim.folder) != 0)
		vt__message(
			"vramtrack: libunwind.so.8 was not found: stacks end at frames that need it "
			"(install libunwind8)\n");
}

static void describe_driver(struct vt__ledger *ledger)
{
	const struct vt__driver *driver = vt__driver();
	int version = 0;

	if (driver && driver->cuDriverGetVersion)
		driver->cuDriverGetVersion(&version);
	vt__ledger_describe_driver(ledger, (uint32_t)version, vt__driver_is_simulated());
}

static struct vt__ledger *make_ledger(struct vt__process_state *process)
{
	const struct vt__options *options = vt__options();
	struct vt__ledger *made, *expected = NULL;
	struct vt__ledger_identity identity = {
		.folder = options->output,
		.tool_version = PACKAGE_VERSION,
		.shim_path = shim.path,
		.run_id = options->run_id,
		.birth = *vt__birth(),
		.stack_depth = (uint32_t)options->depth,
		.recording_bytes = options->recording,
		.announce = options->announce,
		.source = vt__source,
		.followed = vt__marks_followed(),
		.told = vt__run_page_recording,
	};

	prepare();
	if (vt__ledger_open(&identity, &made) != 0) {
		vt__run_page_recording(-ENOMEM, options->output, options->run_id, 0);
		return NULL;
	}
	if (!atomic_compare_exchange_strong(&process->ledger, &expected, made))
		return expected;
	vt__last_word_prepare();
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

struct vt__ledger *vt__process_begin(void)
{
	struct beginning it = {.process = get()};
	int saved;

	if (!it.process)
		return NULL;
	it.ledger = atomic_load_explicit(&it.process->ledger, memory_order_acquire);
	if (it.ledger)
		return it.ledger;
	saved = errno;
	vt__own_stack_run(make_on_own_stack, &it);
	errno = saved;
	return it.ledger;
}

void *vt__process_part(enum vt__part part)
{
	struct vt__process_state *process = get();
	_Atomic(void *) *place;
	void *memory, *expected = NULL;
	int saved;

	if (!process)
		return NULL;
	place = &process->parts[vt__driver_current][part];
	memory = atomic_load_explicit(place, memory_order_acquire);
	if (memory)
		return memory;
	saved = errno;
	memory = vt__arena_map(VT__PART_BYTES);
	if (memory && !atomic_compare_exchange_strong(place, &expected, memory)) {
		munmap(memory, VT__PART_BYTES);
		memory = expected;
	}
	errno = saved;
	return memory;
}

bool vt__process_lock(struct vt__lock *lock)
{
	struct vt__ledger *ledger;

	if (VT__LIKELY(vt__lock_take(lock)))
		return true;
	ledger = vt__process_ledger_if_any();
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_RECORDER_LEFT);
	return false;
}

/* The part stays locked for those who have found it already. */
static void leave_part(struct vt__ledger *ledger, _Atomic(void *) *place)
{
	struct vt__lock *lock = atomic_load_explicit(place, memory_order_acquire);

	if (!lock || !vt__lock_is_held_by(lock, vt__visitor.thread))
		return;
	atomic_store(place, NULL);
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_RECORDER_LEFT);
}

void vt__process_call_left(void)
{
	/* those that begin with a lock */
	static const enum vt__part locked[] = {VT__PART_POOLS, VT__PART_VMM, VT__PART_GRAPHS,
					       VT__PART_IPC, VT__PART_FENCE};
	struct vt__process_state *process = atomic_load(&vt__process_state);
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	int saved = errno;

	vt__unwind_left();
	if (ledger) {
		vt__ledger_lose(ledger, VT_LOSS_JUMPS);
		vt__ledger_left(ledger);
	}
	vt__lock_forget_sleeper();
	for (unsigned copy = 0; process && copy < VT__DRIVER_COPIES; copy++)
		for (size_t i = 0; i < sizeof(locked) / sizeof(locked[0]); i++)
			leave_part(ledger, &process->parts[copy][locked[i]]);
	errno = saved;
}

void vt__process_verify_stack(const struct vt__unwind_start *start, const struct vt__stack *stack)
{
	uintptr_t reference[256];
	bool truncated;
	unsigned depth = vt__unwind_reference(start, reference, (unsigned)vt__options()->depth,
					      &truncated);
	unsigned same = 0;

	while (same < depth && same < stack->depth && reference[same] == stack->ips[same])
		same++;
	if (depth && (same < depth || same < stack->depth))
		vt__message(
			"vramtrack: verify_stacks: %u frames, libunwind has %u; they differ from "
			"frame %u: %#lx, libunwind %#lx\n",
			stack->depth, depth, same,
			same < stack->depth ? (unsigned long)stack->ips[same] : 0,
			same < depth ? (unsigned long)reference[same] : 0);
}
