/* The simulated NVML: its life, its versions, its errors, and where it gets its numbers. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/common/options.h"
#include "simulate/nvml/library.h"

/* Of the branch that came with CUDA 13.0; no release has this number. */
#define DRIVER_VERSION "580.00.00"
#define NVML_VERSION "13." DRIVER_VERSION

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned int users;
static bool options_read;
static struct vt__simulate_options options;

nvmlReturn_t nvmlInit_v2(void)
{
	static bool are_right;
	nvmlReturn_t result;

	pthread_mutex_lock(&lock);
	if (!options_read)
		are_right = vt__read_simulate_options(getenv(VT_SIMULATE_VARIABLE), &options);
	options_read = true;
	users += are_right;
	result = are_right ? NVML_SUCCESS : NVML_ERROR_DRIVER_NOT_LOADED;
	pthread_mutex_unlock(&lock);
	return result;
}

nvmlReturn_t nvmlShutdown(void)
{
	nvmlReturn_t result = NVML_SUCCESS;

	pthread_mutex_lock(&lock);
	if (users)
		users--;
	else
		result = NVML_ERROR_UNINITIALIZED;
	pthread_mutex_unlock(&lock);
	return result;
}

static const struct vt__accounts *met; /* of the driver, which may have gone since */
/* glibc's _dl_find_object, by name: a library that is linked with it needs 2.35. NULL: an older
 * one. */
static int (*find_object)(void *address, void *found);

bool vt__nvml_running(void)
{
	bool running;

	pthread_mutex_lock(&lock);
	running = users > 0;
	pthread_mutex_unlock(&lock);
	return running;
}

unsigned int vt__nvml_devices(void)
{
	return (unsigned int)options.devices;
}

unsigned long long vt__nvml_limit_of_cgroup(void)
{
	return options.driver_limit;
}

unsigned int vt__nvml_other_process(void)
{
	return (unsigned int)options.other_process;
}

/* What was found, without the loader: a question may come while another thread holds its lock. */
static const struct vt__accounts *accounts_met(void)
{
	const struct vt__accounts *found = __atomic_load_n(&met, __ATOMIC_ACQUIRE);
	uintptr_t object[24]; /* a dl_find_object, which has 12 */

	if (found && find_object && !find_object((void *)(uintptr_t)found, object))
		return found;
	return NULL;
}

/* NVML does not load the CUDA driver; it knows of a process what the kernel knows. */
static const struct vt__accounts *accounts(void)
{
	const struct vt__accounts *found = accounts_met();
	void *driver;

	if (found)
		return found;
	driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
	found = driver ? dlsym(driver, VT_ACCOUNTS_SYMBOL) : NULL;
	if (driver)
		dlclose(driver);
	if (!found || found->size != sizeof(*found))
		return NULL;
	__atomic_store_n(&met, found, __ATOMIC_RELEASE);
	return found;
}

/* A driver that is there before NVML. */
__attribute__((constructor)) static void meet_driver(void)
{
	find_object = (__typeof__(find_object))dlsym(RTLD_DEFAULT, "_dl_find_object");
	accounts();
}

struct vt__device_account vt__nvml_account(int ordinal)
{
	const struct vt__accounts *driver = accounts();
	struct vt__device_account account = {.total = (size_t)options.memory};

	if (driver && driver->device(ordinal, &account))
		return account;
	account.other = vt__other_memory(&options);
	return account;
}

nvmlReturn_t vt__nvml_text(const char *text, char *room, unsigned int length)
{
	size_t size = strlen(text) + 1;

	if (!room)
		return NVML_ERROR_INVALID_ARGUMENT;
	if (size > length)
		return NVML_ERROR_INSUFFICIENT_SIZE;
	memcpy(room, text, size);
	return NVML_SUCCESS;
}

static nvmlReturn_t version(const char *text, char *room, unsigned int length)
{
	return vt__nvml_running() ? vt__nvml_text(text, room, length) : NVML_ERROR_UNINITIALIZED;
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *text, unsigned int length)
{
	return version(DRIVER_VERSION, text, length);
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *text, unsigned int length)
{
	return version(NVML_VERSION, text, length);
}

const char *nvmlErrorString(nvmlReturn_t result)
{
	static const struct {
		nvmlReturn_t result;
		const char *text;
	} errors[] = {
		{NVML_SUCCESS, "Success"},
		{NVML_ERROR_UNINITIALIZED, "Uninitialized"},
		{NVML_ERROR_INVALID_ARGUMENT, "Invalid Argument"},
		{NVML_ERROR_NOT_SUPPORTED, "Not Supported"},
		{NVML_ERROR_NOT_FOUND, "Not Found"},
		{NVML_ERROR_INSUFFICIENT_SIZE, "Insufficient Size"},
		{NVML_ERROR_DRIVER_NOT_LOADED, "Driver Not Loaded"},
		{NVML_ERROR_LIBRARY_NOT_FOUND, "NVML Shared Library Not Found"},
		{NVML_ERROR_FUNCTION_NOT_FOUND, "Function Not Found"},
		{NVML_ERROR_ARGUMENT_VERSION_MISMATCH, "Argument version mismatch"},
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].result == result)
			return errors[i].text;
	}
	return "Unknown Error";
}
