/*
 * Loops with marks: some grow, some only look like it, and all free everything
 * at the end unless it is said. The shim's door for marks is found by its name.
 */
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

#include "hazard.h"

#define STEPS 100
#define HELD_MOST 4096

/* Not known to the compiler: an unrolled loop would be several call sites. */
static volatile int steps = STEPS;

static void (*mark)(const char *name);

static void find_door(void)
{
	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
}

static void say(const char *name)
{
	if (mark)
		mark(name);
}

static void *held[HELD_MOST];
static int held_count;

/* What stays. */
static FRAME void keep(size_t bytes)
{
	MUST(held_count < HELD_MOST);
	CALL(cudaMalloc(&held[held_count], bytes));
	held_count++;
}

static void drop_all(void)
{
	while (held_count)
		CALL(cudaFree(held[--held_count]));
}

/* What is made and freed within a step. */
static FRAME void work(void)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, 8 * MIB));
	CALL(cudaFree(buffer));
}

static void begin(void)
{
	void *weights;

	CALL(cudaMalloc(&weights, 64 * MIB));
}

static int leak_with(void (*named)(const char *name), const char *name)
{
	begin();
	for (int i = 0; i < steps; i++) {
		if (named)
			named(name);
		work();
		keep(64 * KIB);
	}
	drop_all();
	puts("looped");
	return 0;
}

static int leak(char **arguments)
{
	return leak_with(say, arguments[0]);
}

/* By the library's function: its path is the argument. */
static int library(char **arguments)
{
	void *handle = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
	void (*named)(const char *name);

	MUST(handle);
	*(void **)&named = dlsym(handle, "vt_mark");
	MUST(named);
	return leak_with(named, "step");
}

static void sleep_ms(long milliseconds)
{
	const struct timespec time = {0, milliseconds * 1000000};

	nanosleep(&time, NULL);
}

/* No marks of the program's own. */
static int timed(char **arguments)
{
	(void)arguments;
	begin();
	for (int i = 0; i < steps; i++) {
		work();
		keep(64 * KIB);
		sleep_ms(4);
	}
	drop_all();
	return 0;
}

static int clean(char **arguments)
{
	(void)arguments;
	begin();
	for (int i = 0; i < steps; i++) {
		say("step");
		work();
	}
	return 0;
}

/* A cache that fills and is full. */
static int plateau(char **arguments)
{
	(void)arguments;
	begin();
	for (int i = 0; i < steps; i++) {
		say("step");
		work();
		if (i < steps / 2)
			keep(64 * KIB);
	}
	drop_all();
	return 0;
}

static int sawtooth(char **arguments)
{
	(void)arguments;
	begin();
	for (int i = 0; i < steps; i++) {
		say("step");
		keep(64 * KIB);
		if (i % 13 == 12)
			drop_all();
	}
	drop_all();
	return 0;
}

static int once(char **arguments)
{
	(void)arguments;
	begin();
	keep(MIB);
	for (int i = 0; i < steps; i++) {
		say("step");
		if (i == steps * 6 / 10)
			keep(32 * MIB);
		work();
	}
	return 0;
}

static int few(char **arguments)
{
	(void)arguments;
	for (int i = 0; i < 5; i++) {
		say("step");
		keep(MIB);
	}
	return 0;
}

static pthread_mutex_t held_lock = PTHREAD_MUTEX_INITIALIZER;

/* Other names are counted and no more; the followed one comes from threads. */
static void *thread(void *closure)
{
	(void)closure;
	for (int i = 0; i < steps; i++) {
		say("batch");
		work();
		pthread_mutex_lock(&held_lock);
		keep(32 * KIB);
		pthread_mutex_unlock(&held_lock);
		if (i % 10 == 9)
			say("epoch");
	}
	return NULL;
}

static int threads(char **arguments)
{
	pthread_t other[3];

	(void)arguments;
	begin();
	say("epoch");
	for (int i = 0; i < 3; i++)
		MUST(pthread_create(&other[i], NULL, thread, NULL) == 0);
	for (int i = 0; i < 3; i++)
		MUST(pthread_join(other[i], NULL) == 0);
	drop_all();
	return 0;
}

/* A name for each step: a mistake, and bounded. */
static int many_names(char **arguments)
{
	char name[64];

	(void)arguments;
	begin();
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "step %d", i);
		say(name);
		work();
	}
	return 0;
}

/* A server that is killed while it runs. */
static int killed(char **arguments)
{
	(void)arguments;
	begin();
	for (int i = 0; i < steps; i++) {
		say("request");
		keep(64 * KIB);
	}
	say("request");
	abort();
}

static const struct hazard_case cases[] = {
	{"leak", leak},
	{"library", library},
	{"timed", timed},
	{"clean", clean},
	{"plateau", plateau},
	{"sawtooth", sawtooth},
	{"once", once},
	{"few", few},
	{"threads", threads},
	{"killed", killed},
	{"many_names", many_names},
};

int main(int argc, char **argv)
{
	find_door();
	return hazard_main(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
