/* What the bundle is tried with on an old C library: exceptions, a thread that ends, the runtime
 * opened late. */
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <pthread.h>
#include <stdexcept>

static int (*cuda_malloc)(void **, unsigned long);
static int (*cuda_free)(void *);

struct at_end {
	void *memory = nullptr;
	~at_end()
	{
		if (memory)
			cuda_free(memory);
	}
};
static thread_local at_end kept;

static void *take(unsigned long size)
{
	void *memory = nullptr;

	if (cuda_malloc(&memory, size) != 0)
		throw std::runtime_error("refused");
	return memory;
}

static void *in_thread(void *)
{
	kept.memory = take(1 << 20);
	pthread_exit(nullptr);
}

__attribute__((noinline)) static void forget()
{
	take(3 << 20);
}

int main(int count, char **arguments)
{
	void *runtime = dlopen(arguments[1], RTLD_NOW);
	pthread_t thread;

	if (!runtime) {
		std::puts(dlerror());
		return 2;
	}
	cuda_malloc = reinterpret_cast<int (*)(void **, unsigned long)>(
		dlsym(runtime, "cudaMalloc"));
	cuda_free = reinterpret_cast<int (*)(void *)>(dlsym(runtime, "cudaFree"));
	try {
		take(1UL << 60);
		return 3;
	} catch (const std::runtime_error &error) {
		std::printf("caught: %s\n", error.what());
	}
	if (pthread_create(&thread, nullptr, in_thread, nullptr) != 0 ||
	    pthread_join(thread, nullptr) != 0)
		return 4;
	if (count == 2)
		forget();
	return 0;
}
