/*
 * RMM and the library, both ways: RMM's containers and pool on a vramtrack::memory_resource, with
 * accounts by purpose and a budget; and a resource of RMM's as the source of a buffer.
 *
 * Needs RMM 26.06 or newer, whose resources are those of CUDA C++, with the CCCL that RMM asks for.
 * In CMake: target_link_libraries(program rmm::rmm vramtrack::vramtrack). tests/gpu/rmm_build.sh
 * builds it without CMake.
 */
#include <cstdio>
#include <exception>
#include <new>

#include <rmm/cuda_stream.hpp>
#include <rmm/device_buffer.hpp>
#include <rmm/device_uvector.hpp>
#include <rmm/mr/cuda_async_memory_resource.hpp>
#include <rmm/mr/per_device_resource.hpp>
#include <rmm/mr/pool_memory_resource.hpp>
#include <rmm/mr/statistics_resource_adaptor.hpp>

#include <vramtrack/memory_resource.hpp>
#include <vramtrack/vramtrack.h>

namespace
{

constexpr std::size_t mebibyte = std::size_t(1) << 20;

static_assert(cuda::mr::resource_with<vramtrack::memory_resource, cuda::mr::device_accessible>);

vramtrack::memory_resource account(vt_tracker *tracker, vt_purpose purpose, const char *label)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	options.tracker = tracker;
	options.purpose = purpose;
	options.label = label;
	return vramtrack::memory_resource(options);
}

std::size_t sum(const vt_tracker *tracker, vt_purpose purpose)
{
	return vt_tracker_total_by_purpose(tracker, purpose) / mebibyte;
}

/* RMM's containers on the resource: as an argument, and as what all others take. */
void containers(vt_tracker *tracker, rmm::cuda_stream_view stream)
{
	const auto weights = account(tracker, VT_PURPOSE_MODEL_WEIGHTS, "layer 0");
	rmm::device_uvector<float> tensor(mebibyte, stream, weights);

	tensor.set_element(7, 0.25F, stream);
	tensor.resize(2 * mebibyte, stream);
	std::printf("a device_uvector: %zu MiB of weights, [7] = %.2f\n",
		    sum(tracker, VT_PURPOSE_MODEL_WEIGHTS),
		    static_cast<double>(tensor.element(7, stream)));

	rmm::mr::set_current_device_resource(
		account(tracker, VT_PURPOSE_INTERMEDIATE_BUFFERS, "scratch"));
	{
		const rmm::device_buffer scratch(3 * mebibyte, stream);
		const rmm::device_buffer copy(scratch, stream);

		std::printf("two device_buffers: %zu MiB of intermediate buffers\n",
			    sum(tracker, VT_PURPOSE_INTERMEDIATE_BUFFERS));
	}
	rmm::mr::reset_current_device_resource();
}

/* RMM's pool over the resource: it is given what the tracker's budget leaves. */
void pool(vt_tracker *tracker, rmm::cuda_stream_view stream)
{
	rmm::mr::pool_memory_resource cache(account(tracker, VT_PURPOSE_KV_CACHE, "pool"),
					    16 * mebibyte);

	{
		const rmm::device_uvector<int> block(mebibyte, stream, cache);

		std::printf("a pool: %zu MiB of it are RMM's, %zu of KV cache\n",
			    cache.pool_size() / mebibyte, sum(tracker, VT_PURPOSE_KV_CACHE));
	}
	vt_tracker_set_budget(tracker, 24 * mebibyte, nullptr, nullptr);
	try {
		const rmm::device_buffer block(20 * mebibyte, stream, cache);
	} catch (const std::bad_alloc &error) {
		std::printf("refused: %s\n", error.what());
	}
	vt_tracker_set_budget(tracker, 0, nullptr, nullptr);
}

/* A buffer of the library whose memory RMM gives. */
bool borrow(vt_source *source, vt_tracker *tracker, const char *what)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	VT_BUFFER_AUTO(buffer);
	float host = 0.5F;

	options.source = source;
	options.tracker = tracker;
	if (vt_buffer_create(&buffer, 4 * mebibyte, &options) != VT_OK ||
	    vt_buffer_copy_from_host(buffer, mebibyte, &host, sizeof(host)) != VT_OK) {
		std::fprintf(stderr, "%s\n", vt_last_error_text());
		return false;
	}
	std::printf("%s: the tracker counts %zu MiB\n", what, vt_tracker_total(tracker) / mebibyte);
	return true;
}

bool borrowed(vt_tracker *tracker)
{
	rmm::mr::statistics_resource_adaptor counted{rmm::mr::cuda_async_memory_resource{}};
	vt_source *source = vramtrack::make_source(counted, "RMM's");
	const bool done = borrow(source, tracker, "a buffer of RMM's memory");

	vt_source_release(source);
	std::printf("RMM counts a peak of %lld MiB, and now %lld\n",
		    static_cast<long long>(counted.get_bytes_counter().peak) / (1 << 20),
		    static_cast<long long>(counted.get_bytes_counter().value));
	return done;
}

} /* namespace */

int main()
{
	vt_tracker *tracker = nullptr;

	if (vt_tracker_create(&tracker) != VT_OK)
		return 1;
	try {
		const rmm::cuda_stream stream;

		containers(tracker, stream);
		pool(tracker, stream);
		if (!borrowed(tracker))
			return 1;
	} catch (const std::exception &error) {
		std::fprintf(stderr, "%s\n", error.what());
		return 1;
	}
	std::printf("%zu allocations are left\n", vt_tracker_count(tracker));
	vt_tracker_destroy(tracker);
	return 0;
}
