// libc10_cuda.so, a stand-in: a cache that works as PyTorch's. It takes segments from the driver,
// splits blocks off and merges them, and reports each under its lock.
//
// STAND_IN, a word or more: odd_sums and odd_place report what cannot be, expandable maps segments
// page by page, async takes each block from the driver's pool.
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>

#include <cuda.h>
#include <cuda_runtime_api.h>

#include "c10.hpp"

namespace c10
{
namespace cuda::CUDACachingAllocator::Native
{
static bool is(const char *word)
{
	const char *words = getenv("STAND_IN");

	return words && strstr(words, word);
}

static void must(bool good)
{
	if (!good)
		abort();
}

constexpr size_t page = 2 << 20, addresses = size_t{1} << 30;

class DeviceCachingAllocator
{
	struct Block {
		size_t bytes;
		char *segment;
		bool used;
	};
	using place = std::map<char *, Block>::iterator;

	std::recursive_mutex mutex;
	std::map<char *, Block> blocks;
	char *expandable = nullptr, *mapped = nullptr;

	void report(void *block, int64_t bytes)
	{
		reportMemoryUsageToProfiler(is("odd_place") ? &mutex : block, bytes,
					    static_cast<total>(used + (is("odd_sums") ? 512 : 0)),
					    static_cast<total>(reserved), Device{1, 0});
	}

	place map_pages(size_t bytes)
	{
		CUmemAllocationProp prop = {};
		CUmemAccessDesc access = {};
		CUmemGenericAllocationHandle handle;
		auto first = mapped;

		prop.type = CU_MEM_ALLOCATION_TYPE_PINNED;
		prop.location.type = access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
		access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
		for (size_t done = 0; done < bytes; done += page, mapped += page) {
			auto at = reinterpret_cast<CUdeviceptr>(mapped);

			must(cuMemCreate(&handle, page, &prop, 0) == CUDA_SUCCESS);
			must(cuMemMap(at, page, 0, handle, 0) == CUDA_SUCCESS);
			must(cuMemSetAccess(at, page, &access, 1) == CUDA_SUCCESS);
		}
		return blocks.emplace(first, Block{bytes, expandable, false}).first;
	}

	place grow(size_t bytes)
	{
		char *segment;
		CUdeviceptr at;

		if (bytes <= 1 << 20)
			bytes = page;
		else if (bytes < 10 << 20)
			bytes = 20 << 20;
		bytes = (bytes + page - 1) / page * page;
		reserved += bytes;
		if (!is("expandable")) {
			must(cudaMalloc(reinterpret_cast<void **>(&segment), bytes) == cudaSuccess);
			return blocks.emplace(segment, Block{bytes, segment, false}).first;
		}
		if (!expandable) {
			must(cudaFree(nullptr) == cudaSuccess);
			must(cuMemAddressReserve(&at, addresses, 0, 0, 0) == CUDA_SUCCESS);
			expandable = mapped = reinterpret_cast<char *>(at);
		}
		return map_pages(bytes);
	}

	void *malloc_async(size_t bytes)
	{
		void *block;

		must(cudaMallocAsync(&block, bytes, nullptr) == cudaSuccess);
		used += bytes;
		reserved += bytes;
		report(block, static_cast<int64_t>(bytes));
		return block;
	}

	place merge(place block)
	{
		auto next = std::next(block);

		if (next != blocks.end() && !next->second.used &&
		    next->second.segment == block->second.segment) {
			block->second.bytes += next->second.bytes;
			blocks.erase(next);
		}
		return block;
	}

public:
	size_t used = 0, reserved = 0;

	__attribute__((noinline)) void *malloc(size_t bytes)
	{
		std::lock_guard<std::recursive_mutex> lock(mutex);
		auto best = blocks.end();

		bytes = (bytes + 511) / 512 * 512;
		if (is("async"))
			return malloc_async(bytes);
		for (auto i = blocks.begin(); i != blocks.end(); ++i)
			if (!i->second.used && i->second.bytes >= bytes &&
			    (best == blocks.end() || i->second.bytes < best->second.bytes))
				best = i;
		if (best == blocks.end())
			best = grow(bytes);
		if (best->second.bytes > bytes)
			blocks.emplace(best->first + bytes, Block{best->second.bytes - bytes,
								  best->second.segment, false});
		best->second.bytes = bytes;
		best->second.used = true;
		used += bytes;
		report(best->first, static_cast<int64_t>(bytes));
		return best->first;
	}

	__attribute__((noinline)) void free(void *address)
	{
		std::lock_guard<std::recursive_mutex> lock(mutex);
		auto block = blocks.find(static_cast<char *>(address));

		if (block == blocks.end()) {
			cudaFreeAsync(address, nullptr);
			return;
		}
		auto bytes = static_cast<int64_t>(block->second.bytes);
		block->second.used = false;
		used -= block->second.bytes;
		merge(block);
		if (block != blocks.begin() && !std::prev(block)->second.used)
			merge(std::prev(block));
		report(address, -bytes);
	}

	void give_back()
	{
		std::lock_guard<std::recursive_mutex> lock(mutex);

		for (auto i = blocks.begin(); i != blocks.end();) {
			auto next = std::next(i);
			bool is_whole = i->first == i->second.segment &&
					(next == blocks.end() ||
					 next->second.segment != i->second.segment);

			if (is_whole && !i->second.used && !expandable) {
				must(cudaFree(i->first) == cudaSuccess);
				reserved -= i->second.bytes;
				blocks.erase(i);
			}
			i = next;
		}
	}
};

static DeviceCachingAllocator cache;
} // namespace cuda::CUDACachingAllocator::Native
} // namespace c10

using c10::cuda::CUDACachingAllocator::Native::cache;

extern "C" void *torch_empty(size_t bytes)
{
	return cache.malloc(bytes);
}

extern "C" void torch_delete(void *block)
{
	cache.free(block);
}

extern "C" size_t torch_allocated()
{
	return cache.used;
}

extern "C" size_t torch_reserved()
{
	return cache.reserved;
}

extern "C" void torch_empty_cache()
{
	cache.give_back();
}

namespace at::cuda
{
// PyTorch keeps a block of its cache as cuBLAS's workspace.
__attribute__((noinline)) void *getCurrentCUDABlasHandle()
{
	static void *workspace = cache.malloc(1 << 20);

	return workspace;
}
} // namespace at::cuda

extern "C" void torch_linear()
{
	at::cuda::getCurrentCUDABlasHandle();
}

// As the allocator of the CPU reports.
extern "C" void torch_cpu()
{
	c10::reportMemoryUsageToProfiler(&cache, 64, 64, 64, c10::Device{0, -1});
}
