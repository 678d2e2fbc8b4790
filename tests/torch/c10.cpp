// libc10.so, a stand-in: what PyTorch's allocators report to. OLD: with the parameters that it had
// once, and so another name.
#include <atomic>

#include "c10.hpp"

namespace c10
{
static std::atomic<uint64_t> calls, sum, of_cpu;

void reportMemoryUsageToProfiler(void *, int64_t bytes, total, total, Device device)
{
	calls++;
	sum += static_cast<uint64_t>(bytes);
	of_cpu += device.type == 0;
}
} // namespace c10

extern "C" uint64_t c10_calls()
{
	return c10::calls;
}

extern "C" uint64_t c10_sum()
{
	return c10::sum;
}

extern "C" uint64_t c10_of_cpu()
{
	return c10::of_cpu;
}
