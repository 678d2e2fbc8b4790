/*
 * Threads that allocate and free each other's memory. A shared table of slots:
 * a thread swaps a new allocation into a random slot and frees what was there.
 * At the end every slot is freed but KEPT of them.
 */
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <stdatomic.h>

#include "hazard.h"

#define THREADS 8
#define SLOTS 64
#define KEPT 5
#define ROUNDS 4000

static _Atomic(void *) slots[SLOTS];

static FRAME void *allocate_in_thread(void)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, 4 * KIB));
	return buffer;
}

static FRAME void free_of_another(void *buffer)
{
	if (buffer != NULL)
		CALL(cudaFree(buffer));
}

static void *work(void *seed_place)
{
	unsigned int seed = *(unsigned int *)seed_place;

	for (int i = 0; i < ROUNDS; i++) {
		seed = seed * 1664525u + 1013904223u;
		free_of_another(
			atomic_exchange(&slots[(seed >> 16) % SLOTS], allocate_in_thread()));
	}
	return NULL;
}

static int exchange(char **arguments)
{
	pthread_t thread[THREADS];
	unsigned int seed[THREADS];

	(void)arguments;
	for (unsigned int i = 0; i < THREADS; i++) {
		seed[i] = i + 1;
		MUST(pthread_create(&thread[i], NULL, work, &seed[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		MUST(pthread_join(thread[i], NULL) == 0);
	for (int i = KEPT; i < SLOTS; i++)
		free_of_another(atomic_exchange(&slots[i], NULL));
	for (int i = 0; i < KEPT; i++)
		MUST(slots[i] != NULL);
	printf("%d allocations\n", THREADS * ROUNDS);
	return 0;
}

static void *allocate_once(void *unused)
{
	(void)unused;
	return allocate_in_thread();
}

/* Many short-lived threads: what is kept for a thread must go with it. */
static int short_lived(char **arguments)
{
	(void)arguments;
	for (int i = 0; i < 500; i++) {
		pthread_t thread;
		void *buffer;

		MUST(pthread_create(&thread, NULL, allocate_once, NULL) == 0);
		MUST(pthread_join(thread, &buffer) == 0);
		free_of_another(buffer);
	}
	allocate_in_thread();
	return 0;
}

static const struct hazard_case cases[] = {
	{"exchange", exchange},
	{"short_lived", short_lived},
};

HAZARD_MAIN(cases)
