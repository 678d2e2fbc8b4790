/*
 * Time of a pair of cudaMallocAsync and cudaFreeAsync from a warm pool.
 *
 * usage: pool_pairs [pairs a thread] [frames] [call sites, 1 to 64] [threads] [bytes]
 * One thread uses the device's default pool; more than one each have a pool
 * and a stream of their own, so that they do not wait for one another in the
 * driver more than they must. Prints "pair_ns": time of the slowest thread
 * divided by the pairs of a thread.
 */
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "call_sites.hpp"
#include "timing.hpp"

namespace
{

std::size_t bytes = std::size_t(1) << 20;
constexpr std::size_t most_sites = 64;

struct Pair {
	cudaStream_t stream;
	cudaMemPool_t pool;

	void operator()()
	{
		void *memory;

		check(cudaMallocFromPoolAsync(&memory, bytes, pool, stream), "allocate");
		check(cudaFreeAsync(memory, stream), "free");
	}
};

struct DefaultPoolPair {
	cudaStream_t stream;

	void operator()()
	{
		void *memory;

		check(cudaMallocAsync(&memory, bytes, stream), "allocate");
		check(cudaFreeAsync(memory, stream), "free");
	}
};

void keep_pool_warm(cudaMemPool_t pool)
{
	std::uint64_t threshold = UINT64_MAX;

	check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold), "pool");
}

cudaMemPool_t make_pool()
{
	cudaMemPoolProps properties = {};
	cudaMemPool_t pool;

	properties.allocType = cudaMemAllocationTypePinned;
	properties.location.type = cudaMemLocationTypeDevice;
	check(cudaMemPoolCreate(&pool, &properties), "pool");
	keep_pool_warm(pool);
	return pool;
}

/* Nanoseconds of `pairs` pairs, after a few that warm the pool. */
template <typename Work>
double measure(Work &work, long pairs, long frames, long site_count)
{
	double elapsed = 0;
	auto loop = [&](long count) {
		for (long i = 0; i < count; i++)
			sites<Work, most_sites>[std::size_t(i % site_count)](work);
	};
	auto timed = [&] {
		loop(1000);
		elapsed = nanoseconds([&] { loop(pairs); });
	};

	from_depth(frames, timed);
	return elapsed;
}

double one_thread(long pairs, long frames, long site_count)
{
	DefaultPoolPair work = {};
	cudaMemPool_t pool;

	check(cudaStreamCreate(&work.stream), "stream");
	check(cudaDeviceGetDefaultMemPool(&pool, 0), "pool");
	keep_pool_warm(pool);
	return measure(work, pairs, frames, site_count);
}

double many_threads(long pairs, long frames, long site_count, long thread_count)
{
	std::vector<double> times(std::size_t(thread_count), 0);
	std::vector<std::thread> threads;
	std::atomic<long> ready{0};

	for (double &time : times)
		threads.emplace_back([&, pairs, frames, site_count] {
			Pair work = {};

			check(cudaSetDevice(0), "device");
			check(cudaStreamCreate(&work.stream), "stream");
			work.pool = make_pool();
			work();
			ready++;
			while (ready < thread_count)
				std::this_thread::yield();
			time = measure(work, pairs, frames, site_count);
		});
	for (std::thread &thread : threads)
		thread.join();
	return *std::max_element(times.begin(), times.end());
}

} /* namespace */

int main(int argc, char **argv)
{
	long pairs = argument(argc, argv, 1, 100000);
	long frames = argument(argc, argv, 2, 16);
	long site_count = std::clamp(argument(argc, argv, 3, 1), 1l, long(most_sites));
	long threads = argument(argc, argv, 4, 1);
	double elapsed;

	bytes = std::size_t(argument(argc, argv, 5, long(bytes)));
	check(cudaFree(nullptr), "device");
	if (threads == 1)
		elapsed = one_thread(pairs, frames, site_count);
	else
		elapsed = many_threads(pairs, frames, site_count, threads);
	check(cudaDeviceSynchronize(), "synchronize");
	result("pair_ns", elapsed / double(pairs));
	return 0;
}
