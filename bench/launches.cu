/*
 * Time of an empty kernel launch or of a small copy: calls that vramtrack does not touch.
 *
 * usage: launches launch|copy
 * Asked as blocks.hpp says; a block is 512 calls, and the draining of the stream after them is in
 * the figure.
 */
#include <cstring>

#include "blocks.hpp"
#include "runtime.hpp"
#include "timing.hpp"

namespace
{

constexpr long calls = 512;

__global__ void nothing()
{
}

template <typename Call>
double each(Call call)
{
	return nanoseconds([&] {
		       for (long i = 0; i < calls; i++)
			       call();
		       check(cudaStreamSynchronize(nullptr), "synchronize");
	       }) /
	       double(calls);
}

template <typename Call>
void serve_calls(Call call)
{
	for (int i = 0; i < 8; i++)
		each(call);
	serve([&] { std::printf("%.3f\n", each(call)); });
}

} /* namespace */

int main(int argc, char **argv)
{
	const std::size_t bytes = 4096;
	void *device, *host;

	check(cudaMalloc(&device, bytes), "allocate");
	check(cudaMallocHost(&host, bytes), "allocate");
	if (argc > 1 && !std::strcmp(argv[1], "copy"))
		serve_calls([&] {
			check(cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, nullptr),
			      "copy");
		});
	else
		serve_calls([] { nothing<<<1, 1>>>(); });
	check(cudaGetLastError(), "launch");
	check(cudaFree(device), "free");
	check(cudaFreeHost(host), "free");
	return 0;
}
