/* Child processes and entry points for the tests of the simulated device. */
#include "config.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/simulate_child.h"

void *simulate_open(const char *soname)
{
	const char *folder = getenv("SIMULATE_DIR");
	char path[4096];
	void *handle;

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "simulate/.libs", soname);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		_exit(2);
	}
	return handle;
}

void (*simulate_symbol(const char *name))(void)
{
	static void *driver;
	void *address;
	void (*function)(void);

	if (!driver)
		driver = simulate_open("libcuda.so.1");
	address = dlsym(driver, name);
	if (!address) {
		fprintf(stderr, "the driver does not export %s\n", name);
		_exit(2);
	}
	memcpy(&function, &address, sizeof(function));
	return function;
}

void must(bool condition, const char *text, const char *file, int line)
{
	if (condition)
		return;
	fprintf(stderr, "%s:%d: %s is false\n", file, line, text);
	_exit(1);
}

void must_be(int result, int wanted, const char *text, const char *file, int line)
{
	if (result == wanted)
		return;
	fprintf(stderr, "%s:%d: %s is %d, not %d\n", file, line, text, result, wanted);
	_exit(1);
}

static void child(const char *options, void (*body)(void), int error)
{
	if (options)
		setenv("VRAMTRACK_SIMULATE", options, 1);
	else
		unsetenv("VRAMTRACK_SIMULATE");
	dup2(error, STDERR_FILENO);
	body();
	exit(0);
}

int in_child(const char *options, void (*body)(void), char *said, size_t said_size)
{
	size_t length = 0;
	char text[8192];
	int ends[2];
	int status;
	pid_t pid;

	fflush(NULL);
	if (pipe(ends))
		return -1;
	pid = fork();
	if (pid == 0)
		child(options, body, ends[1]);
	close(ends[1]);
	for (ssize_t got = 1; got > 0; length += got > 0 ? (size_t)got : 0)
		got = read(ends[0], text + length, sizeof(text) - 1 - length);
	text[length] = '\0';
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	if (said)
		snprintf(said, said_size, "%s", text);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fprintf(stderr, "%s", text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

CUcontext simulate_start(void)
{
	CUcontext context;

	IS(CU(cuInit)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	IS(CU(cuCtxSetCurrent)(context), CUDA_SUCCESS);
	return context;
}

size_t simulate_used(void)
{
	size_t free, total;

	IS(CU(cuMemGetInfo_v2)(&free, &total), CUDA_SUCCESS);
	return total - free;
}
