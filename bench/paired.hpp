/* What a paired benchmark calls: the driver's functions, by two ways, and the threads that call. */
#ifndef VT_BENCH_PAIRED_HPP
#define VT_BENCH_PAIRED_HPP

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include <cuda.h>
#include <dlfcn.h>

#undef cuMemAlloc
#undef cuMemFree

inline void check(CUresult result, const char *what)
{
	if (result == CUDA_SUCCESS)
		return;
	std::fprintf(stderr, "bench: %s: result %d\n", what, int(result));
	std::exit(1);
}

struct Calls {
	CUresult (*allocate_async)(CUdeviceptr *, std::size_t, CUstream);
	CUresult (*free_async)(CUdeviceptr, CUstream);
	CUresult (*allocate)(CUdeviceptr *, std::size_t);
	CUresult (*free)(CUdeviceptr);
};

using LookUp = void *(*)(void *, const char *);

template <typename Function>
void look_up(Function *&function, LookUp look, void *library, const char *name)
{
	function = reinterpret_cast<Function *>(look(library, name));
	if (function)
		return;
	std::fprintf(stderr, "bench: the driver has no %s\n", name);
	std::exit(1);
}

inline void *open_driver()
{
	void *library = dlopen("libcuda.so.1", RTLD_NOW);

	if (library)
		return library;
	std::fprintf(stderr, "bench: %s\n", dlerror());
	std::exit(1);
}

inline Calls look_up_calls(LookUp look, void *library)
{
	Calls calls;

	look_up(calls.allocate_async, look, library, "cuMemAllocAsync");
	look_up(calls.free_async, look, library, "cuMemFreeAsync");
	look_up(calls.allocate, look, library, "cuMemAlloc_v2");
	look_up(calls.free, look, library, "cuMemFree_v2");
	return calls;
}

/* The C library's own dlsym, which finds the driver's own functions. */
inline LookUp real_dlsym()
{
	for (const char *name : {"libc.so.6", "libdl.so.2"})
		for (const char *version : {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"})
			if (void *library = dlopen(name, RTLD_NOW))
				if (void *found = dlvsym(library, "dlsym", version))
					return reinterpret_cast<LookUp>(found);
	std::fprintf(stderr, "bench: no dlsym in the C library\n");
	std::exit(1);
}

/* Threads that live as long as the program and do the same work at the same time: the caller is
 * number 0. */
class Team
{
public:
	/* `start` runs once on each, before anything else. */
	template <typename Start>
	Team(long count, Start start)
	{
		for (long i = 1; i < count; i++)
			threads_.emplace_back([this, i, start] {
				start();
				wait_and_work(i);
			});
	}

	~Team()
	{
		work_ = nullptr;
		round_++;
		for (std::thread &thread : threads_)
			thread.join();
	}

	/* Runs `work` with the number of the thread on each; returns when all are done. */
	void together(const std::function<void(long)> &work)
	{
		work_ = &work;
		done_ = 0;
		round_++;
		work(0);
		while (done_.load() < long(threads_.size()))
			std::this_thread::yield();
	}

private:
	void wait_and_work(long number)
	{
		for (int seen = 0;; seen++) {
			while (round_.load(std::memory_order_acquire) == seen)
				std::this_thread::yield();
			if (!work_)
				return;
			(*work_)(number);
			done_++;
		}
	}

	std::vector<std::thread> threads_;
	std::atomic<int> round_{0};
	std::atomic<long> done_{0};
	const std::function<void(long)> *work_ = nullptr;
};

#endif
