/*
 * Frees that a driver may not come back from: run with fatal_driver.c alone.
 */
#include <cuda.h>
#include <pthread.h>

#include "hazard.h"

static FRAME CUarray make_array(size_t width)
{
	const CUDA_ARRAY_DESCRIPTOR shape = {
		.Width = width, .Height = 64, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};
	CUarray array;

	CALL(cuArrayCreate(&array, &shape));
	return array;
}

static FRAME void free_first(CUarray array)
{
	CALL(cuArrayDestroy(array));
}

static FRAME void free_again(CUarray array)
{
	CALL(cuArrayDestroy(array));
}

static int array_twice(char **arguments)
{
	CUarray array = make_array(64);

	(void)arguments;
	free_first(array);
	free_again(array);
	return 0;
}

static int array_live(char **arguments)
{
	(void)arguments;
	free_again(make_array(13));
	return 0;
}

static int event_twice(char **arguments)
{
	CUevent event;

	(void)arguments;
	make_array(64);
	CALL(cuEventCreate(&event, 0));
	CALL(cuEventDestroy(event));
	CALL(cuEventDestroy(event));
	return 0;
}

static int memory_twice(char **arguments)
{
	CUdeviceptr memory;

	(void)arguments;
	CALL(cuMemAlloc(&memory, MIB));
	CALL(cuMemFree(memory));
	CALL(cuMemFree(memory));
	return 0;
}

static int never_seen(char **arguments)
{
	static char other[64];

	(void)arguments;
	make_array(64);
	CALL(cuArrayDestroy((CUarray)(void *)other));
	return 0;
}

static int array_by_event(char **arguments)
{
	CUevent event;

	(void)arguments;
	CALL(cuEventCreate(&event, 0));
	CALL(cuEventDestroy(event));
	CALL(cuArrayDestroy((CUarray)(void *)event));
	return 0;
}

static void *in_thread(void *array)
{
	for (int i = 0; i < 3; i++)
		free_first(make_array(64));
	free_first(array);
	return NULL;
}

/* All is well, on two threads: nothing is left behind. */
static int all_well(char **arguments)
{
	pthread_t thread;

	(void)arguments;
	MUST(pthread_create(&thread, NULL, in_thread, make_array(64)) == 0);
	for (int i = 0; i < 3; i++)
		free_first(make_array(64));
	MUST(pthread_join(thread, NULL) == 0);
	_Exit(0); /* no exit(): every free has to be over by itself */
}

static const struct hazard_case cases[] = {
	{"array_twice", array_twice}, {"array_live", array_live},
	{"event_twice", event_twice}, {"memory_twice", memory_twice},
	{"never_seen", never_seen},   {"array_by_event", array_by_event},
	{"all_well", all_well},
};

HAZARD_MAIN(cases)
