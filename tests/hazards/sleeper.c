/*
 * A model that is put to sleep and woken: marks awake, asleep. Case `forgets`: it keeps a buffer
 * when it sleeps.
 */
#include <cuda.h>
#include <dlfcn.h>
#include <unistd.h>

#include "hazard.h"

#undef cuMemAlloc
#undef cuMemFree

static CUdeviceptr weights[8], forgotten;

static void mark(const char *name)
{
	void (*tell)(const char *);

	*(void **)&tell = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	if (tell)
		tell(name);
}

FRAME static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

FRAME static void wake(void)
{
	for (int i = 0; i < 8; i++)
		CALL(cuMemAlloc_v2(&weights[i], 64 * MIB));
}

FRAME static void put_to_sleep(void)
{
	for (int i = 0; i < 8; i++)
		CALL(cuMemFree_v2(weights[i]));
}

FRAME static void take_workspace(void)
{
	CALL(cuMemAlloc_v2(&forgotten, 256 * MIB));
}

static int run(int forgets)
{
	start();
	wake();
	take_workspace();
	mark("awake");
	put_to_sleep();
	if (!forgets)
		CALL(cuMemFree_v2(forgotten));
	mark("asleep");
	wake();
	mark("awake again");
	put_to_sleep();
	if (forgets)
		CALL(cuMemFree_v2(forgotten));
	return 0;
}

static int releases(char **arguments)
{
	(void)arguments;
	return run(0);
}

static int forgets(char **arguments)
{
	(void)arguments;
	return run(1);
}

/* It never comes to sleep. */
static int stays_awake(char **arguments)
{
	(void)arguments;
	start();
	wake();
	mark("awake");
	put_to_sleep();
	return 0;
}

/* It sleeps at first, and never again. */
static int wakes(char **arguments)
{
	(void)arguments;
	start();
	mark("asleep");
	usleep(20000); /* the clock of accounts is a coarse one */
	wake();
	mark("awake");
	put_to_sleep();
	return 0;
}

static const struct hazard_case cases[] = {{"releases", releases},
					   {"forgets", forgets},
					   {"stays_awake", stays_awake},
					   {"wakes", wakes}};

HAZARD_MAIN(cases)
