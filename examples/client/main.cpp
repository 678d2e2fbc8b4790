/*
 * A small inference worker on vramtrack's C++ headers: it loads weights, serves
 * a request, refuses one that no device can hold, serves the next, and ends.
 * Exit status 0 if all went as it should.
 */
#include <cstdio>
#include <iostream>

#include "context.h"
#include "health.h"
#include "kv_cache.h"
#include "weights.h"

namespace
{

using namespace worker;

constexpr size_t mebibyte = size_t(1) << 20;
constexpr size_t layers = 4;
int mistakes;

void expect(bool is_so, const char *what)
{
	if (is_so)
		return;
	std::cout << "NOT SO: " << what << '\n';
	mistakes++;
}

std::vector<Tensor> read_model()
{
	std::vector<Tensor> tensors;
	unsigned char next = 1;

	for (size_t bytes : {size_t(3) * mebibyte, size_t(1000), mebibyte + 1}) {
		Tensor tensor{"tensor." + std::to_string(tensors.size()), {}};
		for (size_t i = 0; i < bytes; i++)
			tensor.bytes.push_back(next = static_cast<unsigned char>(next * 5 + 3));
		tensors.push_back(tensor);
	}
	return tensors;
}

void load(const std::vector<Tensor> &tensors, const Weights &weights)
{
	for (const Tensor &tensor : tensors) {
		expect(weights.holds(tensor), tensor.name.c_str());
		auto address = reinterpret_cast<std::uintptr_t>(weights.tensor(tensor.name));
		expect(address % 256 == 0, "a tensor begins at a multiple of 256");
	}
	std::cout << "weights: " << tensors.size() << " tensors, " << weights.size() << " bytes\n";
}

void serve(Context &context, int request, size_t bytes_per_layer)
{
	try {
		KVCache cache(layers, bytes_per_layer, &context.vram_tracker());

		expect(cache.is_zero(), "a new KV cache is zero");
		cudaMemset(cache.layer(layers - 1), 7, bytes_per_layer);
		cache.reset();
		expect(cache.is_zero(), "a KV cache that was reset is zero");
		std::cout << "request " << request << ": served with " << cache.size()
			  << " bytes\n";
		std::cout << Health::residency_report(context.vram_tracker());
	} catch (const CudaError &error) {
		expect(error.code() == 2, "only a lack of memory refuses a request");
		std::cout << "request " << request << ": refused, VRAM_OOM\n";
		std::cerr << error.what() << '\n';
	}
	expect(cudaGetLastError() == cudaSuccess, "no error is left for the next kernel launch");
}

/* Memory that is allocated and freed without an owner is tracked all the same. */
void use_scratch(VramTracker &tracker)
{
	void *scratch = nullptr;

	if (cudaMalloc(&scratch, mebibyte) != cudaSuccess)
		throw CudaError::out_of_memory("scratch");
	tracker.record_allocation(scratch, mebibyte, VramPurpose::IntermediateBuffers, "scratch");
	expect(tracker.usage_by_purpose(VramPurpose::IntermediateBuffers) == mebibyte,
	       "the scratch buffer is in the account");
	tracker.record_deallocation(scratch);
	cudaFree(scratch);
}

/* Handed to somebody who knows nothing of DeviceMemory. */
void hand_over(VramTracker &tracker)
{
	DeviceMemory logits(mebibyte, &tracker, VramPurpose::IntermediateBuffers);
	void *memory = logits.release();

	expect(!logits.is_allocated(), "what was released is empty");
	expect(cudaFree(memory) == cudaSuccess, "what was released may be given to cudaFree");
}

void work()
{
	Context context(0);

	{
		std::vector<Tensor> tensors = read_model();
		Weights weights(tensors, context.vram_tracker());

		load(tensors, weights);
		use_scratch(context.vram_tracker());
		hand_over(context.vram_tracker());
		serve(context, 1, mebibyte / 2);
		serve(context, 2, size_t(1) << 48);
		serve(context, 3, mebibyte / 4);
	}
	expect(context.vram_tracker().allocation_count() == 0, "all is freed at the end");
	std::cout << "live at the end: " << context.vram_tracker().total_usage() << " bytes\n";
}

} /* namespace */

int main()
{
	try {
		work();
	} catch (const std::exception &error) {
		std::cerr << "client: " << error.what() << '\n';
		return 2;
	}
	return mistakes == 0 ? 0 : 1;
}
