/* Questions about memory that another process has opened: how long it stays. */
#include <unistd.h>

#include "question.h"

static const size_t size = 64 * MIB;

/* What one process asks the other to do; each is answered with one byte when it is done. */
static void order(int helper, char what)
{
	tell(helper, &what, 1);
	hear(helper, &what, 1);
}

static char next_order(void)
{
	static bool first = true;
	char what = 0;

	if (!first)
		tell(asker(), "", 1);
	first = false;
	hear(asker(), &what, 1);
	return what;
}

static void opens_and_closes(void)
{
	cudaIpcMemHandle_t handle;
	void *one = NULL, *other = NULL;
	char close[] = "close 1";
	char what;

	hear(asker(), &handle, sizeof(handle));
	while ((what = next_order()) != 'e') {
		if (what == 'o') {
			answer_result("open", cudaIpcOpenMemHandle(&one, handle,
								   cudaIpcMemLazyEnablePeerAccess));
			answer_result("open again",
				      cudaIpcOpenMemHandle(&other, handle,
							   cudaIpcMemLazyEnablePeerAccess));
			answer_if("the same address", one == other);
		} else if (what == 'f') {
			answer_result("cudaFree of it", cudaFree(one));
		} else {
			answer_result(close, cudaIpcCloseMemHandle(one));
			close[sizeof(close) - 2]++;
		}
	}
	tell(asker(), "", 1);
}

static int importer(void **memory)
{
	cudaIpcMemHandle_t handle;
	int helper = helper_start("opens_and_closes");

	mark();
	MUST(cudaMalloc(memory, size));
	MUST(cudaIpcGetMemHandle(&handle, *memory));
	tell(helper, &handle, sizeof(handle));
	return helper;
}

static void opened_twice(void)
{
	void *memory;
	int helper = importer(&memory);

	order(helper, 'o');
	for (int i = 0; i < 3; i++)
		order(helper, 'c');
	order(helper, 'e');
	helper_end(helper);
}

static void freed_while_it_is_open(void)
{
	void *memory;
	int helper = importer(&memory);

	order(helper, 'o');
	mark();
	answer_result("cudaFree", cudaFree(memory));
	answer_bytes("given back by it", -taken());
	answer_result("cudaFree again", cudaFree(memory));
	order(helper, 'c');
	answer_bytes("given back by the first close", -taken());
	order(helper, 'c');
	answer_bytes("given back by the second close", -taken());
	order(helper, 'e');
	helper_end(helper);
}

static void reset_while_it_is_open(void)
{
	void *memory;
	int helper = importer(&memory);

	order(helper, 'o');
	MUST(cudaDeviceReset());
	mark();
	order(helper, 'c');
	answer_bytes("given back by the first close", -taken());
	order(helper, 'c');
	answer_bytes("given back by the second close", -taken());
	order(helper, 'e');
	helper_end(helper);
}

static void freed_by_the_importer(void)
{
	void *memory;
	int helper = importer(&memory);

	order(helper, 'o');
	order(helper, 'f');
	order(helper, 'c');
	order(helper, 'e');
	helper_end(helper);
}

/* Physical memory, and a descriptor of it. */
static void holds_a_descriptor(void)
{
	CUmemGenericAllocationHandle imported;
	int file = hear_descriptor(asker());
	char what;

	MUST(cudaFree(0));
	while ((what = next_order()) != 'e') {
		if (what == 'o')
			answer_result("import", cuMemImportFromShareableHandle(
							&imported, (void *)(size_t)file,
							CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR));
		else if (what == 'd')
			close(file);
		else
			answer_result("release of the import", cuMemRelease(imported));
	}
	tell(asker(), "", 1);
}

static void released_while_it_is_imported(void)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};
	int helper = helper_start("holds_a_descriptor"), file = -1;
	CUmemGenericAllocationHandle handle;

	MUST(cudaFree(0));
	MUST(cuMemCreate(&handle, size, &properties, 0));
	MUST(cuMemExportToShareableHandle(&file, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					  0));
	tell_descriptor(helper, file);
	order(helper, 'o');
	mark();
	answer_result("cuMemRelease", cuMemRelease(handle));
	answer_bytes("given back by it", -taken());
	close(file);
	answer_bytes("given back by closing the descriptor", -taken());
	order(helper, 'c');
	answer_bytes("given back by the other's release", -taken());
	order(helper, 'd');
	answer_bytes("given back by closing the other's descriptor", -taken());
	order(helper, 'e');
	helper_end(helper);
}

static void a_descriptor_alone(void)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};
	CUmemGenericAllocationHandle handle;
	int file = -1;

	MUST(cudaFree(0));
	MUST(cuMemCreate(&handle, size, &properties, 0));
	mark();
	MUST(cuMemExportToShareableHandle(&file, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					  0));
	answer_result("cuMemRelease", cuMemRelease(handle));
	answer_bytes("given back by it", -taken());
	close(file);
	answer_bytes("given back by closing the descriptor", -taken());
}

const struct question ipc_questions[] = {
	{"D104", opened_twice},
	{"D105", freed_while_it_is_open},
	{"D105-reset", reset_while_it_is_open},
	{"D105-descriptor", released_while_it_is_imported},
	{"D105-alone", a_descriptor_alone},
	{"D106", freed_by_the_importer},
	{"opens_and_closes", opens_and_closes},
	{"holds_a_descriptor", holds_a_descriptor},
	{NULL, NULL},
};
