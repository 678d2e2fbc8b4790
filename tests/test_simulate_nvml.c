/* The simulated NVML: devices, memory and processes as the simulated driver counts them. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "simulate/nvml/nvml.h"
#include "tests/simulate_child.h"

static char said[4096];

static void (*function_of(const char *name))(void)
{
	static void *library;
	void (*function)(void);
	void *address;

	if (!library)
		library = simulate_open("libnvidia-ml.so.1");
	address = dlsym(library, name);
	must(address != NULL, name, __FILE__, __LINE__);
	memcpy(&function, &address, sizeof(function));
	return function;
}

#define NVML(name) ((__typeof__(name) *)function_of(#name))

static nvmlDevice_t device_of(unsigned int index)
{
	nvmlDevice_t device = NULL;

	IS(NVML(nvmlDeviceGetHandleByIndex_v2)(index, &device), NVML_SUCCESS);
	return device;
}

static nvmlMemory_t memory_of(unsigned int index)
{
	nvmlMemory_t memory = {0};

	IS(NVML(nvmlDeviceGetMemoryInfo)(device_of(index), &memory), NVML_SUCCESS);
	MUST(memory.free + memory.used == memory.total);
	return memory;
}

static void needs_init(void)
{
	nvmlMemory_t memory;
	unsigned int count = 77;

	IS(NVML(nvmlDeviceGetCount_v2)(&count), NVML_ERROR_UNINITIALIZED);
	IS(NVML(nvmlShutdown)(), NVML_ERROR_UNINITIALIZED);
	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	IS(NVML(nvmlShutdown)(), NVML_SUCCESS);
	IS(NVML(nvmlDeviceGetCount_v2)(&count), NVML_SUCCESS);
	MUST(count == 3);
	IS(NVML(nvmlDeviceGetMemoryInfo)(NULL, &memory), NVML_ERROR_INVALID_ARGUMENT);
	IS(NVML(nvmlDeviceGetMemoryInfo)(device_of(2), NULL), NVML_ERROR_INVALID_ARGUMENT);
	IS(NVML(nvmlShutdown)(), NVML_SUCCESS);
	IS(NVML(nvmlDeviceGetCount_v2)(&count), NVML_ERROR_UNINITIALIZED);
}

static void says_who_it_is(void)
{
	char text[96];

	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	IS(NVML(nvmlSystemGetDriverVersion)(text, sizeof(text)), NVML_SUCCESS);
	MUST(!strncmp(text, "580.", 4));
	IS(NVML(nvmlSystemGetDriverVersion)(text, 4), NVML_ERROR_INSUFFICIENT_SIZE);
	IS(NVML(nvmlSystemGetNVMLVersion)(text, sizeof(text)), NVML_SUCCESS);
	MUST(!strncmp(text, "13.580.", 7));
	MUST(!strcmp(NVML(nvmlErrorString)(NVML_ERROR_NOT_FOUND), "Not Found"));
	MUST(!strcmp(NVML(nvmlErrorString)((nvmlReturn_t)12345), "Unknown Error"));
	MUST(!dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD));
}

/* GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx of the bytes that the driver gives. */
static void same_uuid(CUdevice ordinal)
{
	char text[96], wanted[64];
	const unsigned char *b;
	nvmlDevice_t found = NULL;
	CUuuid uuid;

	IS(CU(cuDeviceGetUuid_v2)(&uuid, ordinal), CUDA_SUCCESS);
	b = (const unsigned char *)uuid.bytes;
	snprintf(wanted, sizeof(wanted),
		 "GPU-%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		 b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
		 b[14], b[15]);
	IS(NVML(nvmlDeviceGetUUID)(device_of((unsigned int)ordinal), text, sizeof(text)),
	   NVML_SUCCESS);
	MUST(!strcmp(text, wanted));
	IS(NVML(nvmlDeviceGetUUID)(device_of(0), text, 40), NVML_ERROR_INSUFFICIENT_SIZE);
	IS(NVML(nvmlDeviceGetHandleByUUID)(wanted, &found), NVML_SUCCESS);
	MUST(found == device_of((unsigned int)ordinal));
}

static void has_the_drivers_devices(void)
{
	char name[96], other[96];
	nvmlDevice_t device;

	simulate_start();
	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	same_uuid(0);
	same_uuid(1);
	MUST(device_of(0) != device_of(1));
	IS(CU(cuDeviceGetName)(name, sizeof(name), 1), CUDA_SUCCESS);
	IS(NVML(nvmlDeviceGetName)(device_of(1), other, sizeof(other)), NVML_SUCCESS);
	MUST(!strcmp(name, other));
	IS(NVML(nvmlDeviceGetHandleByIndex_v2)(2, &device), NVML_ERROR_INVALID_ARGUMENT);
	IS(NVML(nvmlDeviceGetHandleByUUID)("GPU-none", &device), NVML_ERROR_NOT_FOUND);
}

