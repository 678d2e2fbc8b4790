/* Questions about modules and libraries: when their variables are there, what is written. */
#include <string.h>

#include "kit.h"
#include "kit_kernels.h"

static const char global_image[] = PTX_HEAD PTX_GLOBAL;
static const char empty_image[] = PTX_HEAD PTX_EMPTY;

static CUfunction kernel_of(const char *image, const char *name)
{
	CUlibrary library;
	CUkernel kernel;

	MUST(cuLibraryLoadData(&library, image, NULL, NULL, 0, NULL, NULL, 0));
	MUST(cuLibraryGetKernel(&kernel, library, name));
	return (CUfunction)kernel;
}

/* A library is loaded when one of its kernels is first launched. */
static void a_variable_of_a_library(void)
{
	CUfunction with, without;

	mark();
	with = kernel_of(global_image, "fill");
	without = kernel_of(empty_image, "empty");
	MUST(kit_launch(without, 1, 0));
	MUST(cudaDeviceSynchronize());
	answer_if("there at another's launch", taken() >= 64 * (long long)MIB);
	MUST(kit_launch(with, 1, 0));
	MUST(cudaDeviceSynchronize());
	answer_if("there at its own launch", taken() >= 64 * (long long)MIB);
}

static void a_variable_of_a_module(void)
{
	CUdeviceptr address;
	CUmodule module;
	size_t size = 0;

	mark();
	MUST(cuModuleLoadData(&module, global_image));
	answer_if("there when loaded", taken() >= 64 * (long long)MIB);
	MUST(cuModuleGetGlobal(&address, &size, module, "room"));
	answer("size", "%zu", size);
	answer_result("cuMemFree", cuMemFree(address));
	answer_result("no such variable", cuModuleGetGlobal(&address, &size, module, "none"));
	answer_result("cuModuleUnload", cuModuleUnload(module));
	answer_if("there when unloaded", taken() >= 64 * (long long)MIB);
}

static void a_variable_of_a_library_asked_for(void)
{
	CUdeviceptr address;
	CUlibrary library;
	CUkernel kernel;
	size_t size = 0;

	mark();
	MUST(cuLibraryLoadData(&library, global_image, NULL, NULL, 0, NULL, NULL, 0));
	answer_if("there when loaded", taken() >= 64 * (long long)MIB);
	MUST(cuLibraryGetKernel(&kernel, library, "fill"));
	answer_if("there when a kernel was asked for", taken() >= 64 * (long long)MIB);
	MUST(cuLibraryGetGlobal(&address, &size, library, "room"));
	answer_if("there when it was asked for", taken() >= 64 * (long long)MIB);
	answer("size", "%zu", size);
	answer_result("cuLibraryUnload", cuLibraryUnload(library));
	answer_if("there when unloaded", taken() >= 64 * (long long)MIB);
}

/* What a caller that looks at its output parameters finds there. */
static void the_log_of_a_compiler(void)
{
	char said[512], complaint[512];
	float seconds = -1;
	CUjit_option options[] = {
		CU_JIT_INFO_LOG_BUFFER,  CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES,
		CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
		CU_JIT_WALL_TIME,
	};
	void *values[] = {said, (void *)sizeof(said), complaint, (void *)sizeof(complaint), NULL};
	CUmodule module;

	MUST(cudaFree(0));
	memset(said, 'x', sizeof(said));
	memset(complaint, 'x', sizeof(complaint));
	MUST(cuModuleLoadDataEx(&module, empty_image, 5, options, values));
	answer("first byte of the information", "%d", said[0]);
	answer("bytes of information", "%zu", (size_t)values[1]);
	answer("first byte of the errors", "%d", complaint[0]);
	answer("bytes of errors", "%zu", (size_t)values[3]);
	memcpy(&seconds, &values[4], sizeof(seconds));
	answer_if("a time was written", seconds >= 0);
}

static void the_log_of_a_failure(void)
{
	char complaint[512];
	CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
	void *values[] = {complaint, (void *)sizeof(complaint)};
	CUmodule module = (CUmodule)complaint;

	MUST(cudaFree(0));
	memset(complaint, 'x', sizeof(complaint));
	answer_result("cuModuleLoadDataEx",
		      cuModuleLoadDataEx(&module, PTX_HEAD "no word of PTX\n", 2, options, values));
	answer_if("something is said", complaint[0] != 'x' && complaint[0] != '\0');
}

static void the_log_of_a_linker(void)
{
	char said[512];
	CUjit_option options[] = {CU_JIT_INFO_LOG_BUFFER, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES};
	void *values[] = {said, (void *)sizeof(said)}, *image = NULL;
	CUlinkState state;
	size_t size = 0;
	CUmodule module;

	MUST(cudaFree(0));
	memset(said, 'x', sizeof(said));
	answer_result("cuLinkCreate", cuLinkCreate(2, options, values, &state));
	answer_result("cuLinkAddData",
		      cuLinkAddData(state, CU_JIT_INPUT_PTX, (void *)(size_t)empty_image,
				    sizeof(empty_image), "empty", 0, NULL, NULL));
	answer_result("cuLinkComplete", cuLinkComplete(state, &image, &size));
	answer_if("an image", image != NULL && size > 0);
	answer("first byte of the information", "%d", said[0]);
	answer_result("cuModuleLoadData", cuModuleLoadData(&module, image));
	answer_result("cuLinkDestroy", cuLinkDestroy(state));
}

const struct question program_questions[] = {
	{"D114", a_variable_of_a_library},
	{"D115", a_variable_of_a_module},
	{"D116", a_variable_of_a_library_asked_for},
	{"O01", the_log_of_a_compiler},
	{"O02", the_log_of_a_failure},
	{"O03", the_log_of_a_linker},
	{NULL, NULL},
};
