/*
 * worker::DeviceMemory and worker::VramTracker: the library in C++.
 *
 *   c++ -std=c++17 -o device_memory device_memory.cpp \
 *       $(pkg-config --cflags --libs vramtrack) -I$CUDA_HOME/include
 */
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <vramtrack/device_memory.hpp>

namespace
{

constexpr std::size_t mebibyte = std::size_t(1) << 20;

/* Weights in one allocation, tensors at offsets. */
worker::DeviceMemory load_weights(worker::VramTracker &tracker)
{
	std::vector<float> tensor(1024, 0.25F);
	const std::size_t bytes = tensor.size() * sizeof(float);
	worker::DeviceMemory weights(4 * mebibyte, &tracker, worker::VramPurpose::ModelWeights);

	for (std::size_t layer = 0; layer < 4; layer++)
		weights.copy_from_host(tensor.data(), bytes, layer * mebibyte);
	return weights;
}

/* The exception passes through; the memory does not stay behind. */
void fail_midway(worker::VramTracker &tracker)
{
	worker::DeviceMemory cache(8 * mebibyte, &tracker, worker::VramPurpose::KVCache, true);

	throw std::runtime_error("the request was cancelled");
}

} /* namespace */

int main()
{
	worker::VramTracker tracker;
	worker::DeviceMemory weights = load_weights(tracker);
	float last[1];

	weights.copy_to_host(last, sizeof(last), 3 * mebibyte);
	std::printf("weights: %zu MiB, tensor 3 begins with %.2f\n", weights.size() / mebibyte,
		    static_cast<double>(last[0]));
	try {
		fail_midway(tracker);
	} catch (const std::runtime_error &error) {
		std::printf("%s: %zu allocation is left, %zu MiB was the peak\n", error.what(),
			    tracker.allocation_count(), tracker.peak_usage() / mebibyte);
	}
	try {
		worker::DeviceMemory too_much(std::size_t(1) << 46, &tracker);
	} catch (const worker::CudaError &error) {
		std::printf("code %d: %s\n", error.code(), error.what());
	}
	std::printf("%s%s\n", tracker.usage_report().c_str(),
		    tracker.verify_vram_residency() ? "all of it is in VRAM"
						    : "some of it is not in VRAM");
	return 0;
}
