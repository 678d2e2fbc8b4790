/*
 * Very many pairs from very many different stacks in many threads, and whether the recorder grows.
 *
 *   soak [PAIRS [STACKS [THREADS]]]    1e6, 1e5 and 64 where nothing is said; 1e9 is a number too
 *
 * Run it as any program: vramtrack run --simulate -- ./soak 1e9 1e7 64. New stacks come evenly over
 * the whole run. Each thread frees what others allocated, and now and then is refused. Twenty times
 * it prints how far it is and what is resident: "private" is the process without its files (the
 * program itself, the simulated device and the shim's tables), "recording" the blocks of the file.
 * The last line is the verdict: exit status 1 if either still grew in the second half.
 *
 *   gcc -O2 -g -isystem /usr/local/cuda/include bench/soak.c -o soak -lpthread -ldl
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <cuda.h>
#include <dlfcn.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LEVELS 13u /* calls down, four ways each: 67 million stacks */
#define HELD 1024u /* allocations, of all threads together */
#define BYTES 256u
#define REFUSED_EACH                                                                               \
	512u /* of so many pairs one is with a refused allocation, one with a refused free */
#define REFUSED_BYTES (1ull << 50)
#define NO_ADDRESS 4096u
#define SAMPLES 20u
#define THREADS_MOST 1024u
#define GROWTH_KIB_MOST 1024 /* in the second half: tables of what is live may still fill */

#define FRAME __attribute__((noinline))

static CUresult (*allocate)(CUdeviceptr *address, size_t bytes, CUstream stream);
static CUresult (*release)(CUdeviceptr address, CUstream stream);
static CUcontext context;

static uint64_t pairs = 1000000, stacks = 100000;
static uint32_t thread_count = 64;
static _Atomic uint64_t done;
static _Atomic CUdeviceptr held[HELD];

static void fail(const char *what, int code)
{
	fprintf(stderr, "soak: %s: %d\n", what, code);
	exit(2);
}

static void check(CUresult result, const char *what)
{
	if (result != CUDA_SUCCESS)
		fail(what, (int)result);
}

static void *driver_function(const char *name)
{
	void *function = dlsym(RTLD_DEFAULT, name);

	if (!function) {
		fprintf(stderr, "soak: the driver has no %s\n", name);
		exit(2);
	}
	return function;
}

static void use_context(void)
{
	check(((CUresult(*)(CUcontext))driver_function("cuCtxSetCurrent"))(context),
	      "cuCtxSetCurrent");
}

/* ---- The stacks ------------------------------------------------------------------------- */

/* Takes the place of an allocation that any thread made. */
static void pair(uint64_t random)
{
	CUdeviceptr address, before;

	if (random % REFUSED_EACH == 0 && !allocate(&address, REFUSED_BYTES, NULL))
		fail("an allocation that is too large was given", 0);
	if (random % REFUSED_EACH == 1 && !release(NO_ADDRESS, NULL))
		fail("a free of nothing was taken", 0);
	check(allocate(&address, BYTES, NULL), "cuMemAllocAsync");
	before = atomic_exchange(&held[random % HELD], address);
	if (before)
		check(release(before, NULL), "cuMemFreeAsync");
}

static FRAME void down(uint64_t number, unsigned levels, uint64_t random);

/* A function for each way, so that the return addresses differ. */
#define WAY(name, way)                                                                             \
	static FRAME void name(uint64_t number, unsigned levels, uint64_t random)                  \
	{                                                                                          \
		down(number, levels, random);                                                      \
		__asm__ volatile("" ::"i"(way));                                                   \
	}
WAY(north, 0)
WAY(east, 1)
WAY(south, 2)
WAY(west, 3)

static FRAME void down(uint64_t number, unsigned levels, uint64_t random)
{
	static void (*const ways[])(uint64_t, unsigned, uint64_t) = {north, east, south, west};

	if (levels)
		ways[number & 3](number >> 2, levels - 1, random);
	else
		pair(random);
	__asm__ volatile("");
}

/* ---- The threads ------------------------------------------------------------------------ */

