/*
 * A kernel that faults, of the option fault_at. As with an illegal address on a real device:
 * the launch itself is good; after it every call in any context of the process on that device
 * is refused, and after a reset no context can be made there any more.
 */
#include "config.h"

#include "simulate/driver/fault.h"

static unsigned long long kernels;

void vt__fault_kernel_ran(void)
{
	CUcontext context = vt__context_current();

	if (++kernels == vt__device_options.fault_at && context)
		vt__devices[context->device].faulted = true;
}
