/*
 * Programs that say what their memory is for, by the shim's own door: they find
 * it if it is there and need no library for it. Labels stand in buffers that are
 * overwritten as soon as they may be.
 */
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <pthread.h>

#include "hazard.h"

#define THREADS 4

/* Not known to the compiler: an unrolled loop would be several call sites. */
static volatile int layers = 3, refusals = 2;

static void (*set_scope)(const char *purpose, const char *label);

static void find_door(void)
{
	*(void **)&set_scope = dlsym(RTLD_DEFAULT, "vramtrack_preload_set_scope");
}

static void say(const char *purpose, const char *label)
{
	if (set_scope)
		set_scope(purpose, label);
}

static FRAME void *raw_allocation(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

/* "thread T layer L" holds L + 1 MiB; the same call outside of a scope, 64 KiB. */
static void *work(void *closure)
{
	const int thread = *(const int *)closure;
	char label[64];

	for (int layer = 0; layer <= layers; layer++) {
		snprintf(label, sizeof(label), "thread %d layer %d", thread, layer);
		if (layer < layers)
			say("KVCache", label);
		raw_allocation(layer < layers ? (size_t)(layer + 1) * MIB : 64 * KIB);
		say(NULL, NULL);
		memset(label, '#', sizeof(label) - 1);
	}
	/* Left open: the label goes with the thread. */
	say("KVCache", label);
	return NULL;
}

static int threads(char **arguments)
{
	pthread_t thread[THREADS];
	int number[THREADS];

	(void)arguments;
	for (int i = 0; i < THREADS; i++) {
		number[i] = i;
		MUST(pthread_create(&thread[i], NULL, work, &number[i]) == 0);
	}
	raw_allocation(128 * KIB);
	for (int i = 0; i < THREADS; i++)
		MUST(pthread_join(thread[i], NULL) == 0);
	say("ModelWeights", NULL);
	raw_allocation(16 * MIB);
	say(NULL, "only a label");
	raw_allocation(5000);
	puts("allocated in threads");
	return 0;
}

static int kinds(char **arguments)
{
	void *buffer;

	(void)arguments;
	say("KVCache", "all kinds");
	CALL(cudaMalloc(&buffer, MIB));
	CALL(cudaMallocHost(&buffer, 2 * MIB));
	CALL(cudaMallocManaged(&buffer, 3 * MIB, cudaMemAttachGlobal));
	CALL(cudaMallocAsync(&buffer, 4 * MIB, NULL));
	CALL(cudaStreamSynchronize(NULL));
	return 0;
}

static int refused(char **arguments)
{
	char label[] = "layer 31";
	void *buffer = NULL;

	(void)arguments;
	for (int i = 0; i < refusals; i++) {
		say("KVCache", label);
		printf("cudaMalloc %d\n", (int)cudaMalloc(&buffer, (size_t)1 << 45));
		label[6] = 'X';
	}
	return 0;
}

/* Texts that are too long, empty, or dangerous for a terminal. */
static int odd_texts(char **arguments)
{
	char text[1024] = "";

	(void)arguments;
	while (strlen(text) < 1000)
		strcat(text, "\xe2\x82\xac"); /* 3 bytes: 127 is inside of one */
	say(text, text);
	raw_allocation(1000);
	say("", "");
	raw_allocation(2000);
	say("evil", "\033[2J\n\xff");
	raw_allocation(3000);
	return 0;
}

/* More labels than are kept; all but the last are freed. */
static int too_many(char **arguments)
{
	char label[64];

	(void)arguments;
	for (int i = 0; i < 70000; i++) {
		snprintf(label, sizeof(label), "request %d", i);
		say("requests", label);
		CALL(cudaFree(raw_allocation(256)));
	}
	raw_allocation(4 * KIB);
	return 0;
}

static int all_freed(char **arguments)
{
	(void)arguments;
	say("KVCache", "freed");
	CALL(cudaFree(raw_allocation(MIB)));
	say(NULL, NULL);
	raw_allocation(2 * MIB);
	return 0;
}

static const struct hazard_case cases[] = {
	{"threads", threads},     {"kinds", kinds},       {"refused", refused},
	{"odd_texts", odd_texts}, {"too_many", too_many}, {"all_freed", all_freed},
};

int main(int argc, char **argv)
{
	find_door();
	return hazard_main(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
