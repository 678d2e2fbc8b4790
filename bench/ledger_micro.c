/*
 * What the ledger itself costs: nanoseconds for a pair of allocation and free
 * of a known stack, by one and by N threads, for a mark, and memory for each
 * live allocation.
 *
 *   ledger_micro [THREADS [LIVE]]     default: 16 threads, 1000000 live
 *
 * Writes its recording to a new folder under TMPDIR and removes it.
 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ledger/private.h"

#define PAIRS 2000000u
#define THREADS_MOST 256u
#define FRAMES 16u
#define STACKS 64u

static struct vt__ledger *ledger;
static uintptr_t frames[STACKS][FRAMES];
static unsigned pairs_each;

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Return addresses within this program: they have a module. */
static void make_stacks(void)
{
	for (unsigned s = 0; s < STACKS; s++)
		for (unsigned f = 0; f < FRAMES; f++)
			frames[s][f] = (uintptr_t)&make_stacks + s * FRAMES + f + 1;
}

static struct vt__stack stack_of(unsigned number)
{
	return (struct vt__stack){.ips = frames[number % STACKS], .depth = FRAMES};
}

static void enter(uint64_t address, unsigned number)
{
	struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE,
		.kind = VT_KIND_LINEAR,
		.address = address,
		.bytes = 4096,
		.context = 1,
		.api = "cuMemAlloc_v2",
	};
	struct vt__stack stack = stack_of(number);

	vt__ledger_enter(ledger, &allocation, &stack);
}

static void release(uint64_t address, unsigned number)
{
	struct vt__stack stack = stack_of(number);
	struct vt__taken taken;

	if (vt__ledger_take(ledger, VT__SPACE_DEVICE, address, &stack, &taken))
		exit(1);
}

static void *run_pairs(void *closure)
{
	uint64_t base = 0x7f0000000000ull + (uintptr_t)closure * 0x10000000ull;

	for (unsigned i = 0; i < pairs_each; i++) {
		uint64_t address = base + (uint64_t)(i % 8) * 0x200000;

		enter(address, i);
		release(address, i + 1);
	}
	return NULL;
}

static void time_threads(unsigned count)
{
	pthread_t threads[THREADS_MOST];
	double begin = now_ns(), end;

	pairs_each = PAIRS / count;
	for (unsigned i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, run_pairs, (void *)(uintptr_t)i))
			exit(1);
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	end = now_ns();
	printf("%u thread%s: %.1f ns of wall clock a pair, all threads together\n", count,
	       count == 1 ? "" : "s", (end - begin) / ((double)pairs_each * count));
}

/* All call sites change between two marks, and one of them grows. */
static void time_marks(void)
{
	double begin, marks = 0, pairs = 0;
	unsigned count = PAIRS / STACKS / 2;

	for (unsigned i = 0; i < count; i++) {
		begin = now_ns();
		vt__ledger_mark(ledger, VT_MARKER_PROGRAM, "step");
		marks += now_ns() - begin;
		begin = now_ns();
		for (unsigned s = 0; s < STACKS; s++) {
			enter(0x600000000000ull + s * 0x1000, s);
			release(0x600000000000ull + s * 0x1000, s);
		}
		pairs += now_ns() - begin;
		enter(0x500000000000ull + i * 0x1000ull, 0);
	}
	printf("marks: %.1f ns each; %.1f ns a pair if every site changes once between two\n",
	       marks / count, pairs / count / STACKS);
	for (unsigned i = 0; i < count; i++)
		release(0x500000000000ull + i * 0x1000ull, 0);
}

static double resident_bytes(void)
{
	unsigned long pages[2] = {0, 0};
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%lu %lu", &pages[0], &pages[1]) != 2)
		exit(1);
	fclose(file);
	return (double)pages[1] * (double)sysconf(_SC_PAGESIZE);
}

static void time_live(unsigned live)
{
	double before = resident_bytes(), begin = now_ns(), slowest = 0, last = begin, end;

	for (unsigned i = 0; i < live; i++) {
		double now;

		enter(0x100000000ull + (uint64_t)i * 512, i);
		now = now_ns();
		if (now - last > slowest)
			slowest = now - last;
		last = now;
	}
	end = now_ns();
	printf("%u live: %.1f ns to enter one, slowest %.2f ms\n", live, (end - begin) / live,
	       slowest / 1e6);
	printf("%u live: %.1f bytes of memory each, index included\n", live,
	       (resident_bytes() - before) / live);
	begin = now_ns();
	for (unsigned i = 0; i < PAIRS; i++) {
		uint64_t address = 0x100000000ull + (uint64_t)rand() % live * 512;

		release(address, i);
		enter(address, i);
	}
	printf("%u live: %.1f ns a pair at random addresses\n", live, (now_ns() - begin) / PAIRS);
}

int main(int argc, char **argv)
{
	unsigned threads = argc > 1 ? (unsigned)atoi(argv[1]) : 16;
	unsigned live = argc > 2 ? (unsigned)atoi(argv[2]) : 1000000;
	const char *parent = getenv("TMPDIR");
	char folder[512];
	struct vt__ledger_identity identity = {
		.folder = folder, .tool_version = "bench", .stack_depth = FRAMES};

	snprintf(folder, sizeof(folder), "%s/ledger_micro.XXXXXX", parent ? parent : "/tmp");
	if (threads < 1 || threads > THREADS_MOST || live < 1 || !mkdtemp(folder) ||
	    vt__ledger_open(&identity, &ledger)) {
		fprintf(stderr, "usage: ledger_micro [THREADS (1 to 256) [LIVE]]\n");
		return 2;
	}
	make_stacks();
	time_threads(1);
	time_threads(threads);
	time_marks();
	time_live(live);
	vt__ledger_end(ledger, 0);
	if (vt__ledger_path(ledger))
		unlink(vt__ledger_path(ledger));
	rmdir(folder);
	return 0;
}
