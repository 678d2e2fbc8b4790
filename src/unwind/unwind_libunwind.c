/*
 * Walks the stack with libunwind, for the frames that unwind rules cannot
 * express and as the reference to compare with.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "unwind/arch/arch.h"
#include "unwind/own_stack.h"
#include "unwind/unwind_libunwind.h"

/* Names of libunwind's ABI have the processor in them. */
#define LOCAL_NAME(name) "_UL" VT__ARCH_UNWIND_NAME "_" name
#define NAME(name) "_U" VT__ARCH_UNWIND_NAME "_" name

#define LIBRARY "libunwind.so.8"

/* How many frames of its own a walk passes before the one it begins with. */
#define OWN_FRAMES 64

struct entries {
	int (*init_local)(void *cursor, void *context);
	int (*step)(void *cursor);
	int (*get_register)(void *cursor, int number, uintptr_t *value);
	void (*flush_cache)(void *space, uintptr_t low, uintptr_t high);
	void **local_space; /* address of the variable */
};

static const struct {
	const char *name;
	size_t offset;
} entry_names[] = {
	{LOCAL_NAME("init_local"), offsetof(struct entries, init_local)},
	{LOCAL_NAME("step"), offsetof(struct entries, step)},
	{LOCAL_NAME("get_reg"), offsetof(struct entries, get_register)},
	{NAME("flush_cache"), offsetof(struct entries, flush_cache)},
	{LOCAL_NAME("local_addr_space"), offsetof(struct entries, local_space)},
};

static struct entries opened;
/* 0: closed, 1: one thread fills `opened`, 2: open. */
static _Atomic int state;

static bool find_entries(void *library, struct entries *out)
{
	struct entries entries;

	for (size_t i = 0; i < sizeof(entry_names) / sizeof(entry_names[0]); i++) {
		void *symbol = dlsym(library, entry_names[i].name);

		if (!symbol)
			return false;
		memcpy((char *)&entries + entry_names[i].offset, &symbol, sizeof(symbol));
	}
	*out = entries;
	return true;
}

static bool open_file(const char *path, struct entries *out)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return false;
	if (find_entries(library, out))
		return true;
	dlclose(library);
	return false;
}

int vt__libunwind_open(const char *beside)
{
	struct entries entries;
	char path[4096];
	bool found = false;
	int expected = 0;

	/* 2 is stored by a release, after the entries. */
	if (atomic_load_explicit(&state, memory_order_acquire) == 2)
		return 0;
	if (beside && (size_t)snprintf(path, sizeof(path), "%s/%s", beside, LIBRARY) < sizeof(path))
		found = open_file(path, &entries);
	if (!found && !open_file(LIBRARY, &entries))
		return -ENOENT;
	if (atomic_compare_exchange_strong(&state, &expected, 1)) {
		opened = entries;
		atomic_store_explicit(&state, 2, memory_order_release);
	}
	return 0;
}

static const struct entries *open_entries(void)
{
	return atomic_load_explicit(&state, memory_order_acquire) == 2 ? &opened : NULL;
}

struct cursor {
	const struct entries *entries;
	uintptr_t opaque[VT__ARCH_UNWIND_CURSOR_WORDS];
};

static uintptr_t get(struct cursor *cursor, int number)
{
	uintptr_t value = 0;

	return cursor->entries->get_register(cursor->opaque, number, &value) ? 0 : value;
}

/* Steps from the frame of `context` to the one that the walk begins with: over frames of
 * this library, whose tables are trusted, and no other. */
static bool step_to(struct cursor *cursor, ucontext_t *context,
		    const struct vt__unwind_start *start)
{
	if (cursor->entries->init_local(cursor->opaque, context) < 0)
		return false;
	for (unsigned i = 0; i < OWN_FRAMES; i++) {
		if (get(cursor, VT__ARCH_UNWIND_IP) == start->ip &&
		    get(cursor, VT__ARCH_UNWIND_SP) == start->sp)
			return true;
		if (get(cursor, VT__ARCH_UNWIND_SP) >= start->sp &&
		    !vt__own_stack_holds(get(cursor, VT__ARCH_UNWIND_SP)))
			return false;
		if (cursor->entries->step(cursor->opaque) <= 0)
			return false;
	}
	return false;
}

/* The registers of `start` and, for all others, those of now. */
static bool begin_at(struct cursor *cursor, ucontext_t *context,
		     const struct vt__unwind_start *start)
{
	vt__arch_set_context(context, start->ip, start->sp, start->bp);
	return cursor->entries->init_local(cursor->opaque, context) >= 0;
}

/* One frame further, if there is one and the guard lets libunwind look for it. */
static bool step(struct cursor *cursor, struct vt__libunwind_stack *stack)
{
	const struct vt__unwind_start frame = {
		.ip = get(cursor, VT__ARCH_UNWIND_IP),
		.sp = get(cursor, VT__ARCH_UNWIND_SP),
		.bp = get(cursor, VT__ARCH_UNWIND_BP),
	};

	stack->refused = stack->guard && !stack->guard(&frame, stack->closure);
	return !stack->refused && cursor->entries->step(cursor->opaque) > 0;
}

static unsigned collect(struct cursor *cursor, struct vt__libunwind_stack *stack)
{
	unsigned count = 0;

	do {
		uintptr_t ip = get(cursor, VT__ARCH_UNWIND_IP);

		if (ip == 0)
			break;
		if (count == stack->most) {
			stack->truncated = true;
			break;
		}
		if (stack->sps)
			stack->sps[count] = get(cursor, VT__ARCH_UNWIND_SP);
		stack->ips[count++] = ip;
	} while (step(cursor, stack));
	return count;
}

unsigned vt__libunwind_walk(const struct vt__unwind_start *start, struct vt__libunwind_stack *stack)
{
	struct cursor cursor = {.entries = open_entries()};
	ucontext_t context;

	stack->truncated = false;
	stack->refused = false;
	if (!cursor.entries || getcontext(&context))
		return 0;
	if (!step_to(&cursor, &context, start) && !begin_at(&cursor, &context, start))
		return 0;
	return collect(&cursor, stack);
}

void vt__libunwind_flush(void)
{
	const struct entries *entries = open_entries();

	if (entries)
		entries->flush_cache(*entries->local_space, 0, 0);
}
