/* Linked with the driver, uses it and allocates nothing. */
#include <cuda.h>

#include "hazard.h"

int main(void)
{
	int count;

	CALL(cuInit(0));
	CALL(cuDeviceGetCount(&count));
	printf("%d\n", count);
	return 0;
}
