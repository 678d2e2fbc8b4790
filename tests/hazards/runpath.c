/*
 * dlopen by bare name, found through the RUNPATH of the library that asks:
 * whoever stands between the caller and dlopen breaks it.
 * Built three times: RUNPATH_PART inner (the library that is found), outer
 * (the one that asks) and main.
 */
#include <dlfcn.h>

#include "hazard.h"

#define inner 1
#define outer 2
#define program 3

int runpath_inner(void);
int runpath_outer(void);

#if RUNPATH_PART == inner
int runpath_inner(void)
{
	return 42;
}
#elif RUNPATH_PART == outer
int runpath_outer(void)
{
	void *handle = dlopen("librunpath_inner.so", RTLD_NOW);
	int (*answer)(void);

	if (handle == NULL) {
		printf("%s\n", dlerror());
		return 0;
	}
	*(void **)&answer = dlsym(handle, "runpath_inner");
	return answer == NULL ? 0 : answer();
}
#else
int main(void)
{
	printf("%d\n", runpath_outer());
	return 0;
}
#endif
