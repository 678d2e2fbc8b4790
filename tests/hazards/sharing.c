/*
 * Memory that two processes share: who frees first, who never closes, who ends when.
 */
#include <cuda.h>

#include "hazard.h"
#include "two_processes.h"

static FRAME CUdeviceptr give_memory(void)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	CALL(cuMemAlloc(&address, 3 * MIB));
	CALL(cuIpcGetMemHandle(&handle, address));
	CALL(cuIpcGetMemHandle(&handle, address));
	put(&handle, sizeof(handle));
	return address;
}

static FRAME void free_memory(CUdeviceptr address)
{
	CALL(cuMemFree(address));
}

/* Tells the importer when it is gone, and waits for its end. */
static void free_while_it_is_open(void)
{
	CUdeviceptr address = give_memory();
	char byte;

	get(&byte, 1);
	free_memory(address);
	put(&byte, 1);
	wait_for_end();
}

static void end_first(void)
{
	char byte;

	give_memory();
	get(&byte, 1);
}

static FRAME CUdeviceptr open_memory(void)
{
	CUipcMemHandle handle;
	CUdeviceptr address;

	get(&handle, sizeof(handle));
	CALL(cuIpcOpenMemHandle(&address, handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
	return address;
}

/* The other one frees; this one closes if it is told to. */
static int freed(char **arguments)
{
	CUdeviceptr address;
	char byte = 0;

	split(free_while_it_is_open);
	address = open_memory();
	put(&byte, 1);
	get(&byte, 1);
	if (arguments[0])
		CALL(cuIpcCloseMemHandle(address));
	return end();
}

static void open_and_end(void)
{
	open_memory();
}

/* The importer has ended, without closing, when the memory is freed. */
static int freed_later(char **arguments)
{
	CUdeviceptr address;
	int status;

	(void)arguments;
	split(open_and_end);
	address = give_memory();
	MUST(waitpid(exporter, &status, 0) == exporter && status == 0);
	free_memory(address);
	return 0;
}

static int ended(char **arguments)
{
	char byte = 0;

	(void)arguments;
	split(end_first);
	open_memory();
	put(&byte, 1);
	usleep(200000);
	return end();
}

/* The place has another owner then, and another handle. */
static void give_twice(void)
{
	CUdeviceptr first = give_memory(), second;
	char byte;

	get(&byte, 1);
	free_memory(first);
	second = give_memory();
	printf("%d\n", first == second);
	fflush(stdout);
	wait_for_end();
	free_memory(second);
}

static int given_twice(char **arguments)
{
	CUdeviceptr address;
	char byte = 0;

	(void)arguments;
	split(give_twice);
	address = open_memory();
	CALL(cuIpcCloseMemHandle(address));
	put(&byte, 1);
	open_memory();
	return end();
}

static const struct hazard_case cases[] = {
	{"freed", freed},
	{"freed_later", freed_later},
	{"ended", ended},
	{"given_twice", given_twice},
};

HAZARD_MAIN(cases)
