/*
 * vramtrack::memory_resource: the library as a memory resource of CUDA C++, and a resource as a
 * source of the library.
 *
 *   c++ -std=c++17 -o memory_resource memory_resource.cpp $(pkg-config --cflags --libs vramtrack) \
 *       -I$CUDA_HOME/include/cccl -I$CUDA_HOME/include
 */
#define LIBCUDACXX_ENABLE_EXPERIMENTAL_MEMORY_RESOURCE /* CCCL 3.0 asks for it */
#include <cstdio>

#include <cuda_runtime.h>

#include <vramtrack/memory_resource.hpp>
#include <vramtrack/vramtrack.h>

namespace
{

constexpr std::size_t mebibyte = std::size_t(1) << 20;

#if VRAMTRACK_STREAM_FIRST
static_assert(cuda::mr::resource_with<vramtrack::memory_resource, cuda::mr::device_accessible>);
#else
static_assert(
	cuda::mr::async_resource_with<vramtrack::memory_resource, cuda::mr::device_accessible>);
#endif

/* Whatever takes a resource: here by hand. */
template <typename Resource>
void use(Resource &memory, cudaStream_t stream, const vt_tracker *tracker)
{
#if VRAMTRACK_STREAM_FIRST
	void *block = memory.allocate(cuda::stream_ref(stream), 8 * mebibyte, 256);
#else
	void *block = memory.allocate_async(8 * mebibyte, 256, cuda::stream_ref(stream));
#endif
	std::printf("a resource's block: %zu MiB of KV cache\n",
		    vt_tracker_total_by_purpose(tracker, VT_PURPOSE_KV_CACHE) / mebibyte);
#if VRAMTRACK_STREAM_FIRST
	memory.deallocate(cuda::stream_ref(stream), block, 8 * mebibyte, 256);
#else
	memory.deallocate_async(block, 8 * mebibyte, 256, cuda::stream_ref(stream));
#endif
}

/* A buffer whose memory a resource gives. */
void borrow(const vramtrack::memory_resource &memory)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	VT_BUFFER_AUTO(buffer);

	options.source = vramtrack::make_source(memory, "the worker's");
	if (vt_buffer_create(&buffer, 2 * mebibyte, &options) == VT_OK)
		std::printf("a buffer from the source '%s': the resource gave %zu MiB\n",
			    vt_source_name(options.source), memory.bytes() / mebibyte);
	vt_source_release(options.source);
}

} /* namespace */

int main()
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_tracker *tracker = nullptr;
	cudaStream_t stream;

	if (vt_tracker_create(&tracker) != VT_OK || cudaStreamCreate(&stream) != cudaSuccess)
		return 1;
	options.tracker = tracker;
	options.purpose = VT_PURPOSE_KV_CACHE;
	vt_tracker_set_budget(tracker, 16 * mebibyte, nullptr, nullptr);
	{
		vramtrack::memory_resource memory(options);

		use(memory, stream, tracker);
		borrow(memory);
		try {
			vramtrack::memory_resource copy(memory);

			vt_tracker_set_budget(tracker, mebibyte, nullptr, nullptr);
			use(copy, stream, tracker);
		} catch (const std::bad_alloc &error) {
			std::printf("refused: %s\n", error.what());
		}
	}
	std::printf("%zu allocations are left\n", vt_tracker_count(tracker));
	cudaStreamDestroy(stream);
	vt_tracker_destroy(tracker);
	return 0;
}