static uint64_t next_number(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Each thread has a part of the pairs and of the stacks. */
static void *work(void *closure)
{
	const uint64_t thread = (uint64_t)(uintptr_t)closure;
	const uint64_t my_pairs = pairs / thread_count, my_stacks = stacks / thread_count;
	uint64_t state = thread;

	use_context();
	for (uint64_t i = 0; i < my_pairs; i++) {
		const uint64_t mine = (uint64_t)((unsigned __int128)i * my_stacks / my_pairs);

		down(thread * my_stacks + mine, LEVELS, next_number(&state));
		if (i % 1024 == 1023)
			atomic_fetch_add(&done, 1024);
	}
	return NULL;
}

/* ---- What grows ------------------------------------------------------------------------- */

struct sample {
	long private_kib;
	long recording_kib;
};

/* The path of the recording, which the process has mapped; "" where there is none. */
static void find_recording(char path[4096])
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4352];

	path[0] = '\0';
	while (maps && !*path && fgets(line, sizeof(line), maps)) {
		line[strcspn(line, "\n")] = '\0';
		if (strchr(line, '/') && strstr(line, ".vramtrack"))
			snprintf(path, 4096, "%s", strchr(line, '/'));
	}
	if (maps)
		fclose(maps);
}

static struct sample look(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	struct sample sample = {0, 0};
	struct stat file;
	char line[256], path[4096];

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "RssAnon: %ld", &sample.private_kib) == 1)
			break;
	if (status)
		fclose(status);
	find_recording(path);
	if (*path && !stat(path, &file))
		sample.recording_kib = file.st_blocks / 2;
	return sample;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct sample tell(double begin)
{
	const struct sample sample = look();
	const uint64_t so_far = atomic_load(&done);

	printf("%8.1f s  %12" PRIu64 " pairs  %9.0f stacks  %8ld KiB private  %8ld KiB recording\n",
	       now() - begin, so_far, (double)so_far / (double)pairs * (double)stacks,
	       sample.private_kib, sample.recording_kib);
	fflush(stdout);
	return sample;
}

/* Until all are done; what was there when half were. */
static struct sample watch(double begin)
{
	const struct timespec pause = {0, 10000000};
	struct sample half = {0, 0};

	for (uint64_t i = 1; i < SAMPLES; i++) {
		while (atomic_load(&done) < pairs / SAMPLES * i)
			nanosleep(&pause, NULL);
		if (i == SAMPLES / 2)
			half = tell(begin);
		else
			(void)tell(begin);
	}
	return half;
}

static int judge(const struct sample *half, const struct sample *end)
{
	const long private_kib = end->private_kib - half->private_kib;
	const long recording_kib = end->recording_kib - half->recording_kib;
	const bool grew = private_kib > GROWTH_KIB_MOST || recording_kib > GROWTH_KIB_MOST;

	printf("%s in the second half: %ld KiB private, %ld KiB of the recording\n",
	       grew ? "grew" : "did not grow", private_kib, recording_kib);
	return grew;
}

/* ---- The run ---------------------------------------------------------------------------- */

static void start_device(void)
{
	if (!dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL)) {
		fprintf(stderr, "soak: %s\n", dlerror());
		exit(2);
	}
	check(((CUresult(*)(unsigned))driver_function("cuInit"))(0), "cuInit");
	check(((CUresult(*)(CUcontext *, CUdevice))driver_function("cuDevicePrimaryCtxRetain"))(
		      &context, 0),
	      "cuDevicePrimaryCtxRetain");
	use_context();
	*(void **)&allocate = driver_function("cuMemAllocAsync");
	*(void **)&release = driver_function("cuMemFreeAsync");
}

/* "1e9" too. */
static uint64_t number(const char *text, double most)
{
	char *end;
	const double value = strtod(text, &end);

	if (end == text || *end || !(value >= 1 && value <= most)) {
		fprintf(stderr, "usage: soak [PAIRS [STACKS [THREADS]]]: '%s': 1 to %.0f\n", text,
			most);
		exit(2);
	}
	return (uint64_t)value;
}

int main(int argc, char **argv)
{
	static pthread_t threads[THREADS_MOST];
	const double begin = now();
	struct sample half, end;

	if (argc > 1)
		pairs = number(argv[1], 1e12);
	if (argc > 2)
		stacks = number(argv[2], (double)(1ull << 2 * LEVELS));
	if (argc > 3)
		thread_count = (uint32_t)number(argv[3], THREADS_MOST);
	/* each thread counts its pairs by 1024 */
	pairs = (pairs / thread_count / 1024 + 1) * 1024 * thread_count;
	start_device();
	(void)tell(begin);
	for (uintptr_t i = 0; i < thread_count; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)i))
			fail("a thread", (int)i);
	half = watch(begin);
	for (uint32_t i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	end = tell(begin);
	for (uint32_t i = 0; i < HELD; i++)
		if (held[i])
			check(release(held[i], NULL), "cuMemFreeAsync");
	return judge(&half, &end);
}
