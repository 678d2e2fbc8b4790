/*
 * A program that can do without a GPU: it looks for the driver and goes on.
 */
#include <dlfcn.h>
#include <errno.h>

#include "hazard.h"

int main(void)
{
	void *driver;

	errno = 77;
	driver = dlopen("libcuda.so.1", RTLD_NOW);
	printf("driver: %s\n", driver == NULL ? dlerror() : "found");
	printf("by default: %s\n", dlsym(RTLD_DEFAULT, "printf") != NULL ? "found" : "missing");
	return 5;
}
