/*
 * Memory that is freed after main has returned: none of it is a leak. The
 * cases `leaks_*` free too little and keep 1 MiB.
 */
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <unistd.h>

#include "hazard.h"
#include "keeper.h"

namespace
{

void *allocate()
{
	void *buffer = nullptr;

	CALL(cudaMalloc(&buffer, MIB));
	return buffer;
}

struct owner {
	void *buffer = nullptr;
	~owner()
	{
		if (buffer != nullptr)
			LATE_FREE(cudaFree(buffer));
	}
};

owner static_owner;
void *freed_at_exit;

int static_destructor(char **)
{
	static_owner.buffer = allocate();
	return 0;
}

int local_static(char **)
{
	static owner first_used_here;

	first_used_here.buffer = allocate();
	return 0;
}

void free_at_exit()
{
	LATE_FREE(cudaFree(freed_at_exit));
}

int at_exit(char **)
{
	freed_at_exit = allocate();
	MUST(atexit(free_at_exit) == 0);
	return 0;
}

/* Registered before the first CUDA call, so it runs after CUDA's own. */
int at_exit_first(char **)
{
	MUST(atexit(free_at_exit) == 0);
	freed_at_exit = allocate();
	return 0;
}

int library_destructor(char **)
{
	keeper_keep(allocate());
	return 0;
}

int thread_local_destructor(char **)
{
	thread_local owner of_thread;

	of_thread.buffer = allocate();
	return 0;
}

void *free_late(void *buffer)
{
	usleep(50000);
	LATE_FREE(cudaFree(buffer));
	return nullptr;
}

/* main's thread is gone while another still works and frees last. */
int last_thread(char **)
{
	pthread_t thread;

	MUST(pthread_create(&thread, nullptr, free_late, allocate()) == 0);
	pthread_exit(nullptr);
}

int leaks_beside_destructor(char **)
{
	static_owner.buffer = allocate();
	allocate();
	return 0;
}

int leaks_at_exit(char **)
{
	MUST(atexit([] { allocate(); }) == 0);
	return 0;
}

const struct hazard_case cases[] = {
	{"static_destructor", static_destructor},
	{"local_static", local_static},
	{"at_exit", at_exit},
	{"at_exit_first", at_exit_first},
	{"library_destructor", library_destructor},
	{"thread_local_destructor", thread_local_destructor},
	{"last_thread", last_thread},
	{"leaks_beside_destructor", leaks_beside_destructor},
	{"leaks_at_exit", leaks_at_exit},
};

} // namespace

HAZARD_MAIN(cases)