static void counts_as_the_driver(void)
{
	nvmlMemory_v2_t wide = {.version = 1};
	nvmlMemory_t memory;
	CUdeviceptr address, ordered;
	size_t free, total;

	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	memory = memory_of(0);
	MUST(memory.total == 64 * MIB && memory.used == 0);
	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, 10 * MIB), CUDA_SUCCESS);
	IS(CU(cuMemAllocAsync)(&ordered, 5, NULL), CUDA_SUCCESS);
	IS(CU(cuMemGetInfo_v2)(&free, &total), CUDA_SUCCESS);
	memory = memory_of(0);
	MUST(memory.free == free && memory.total == total && memory.used == 42 * MIB);
	MUST(memory_of(1).used == 0);
	IS(NVML(nvmlDeviceGetMemoryInfo_v2)(device_of(0), &wide),
	   NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
	wide.version = 0x02000028;
	IS(NVML(nvmlDeviceGetMemoryInfo_v2)(device_of(0), &wide), NVML_SUCCESS);
	MUST(wide.total == total && wide.free == free && wide.used == 42 * MIB);
	MUST(wide.reserved == 0);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(memory_of(0).used == 32 * MIB);
}

static void lists_only_users(void)
{
	nvmlProcessInfo_t processes[4];
	unsigned int count = 4;

	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v3)(device_of(0), &count, NULL),
	   NVML_ERROR_INVALID_ARGUMENT);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v3)(device_of(0), &count, processes),
	   NVML_SUCCESS);
	MUST(count == 0);
	simulate_start();
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v3)(device_of(0), &count, NULL),
	   NVML_ERROR_INSUFFICIENT_SIZE);
	MUST(count == 1);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v3)(device_of(0), &count, processes),
	   NVML_SUCCESS);
	MUST(count == 1 && processes[0].pid == (unsigned int)getpid());
	MUST(processes[0].usedGpuMemory == 0);
	count = 4;
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v3)(device_of(1), &count, processes),
	   NVML_SUCCESS);
	MUST(count == 0);
}

static void another_process_takes_its_share(void)
{
	nvmlProcessInfo_v1_t narrow[2];
	nvmlProcessInfo_t processes[2];
	unsigned int count = 1;
	CUdeviceptr address;

	simulate_start();
	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	MUST(simulate_used() == 40 * MIB && memory_of(0).used == 40 * MIB);
	MUST(memory_of(1).used == 40 * MIB);
	IS(CU(cuMemAlloc_v2)(&address, 30 * MIB), CUDA_ERROR_OUT_OF_MEMORY);
	IS(CU(cuMemAlloc_v2)(&address, 20 * MIB), CUDA_SUCCESS);
	MUST(memory_of(0).used == 60 * MIB);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v2)(device_of(0), &count, processes),
	   NVML_ERROR_INSUFFICIENT_SIZE);
	MUST(count == 2);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v2)(device_of(0), &count, processes),
	   NVML_SUCCESS);
	MUST(processes[0].pid == (unsigned int)getpid());
	MUST(processes[0].usedGpuMemory == 20 * MIB);
	MUST(processes[1].pid == 4711 && processes[1].usedGpuMemory == 40 * MIB);
	MUST(processes[1].gpuInstanceId == UINT32_MAX);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses)(device_of(0), &count, narrow), NVML_SUCCESS);
	MUST(count == 2 && narrow[1].pid == 4711 && narrow[1].usedGpuMemory == 40 * MIB);
	count = 2;
	IS(NVML(nvmlDeviceGetGraphicsRunningProcesses_v3)(device_of(0), &count, processes),
	   NVML_SUCCESS);
	MUST(count == 0);
}

static void looks_after_the_shutdown(void)
{
	unsigned int count = 1;
	nvmlProcessInfo_t process;

	IS(CU(cuCtxSynchronize)(), CUDA_ERROR_DEINITIALIZED);
	IS(NVML(nvmlDeviceGetComputeRunningProcesses_v3)(device_of(0), &count, &process),
	   NVML_SUCCESS);
	MUST(count == 1 && process.usedGpuMemory == 2 * MIB);
	MUST(memory_of(0).used == 2 * MIB);
}

/* Registered before the driver's own, and so called after it. */
static void keeps_memory_until_the_end(void)
{
	CUdeviceptr address;

	MUST(!atexit(looks_after_the_shutdown));
	IS(NVML(nvmlInit_v2)(), NVML_SUCCESS);
	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, 2 * MIB), CUDA_SUCCESS);
}

static struct row {
	const char *name;
	const char *options;
	void (*body)(void);
} rows[] = {
	{"calls need nvmlInit", "devices=3", needs_init},
	{"versions and errors have texts", NULL, says_who_it_is},
	{"devices are the driver's", "devices=2", has_the_drivers_devices},
	{"memory is counted as by the driver", "memory=64M:devices=2", counts_as_the_driver},
	{"a process is listed where it has a context", "devices=2", lists_only_users},
	{"another process takes its share",
	 "memory=64M:devices=2:other_memory=40M:other_process=4711",
	 another_process_takes_its_share},
	{"memory stays taken until the process ends", NULL, keeps_memory_until_the_end},
};

static void runs(void **state)
{
	const struct row *row = *state;

	assert_int_equal(in_child(row->options, row->body, said, sizeof(said)), 0);
	assert_string_equal(said, "");
}

int main(void)
{
	struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0])];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tests[i] = (struct CMUnitTest){rows[i].name, runs, NULL, NULL, &rows[i]};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
