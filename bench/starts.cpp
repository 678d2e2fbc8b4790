/*
 * Programs whose start and end are timed: `nothing` opens no CUDA, `one` makes one allocation.
 *
 * usage: starts nothing|one
 */
#include <cstring>

#include "paired.hpp"

int main(int argc, char **argv)
{
	CUcontext context;
	CUdevice device;
	CUdeviceptr memory;
	void *driver;

	if (argc < 2 || std::strcmp(argv[1], "one") != 0)
		return 0;
	driver = open_driver();

	const Calls calls = look_up_calls(dlsym, driver);
	CUresult (*init)(unsigned), (*get)(CUdevice *, int), (*retain)(CUcontext *, CUdevice),
		(*use)(CUcontext);

	look_up(init, dlsym, driver, "cuInit");
	look_up(get, dlsym, driver, "cuDeviceGet");
	look_up(retain, dlsym, driver, "cuDevicePrimaryCtxRetain");
	look_up(use, dlsym, driver, "cuCtxSetCurrent");
	check(init(0), "cuInit");
	check(get(&device, 0), "device");
	check(retain(&context, device), "context");
	check(use(context), "context");
	check(calls.allocate(&memory, 256), "allocate");
	check(calls.free(memory), "free");
	return 0;
}
