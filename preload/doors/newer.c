/* Notes calls of driver functions by an ABI that no wrapper has. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "ledger/coverage.h"
#include "preload/doors/newer.h"
#include "preload/life/begin.h"
#include "preload/recorder/process.h"
#include "preload/doors/wrapper.h"

enum {
	STUBS = 64,      /* as in arch/newer_*.S, and bits of process->newer_told */
	STUB_BYTES = 32, /* the same */
	NAME_BYTES = 56
};

static struct newer {
	_Atomic(void *) function; /* NULL: not filled in yet */
	const char *path;         /* of the driver: the loader's own, as long as it is loaded */
	int version;              /* 0: looked up by name */
	char name[NAME_BYTES];
} known[STUBS];

static _Atomic(unsigned) claimed;

extern const char vt__newer_stubs[] __attribute__((visibility("hidden")));

static const char *path_at(const void *function)
{
	Dl_info info;

	return dladdr(function, &info) && info.dli_fname ? info.dli_fname : "";
}

static void enter(struct vt__ledger *ledger, const struct newer *newer)
{
	vt__ledger_passage(ledger, &(struct vt__passage){.sort = VT_PASSAGE_NEWER_ABI,
							 .path = newer->path,
							 .symbol = newer->name,
							 .version = (uint32_t)newer->version});
}

static void describe(struct newer *newer, const void *function, const char *name, int version,
		     const char *path)
{
	newer->path = path ? path : path_at(function);
	newer->version = version < 0 ? 0 : version;
	strncpy(newer->name, name, NAME_BYTES - 1);
}

static void meet(const void *function, const char *name, int version, const char *path)
{
	struct vt__ledger *ledger = vt__begin_ledger();
	struct newer newer = {.version = 0};
	int saved = errno;

	describe(&newer, function, name, version, path);
	if (ledger)
		enter(ledger, &newer);
	errno = saved;
}

void vt__newer_met(const void *function, const char *name, int version)
{
	meet(function, name, version, NULL);
}

static void *stub(unsigned number)
{
	return (void *)(uintptr_t)(vt__newer_stubs + (size_t)number * STUB_BYTES);
}

void *vt__newer_stub(void *function, const char *name, int version, const char *path)
{
	unsigned number;
	int saved;

	/* Its description was written before the release of the function. */
	for (number = 0; number < STUBS; number++)
		if (atomic_load_explicit(&known[number].function, memory_order_acquire) ==
			    function &&
		    known[number].version == version &&
		    strncmp(known[number].name, name, NAME_BYTES - 1) == 0)
			return stub(number);
	number = atomic_load(&claimed);
	while (number < STUBS && !atomic_compare_exchange_weak(&claimed, &number, number + 1))
		continue;
	if (number >= STUBS) {
		meet(function, name, version, path);
		return function;
	}
	saved = errno;
	describe(&known[number], function, name, version, path);
	errno = saved;
	atomic_store_explicit(&known[number].function, function, memory_order_release);
	return stub(number);
}

/* Called by the stubs before they go on. What the driver calls itself belongs to
 * the outer call. Returns where to go on. */
__attribute__((visibility("hidden"))) void *vt__newer_called(unsigned number);
void *vt__newer_called(unsigned number)
{
	const struct newer *newer = &known[number];
	const uint64_t bit = (uint64_t)1 << number;
	struct vt__process_state *process;
	struct vt__ledger *ledger;
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	int saved = errno;

	if (!vt__nested_is_inside(&start)) {
		ledger = vt__begin_ledger();
		process = atomic_load_explicit(&vt__process_state, memory_order_acquire);
		if (ledger && !(atomic_fetch_or(&process->newer_told, bit) & bit))
			enter(ledger, newer);
	}
	errno = saved;
	return atomic_load_explicit(&newer->function, memory_order_relaxed);
}
