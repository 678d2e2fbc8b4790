/*
 * Time of an empty kernel launch and of a small copy: calls that vramtrack does not touch.
 *
 * usage: launches [calls]
 * Prints "launch_ns" and "copy_ns". The stream is drained every 512 calls, so
 * that the queue of the device never fills; the draining is in the figure.
 */
#include "timing.hpp"

namespace
{

__global__ void nothing()
{
}

template <typename Call>
double each(long calls, Call call)
{
	return nanoseconds([&] {
		       for (long i = 0; i < calls; i++) {
			       call();
			       if (i % 512 == 511)
				       check(cudaStreamSynchronize(nullptr), "synchronize");
		       }
		       check(cudaStreamSynchronize(nullptr), "synchronize");
	       }) /
	       double(calls);
}

} /* namespace */

int main(int argc, char **argv)
{
	long calls = argument(argc, argv, 1, 100000);
	const std::size_t bytes = 4096;
	void *device, *host;
	auto launch = [] { nothing<<<1, 1>>>(); };
	auto copy = [&] {
		check(cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, nullptr),
		      "copy");
	};

	check(cudaMalloc(&device, bytes), "allocate");
	check(cudaMallocHost(&host, bytes), "allocate");
	each(2048, launch);
	each(2048, copy);
	result("launch_ns", each(calls, launch));
	result("copy_ns", each(calls, copy));
	check(cudaGetLastError(), "launch");
	check(cudaFree(device), "free");
	check(cudaFreeHost(host), "free");
	return 0;
}
